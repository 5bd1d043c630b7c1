package com.ecommerce.user.core.session;

import java.time.Duration;

/**
 * A session whose user has just proven the password once more. Secret: {@link #toString} masks the
 * token.
 *
 * @param accessToken a JWT that goes with every call, and carries the time of the proof
 * @param accessLifetime how long the token lives, from now on
 * @param proofLifetime how long the proof counts, from now on
 */
public record ProvenSession(String accessToken, Duration accessLifetime, Duration proofLifetime) {
  @Override
  public String toString() {
    return "ProvenSession[masked]";
  }
}
