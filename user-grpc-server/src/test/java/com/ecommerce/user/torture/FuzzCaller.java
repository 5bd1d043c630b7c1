package com.ecommerce.user.torture;

/**
 * Somebody who calls.
 *
 * @param name such as {@code admin}
 * @param token the access token; empty for nobody known
 */
record FuzzCaller(String name, String token) {
  static final FuzzCaller ANONYMOUS = new FuzzCaller("anonymous", "");

  /** The value of the header Authorization; empty for none. */
  String authorization() {
    return token.isEmpty() ? "" : "Bearer " + token;
  }

  @Override
  public String toString() {
    return name;
  }
}
