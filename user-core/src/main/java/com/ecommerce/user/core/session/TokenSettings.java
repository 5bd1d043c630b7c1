package com.ecommerce.user.core.session;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings for making tokens. {@link #toString} masks the secret.
 *
 * @param sharedSecret empty: ES256 with keys that are made and kept in the database; else HS256
 *     with the UTF-8 of this text, at least 32 bytes (RFC 7518, section 3.2)
 * @param accessLifetime of access tokens, in whole seconds
 * @param refreshLifetime in whole seconds; a session that is not refreshed for this time is over,
 *     and any session is over after {@link #MAX_SESSION_LIFETIME}
 * @param issuer the claim {@code iss}, which must match
 * @param audience the claim {@code aud}, which must match
 */
public record TokenSettings(
    Optional<String> sharedSecret,
    Duration accessLifetime,
    Duration refreshLifetime,
    String issuer,
    String audience) {
  public static final int MIN_SECRET_BYTES = 32;
  public static final Duration MAX_SESSION_LIFETIME = Duration.ofDays(90);

  public static final TokenSettings DEFAULT =
      new TokenSettings(
          Optional.empty(),
          Duration.ofMinutes(15),
          Duration.ofDays(7),
          "user-service",
          "ecommerce");

  /**
   * @throws IllegalArgumentException with a message that names no secret
   */
  public TokenSettings {
    requireNonNull(sharedSecret, "sharedSecret");
    requireNonNull(accessLifetime, "accessLifetime");
    requireNonNull(refreshLifetime, "refreshLifetime");
    requireNonNull(issuer, "issuer");
    requireNonNull(audience, "audience");
    sharedSecret.ifPresent(TokenSettings::checkSecret);
    requireWholeSeconds("accessLifetime", accessLifetime);
    requireWholeSeconds("refreshLifetime", refreshLifetime);
  }

  /**
   * @return the secret
   * @throws IllegalArgumentException when it is too short
   */
  public static String checkSecret(String secret) {
    int length = secret.getBytes(StandardCharsets.UTF_8).length;
    if (length < MIN_SECRET_BYTES) {
      throw new IllegalArgumentException(
          length + " bytes (expected: at least " + MIN_SECRET_BYTES + ")");
    }
    return secret;
  }

  private static void requireWholeSeconds(String name, Duration lifetime) {
    if (lifetime.getSeconds() < 1 || lifetime.getNano() != 0) {
      throw new IllegalArgumentException(
          name + ": " + lifetime + " (expected: whole seconds, at least one)");
    }
  }

  @Override
  public String toString() {
    return "TokenSettings[algorithm="
        + (sharedSecret.isPresent() ? "HS256" : "ES256")
        + ", accessLifetime="
        + accessLifetime
        + ", refreshLifetime="
        + refreshLifetime
        + ", issuer="
        + issuer
        + ", audience="
        + audience
        + "]";
  }
}
