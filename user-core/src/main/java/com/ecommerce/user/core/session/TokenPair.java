package com.ecommerce.user.core.session;

import java.time.Duration;

/**
 * The tokens that a client needs to act for a user. Secret: {@link #toString} masks the tokens.
 *
 * @param accessToken a JWT that goes with every call
 * @param refreshToken is exchanged for a new pair, once
 * @param accessLifetime from now on
 * @param refreshLifetime from now on
 */
public record TokenPair(
    String accessToken, String refreshToken, Duration accessLifetime, Duration refreshLifetime) {
  @Override
  public String toString() {
    return "TokenPair[masked]";
  }
}
