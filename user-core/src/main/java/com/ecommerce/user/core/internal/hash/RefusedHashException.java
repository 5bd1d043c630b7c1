package com.ecommerce.user.core.internal.hash;

/**
 * Thrown for a stored hash that is malformed or costs more than is allowed, before any hashing. The
 * message names the scheme and the parameters, never the salt or the digest. Has no stack trace.
 */
final class RefusedHashException extends RuntimeException {
  private final boolean isTooCostly;

  private RefusedHashException(boolean isTooCostly, String message) {
    super(message, null, false, false);
    this.isTooCostly = isTooCostly;
  }

  static RefusedHashException malformed(String scheme) {
    return new RefusedHashException(
        false, "malformed " + scheme + " hash (expected: the parameters, salt and digest)");
  }

  static RefusedHashException tooCostly(String parameters, String expected) {
    return new RefusedHashException(true, parameters + " (expected: " + expected + ")");
  }

  /** Returns whether the hash has the form of its scheme. */
  boolean isTooCostly() {
    return isTooCostly;
  }
}
