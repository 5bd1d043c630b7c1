package com.ecommerce.user.torture;

/**
 * A caller.
 *
 * @param name the name, such as {@code admin}
 * @param token the access token; empty for an anonymous caller
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
