package com.ecommerce.user.core.session;

import java.time.Duration;

/**
 * The tokens that a client needs to act for a user. Secret: {@link #toString} masks the tokens.
 *
 * @param accessToken a JWT to send with every call
 * @param refreshToken a token that can be exchanged for a new pair once
 * @param accessLifetime the lifetime of the access token from now on
 * @param refreshLifetime the lifetime of the refresh token from now on
 */
public record TokenPair(
    String accessToken, String refreshToken, Duration accessLifetime, Duration refreshLifetime) {
  @Override
  public String toString() {
    return "TokenPair[masked]";
  }
}
