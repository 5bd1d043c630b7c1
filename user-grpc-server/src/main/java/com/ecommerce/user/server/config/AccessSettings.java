package com.ecommerce.user.server.config;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.core.session.CertifiedServices;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.value.TextRule;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;

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

  /** Creates settings without services that are known by their certificates. */
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

  /** Reads the settings, and records problems in the reader. */
  static AccessSettings read(SettingReader reader) {
    return new AccessSettings(
        reader.choice(Setting.AUTH_MODE, AuthMode.class),
        new TokenSettings(
            reader.optional(Setting.JWT_SECRET, TokenSettings::checkSecret),
            reader.duration(Setting.JWT_ACCESS_TOKEN_LIFETIME),
            reader.duration(Setting.JWT_REFRESH_TOKEN_LIFETIME),
            reader.value(Setting.JWT_ISSUER, Function.identity()),
            reader.value(Setting.JWT_AUDIENCE, Function.identity())),
        reader.optional(Setting.TRUSTED_PROXIES, TrustedProxies::parse).orElse(TrustedProxies.NONE),
        reader
            .optional(Setting.TLS_SERVICE_NAMES, AccessSettings::services)
            .orElse(CertifiedServices.NONE),
        reader.bool(Setting.REGISTRATION_HIDES_ACCOUNTS));
  }

  private static CertifiedServices services(String text) {
    Set<String> names = new LinkedHashSet<>();
    for (String name : text.split(",", -1)) {
      try {
        names.add(TextRule.CLIENT_NAME.parseRequired(name));
      } catch (InvalidValueException invalid) {
        throw invalid.of("a name in the list");
      }
    }
    return new CertifiedServices(names);
  }
}
