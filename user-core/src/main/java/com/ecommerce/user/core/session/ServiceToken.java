package com.ecommerce.user.core.session;

import java.time.Duration;

/**
 * An access token for another service. Immutable; {@link #toString} masks the token.
 *
 * @param accessToken a JWT to send with every call
 * @param lifetime the lifetime of the token from now on
 */
public record ServiceToken(String accessToken, Duration lifetime) {
  @Override
  public String toString() {
    return "ServiceToken[masked]";
  }
}
