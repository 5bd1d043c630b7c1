package com.ecommerce.user.server.badtokens;

/**
 * A token that must not be accepted.
 *
 * @param isForHeaders whether it can be sent unchanged in a header
 */
record BadToken(String kind, String token, boolean isForHeaders) {
  static BadToken of(String kind, String token) {
    boolean isForHeaders =
        !token.isEmpty()
            && token.length() < 7_000
            && token.strip().equals(token)
            && token.chars().allMatch(letter -> letter >= ' ' && letter < 0x7f);
    return new BadToken(kind, token, isForHeaders);
  }

  @Override
  public String toString() {
    return kind;
  }
}
