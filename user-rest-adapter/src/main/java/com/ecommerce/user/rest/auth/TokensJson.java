package com.ecommerce.user.rest.auth;

import com.ecommerce.user.core.session.TokenPair;

/**
 * The tokens of a session. Secret: {@link #toString} masks them.
 *
 * @param access the access token, which clients send as {@code Authorization: Bearer …}
 * @param refresh the refresh token, which can be exchanged once for new tokens
 * @param accessExpiresIn seconds from now
 * @param refreshExpiresIn seconds from now, unless it is exchanged earlier
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
