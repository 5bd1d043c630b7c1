package com.ecommerce.user.core.session;

import java.time.Duration;

/**
 * A session in which the user has just verified the password again. Secret: {@link #toString} masks
 * the token.
 *
 * @param accessToken a JWT to send with every call; contains the time of the verification
 * @param accessLifetime the lifetime of the token from now on
 * @param proofLifetime the time for which the verification counts from now on
 */
public record ProvenSession(String accessToken, Duration accessLifetime, Duration proofLifetime) {
  @Override
  public String toString() {
    return "ProvenSession[masked]";
  }
}
