package com.ecommerce.user.core.session;

import java.time.Duration;

/**
 * The token that a service needs to call. Secret: {@link #toString} masks the token.
 *
 * @param accessToken a JWT that goes with every call
 * @param lifetime from now on
 */
public record ServiceToken(String accessToken, Duration lifetime) {
  @Override
  public String toString() {
    return "ServiceToken[masked]";
  }
}
