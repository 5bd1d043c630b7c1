package com.ecommerce.user.core.session;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings for making tokens. {@link #toString} masks the secret.
 *
 * @param sharedSecret the key for HS256, of at least 32 bytes in UTF-8 (RFC 7518, section 3.2);
 *     empty for ES256 with keys that are generated and stored in the database
 * @param accessLifetime the lifetime of access tokens, in whole seconds
 * @param refreshLifetime the lifetime of refresh tokens, in whole seconds; a session that is not
 *     refreshed for this time ends, and any session ends after {@link #MAX_SESSION_LIFETIME}
 * @param issuer the claim {@code iss}, which must match
 * @param audience the claim {@code aud}, which must match
 */
public record TokenSettings(
    Optional<String> sharedSecret,
    Duration accessLifetime,
    Duration refreshLifetime,
    String issuer,
    String audience) {
  /** The minimum length of a shared secret. */
  public static final int MIN_SECRET_BYTES = 32;

  /** The time after which a session ends, even if it is refreshed. */
  public static final Duration MAX_SESSION_LIFETIME = Duration.ofDays(90);

  /** The defaults: ES256, access tokens for 15 minutes, and refresh tokens for 7 days. */
  public static final TokenSettings DEFAULT =
      new TokenSettings(
          Optional.empty(),
          Duration.ofMinutes(15),
          Duration.ofDays(7),
          "user-service",
          "ecommerce");

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if the secret is too short or a lifetime is not a positive
   *     number of whole seconds; the message does not contain the secret
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
   * Checks the length of a secret.
   *
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

  /**
   * Returns these settings with HS256 and this secret, of at least {@link #MIN_SECRET_BYTES} bytes.
   */
  public TokenSettings withSharedSecret(String sharedSecret) {
    return new TokenSettings(
        Optional.of(requireNonNull(sharedSecret, "sharedSecret")),
        accessLifetime,
        refreshLifetime,
        issuer,
        audience);
  }

  /** Returns these settings with another {@code accessLifetime}. */
  public TokenSettings withAccessLifetime(Duration accessLifetime) {
    return new TokenSettings(sharedSecret, accessLifetime, refreshLifetime, issuer, audience);
  }

  /** Returns these settings with another {@code refreshLifetime}. */
  public TokenSettings withRefreshLifetime(Duration refreshLifetime) {
    return new TokenSettings(sharedSecret, accessLifetime, refreshLifetime, issuer, audience);
  }

  /** Returns these settings with another {@code issuer}. */
  public TokenSettings withIssuer(String issuer) {
    return new TokenSettings(sharedSecret, accessLifetime, refreshLifetime, issuer, audience);
  }

  /** Returns these settings with another {@code audience}. */
  public TokenSettings withAudience(String audience) {
    return new TokenSettings(sharedSecret, accessLifetime, refreshLifetime, issuer, audience);
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
