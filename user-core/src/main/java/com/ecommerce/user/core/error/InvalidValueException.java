package com.ecommerce.user.core.error;

import java.util.List;

/**
 * Thrown by the {@code parse} methods of value types if the text is invalid. It names the rule but
 * not the field, which {@link Violations#parse} adds. It has no stack trace, so that it is cheap to
 * throw. Immutable.
 */
public final class InvalidValueException extends RuntimeException {
  private final String rule;
  private final transient List<InvalidValueException> further;

  /**
   * Creates an exception for a broken rule.
   *
   * @param rule the rule in UPPER_SNAKE_CASE, such as {@code TOO_LONG}
   * @param message the value, if it may be shown, and the expectation; never a secret
   */
  public InvalidValueException(String rule, String message) {
    this(rule, message, List.of());
  }

  private InvalidValueException(String rule, String message, List<InvalidValueException> further) {
    super(message, null, false, false);
    this.rule = rule;
    this.further = further;
  }

  /** Returns the exception for a required value that is missing. */
  public static InvalidValueException required() {
    return new InvalidValueException("REQUIRED", "missing (expected: a value)");
  }

  /**
   * Returns one exception for several broken rules of a value that has parts.
   *
   * @param parts at least one; {@link #rule} and the message are those of the first
   */
  public static InvalidValueException all(List<InvalidValueException> parts) {
    var first = parts.get(0);
    return new InvalidValueException(
        first.rule, first.getMessage(), List.copyOf(parts.subList(1, parts.size())));
  }

  /** Returns the same exception for a part of the value, whose name precedes the message. */
  public InvalidValueException of(String part) {
    return new InvalidValueException(rule, part + ": " + getMessage());
  }

  /** Returns the broken rule in UPPER_SNAKE_CASE. */
  public String rule() {
    return rule;
  }

  /** Returns the exceptions for the other broken rules of the value. */
  List<InvalidValueException> further() {
    return further;
  }
}
