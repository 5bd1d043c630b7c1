package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.session.TokenPair;

/**
 * Tokens for a client to act for a user. Secret: {@link #toString} masks them.
 *
 * @param access goes with every request as {@code Authorization: Bearer …}
 * @param refresh is exchanged for new ones, once
 * @param accessExpiresIn seconds from now
 * @param refreshExpiresIn seconds from now, unless it is exchanged before
 */
record TokensJson(String access, String refresh, long accessExpiresIn, long refreshExpiresIn) {
  static TokensJson of(TokenPair tokens) {
    return new TokensJson(
        tokens.accessToken(),
        tokens.refreshToken(),
        tokens.accessLifetime().toSeconds(),
        tokens.refreshLifetime().toSeconds());
  }

  @Override
  public String toString() {
    return "TokensJson[masked]";
  }
}
