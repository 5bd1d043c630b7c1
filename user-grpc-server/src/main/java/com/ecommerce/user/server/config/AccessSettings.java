package com.ecommerce.user.server.config;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.core.session.CertifiedServices;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.value.TextRule;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of authentication, and of the proxies and certificates that are trusted.
 *
 * @param trustedProxies the proxies whose {@code x-forwarded-for} is trusted
 * @param certifiedServices the services that are known by their TLS certificates
 * @param hidesAccounts whether registrations hide that an email is taken
 */
public record AccessSettings(
    AuthMode mode,
    TokenSettings tokens,
    TrustedProxies trustedProxies,
    CertifiedServices certifiedServices,
    boolean hidesAccounts) {
  public static final AccessSettings DEFAULT =
      new AccessSettings(AuthMode.OFF, TokenSettings.DEFAULT, TrustedProxies.NONE);

  private static final int MAX_ACCESS_MINUTES = 1_440;
  private static final int MAX_REFRESH_DAYS = (int) TokenSettings.MAX_SESSION_LIFETIME.toDays();

  /** Without services that are known by their certificates. */
  public AccessSettings(AuthMode mode, TokenSettings tokens, TrustedProxies trustedProxies) {
    this(mode, tokens, trustedProxies, CertifiedServices.NONE);
  }

  /** Creates settings without hidden accounts. */
  public AccessSettings(
      AuthMode mode,
      TokenSettings tokens,
      TrustedProxies trustedProxies,
      CertifiedServices certifiedServices) {
    this(mode, tokens, trustedProxies, certifiedServices, false);
  }

  /** Notes what is wrong in the reader. */
  static AccessSettings read(SettingReader reader) {
    return new AccessSettings(
        reader.choice(Setting.AUTH_MODE, AuthMode.OFF, AuthMode.class),
        tokens(reader),
        reader.parse(Setting.TRUSTED_PROXIES, TrustedProxies.parse(""), TrustedProxies::parse),
        reader.parse(Setting.TLS_SERVICE_NAMES, CertifiedServices.NONE, AccessSettings::services),
        reader.bool(Setting.REGISTRATION_HIDES_ACCOUNTS, false));
  }

  private static CertifiedServices services(String text) {
    Set<String> names = new LinkedHashSet<>();
    for (String name : text.split(",", -1)) {
      try {
        names.add(TextRule.CLIENT_NAME.parseRequired(name));
      } catch (InvalidValueException invalid) {
        throw new IllegalArgumentException(
            "a name: " + invalid.getMessage() + ", names separated by commas", invalid);
      }
    }
    return new CertifiedServices(names);
  }

  private static TokenSettings tokens(SettingReader reader) {
    var preset = TokenSettings.DEFAULT;
    Optional<String> secret =
        reader.parse(
            Setting.JWT_SECRET,
            Optional.empty(),
            text -> Optional.of(TokenSettings.checkSecret(text)));
    int accessMinutes =
        reader.integer(
            Setting.JWT_ACCESS_TOKEN_LIFETIME,
            (int) preset.accessLifetime().toMinutes(),
            1,
            MAX_ACCESS_MINUTES);
    int refreshDays =
        reader.integer(
            Setting.JWT_REFRESH_TOKEN_LIFETIME,
            (int) preset.refreshLifetime().toDays(),
            1,
            MAX_REFRESH_DAYS);
    return new TokenSettings(
        secret,
        Duration.ofMinutes(accessMinutes),
        Duration.ofDays(refreshDays),
        reader.text(Setting.JWT_ISSUER).orElse(preset.issuer()),
        reader.text(Setting.JWT_AUDIENCE).orElse(preset.audience()));
  }
}
