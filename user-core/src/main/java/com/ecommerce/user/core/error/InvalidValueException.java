package com.ecommerce.user.core.error;

import java.util.List;

/**
 * Thrown by the {@code parse} methods of value types: the text is not such a value. It knows the
 * rule, not the field; {@link Violations#parse} adds the field. Cheap to throw: it has no stack
 * trace.
 */
public final class InvalidValueException extends RuntimeException {
  private final String rule;
  private final transient List<InvalidValueException> further;

  public InvalidValueException(String rule, String message) {
    this(rule, message, List.of());
  }

  private InvalidValueException(String rule, String message, List<InvalidValueException> further) {
    super(message, null, false, false);
    this.rule = rule;
    this.further = further;
  }

  /** A value that is needed and was not given. */
  public static InvalidValueException required() {
    return new InvalidValueException("REQUIRED", "missing (expected: a value)");
  }

  /**
   * Several at once, of a value that has parts.
   *
   * @param parts one at least; the first is the one that {@link #rule} and the message tell
   */
  public static InvalidValueException all(List<InvalidValueException> parts) {
    var first = parts.get(0);
    return new InvalidValueException(
        first.rule, first.getMessage(), List.copyOf(parts.subList(1, parts.size())));
  }

  /** The same, of a part of the value: its name comes first in the message. */
  public InvalidValueException of(String part) {
    return new InvalidValueException(rule, part + ": " + getMessage());
  }

  public String rule() {
    return rule;
  }

  /** Returns the exceptions for what else is wrong with the value. */
  List<InvalidValueException> further() {
    return further;
  }
}
