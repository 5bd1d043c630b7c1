package com.ecommerce.user.core.error;

/**
 * Thrown by the {@code parse} methods of value types: the text is not such a value. It knows the
 * rule, not the field; {@link Violations#parse} adds the field. Cheap to throw: it has no stack
 * trace.
 */
public final class InvalidValueException extends RuntimeException {
  private final String rule;

  public InvalidValueException(String rule, String message) {
    super(message, null, false, false);
    this.rule = rule;
  }

  /** A value that is needed and was not given. */
  public static InvalidValueException required() {
    return new InvalidValueException("REQUIRED", "missing (expected: a value)");
  }

  public String rule() {
    return rule;
  }
}
