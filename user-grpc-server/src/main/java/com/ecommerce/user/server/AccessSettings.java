package com.ecommerce.user.server;

import com.ecommerce.user.core.call.TrustedProxies;
import com.ecommerce.user.core.session.TokenSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * Who is let in, how that is proven, and who is believed.
 *
 * @param trustedProxies who is believed about where a call comes from
 */
record AccessSettings(AuthMode mode, TokenSettings tokens, TrustedProxies trustedProxies) {
  static final AccessSettings DEFAULT =
      new AccessSettings(AuthMode.OFF, TokenSettings.DEFAULT, TrustedProxies.NONE);

  private static final int MAX_ACCESS_MINUTES = 1_440;
  private static final int MAX_REFRESH_DAYS = (int) TokenSettings.MAX_SESSION_LIFETIME.toDays();

  /** Notes what is wrong in the reader. */
  static AccessSettings read(SettingReader reader) {
    return new AccessSettings(
        reader.choice("AUTH_MODE", AuthMode.OFF, AuthMode.class),
        tokens(reader),
        reader.parse(
            "TRUSTED_PROXIES",
            reader.text("TRUSTED_PROXIES"),
            TrustedProxies.NONE,
            TrustedProxies::parse));
  }

  private static TokenSettings tokens(SettingReader reader) {
    var preset = TokenSettings.DEFAULT;
    Optional<String> secret =
        reader.parse(
            "JWT_SECRET",
            reader.text("JWT_SECRET"),
            Optional.empty(),
            text -> Optional.of(TokenSettings.checkSecret(text)));
    int accessMinutes =
        reader.integer(
            "JWT_ACCESS_TOKEN_LIFETIME",
            (int) preset.accessLifetime().toMinutes(),
            1,
            MAX_ACCESS_MINUTES);
    int refreshDays =
        reader.integer(
            "JWT_REFRESH_TOKEN_LIFETIME",
            (int) preset.refreshLifetime().toDays(),
            1,
            MAX_REFRESH_DAYS);
    return new TokenSettings(
        secret,
        Duration.ofMinutes(accessMinutes),
        Duration.ofDays(refreshDays),
        reader.text("JWT_ISSUER").orElse(preset.issuer()),
        reader.text("JWT_AUDIENCE").orElse(preset.audience()));
  }
}
