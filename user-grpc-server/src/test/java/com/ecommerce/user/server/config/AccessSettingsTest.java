package com.ecommerce.user.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.session.TokenSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessSettingsTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static ServerSettings read(Map<String, String> environment) {
    return ServerSettings.read(Map.of(), environment);
  }

  @Test
  void read_ofNothing_givesTheDefaults() {
    var access = read(Map.of()).access();

    assertEquals(AuthMode.OFF, access.mode());
    assertEquals(TokenSettings.DEFAULT, access.tokens());
    assertEquals("", access.trustedProxies().toString());
    assertFalse(access.hidesAccounts());
  }

  @Test
  void read_ofTheEnvironment_givesItsValues() {
    var settings =
        read(
            Map.of(
                "AUTH_MODE", "required",
                "JWT_SECRET", SECRET,
                "JWT_ACCESS_TOKEN_LIFETIME", "5",
                "JWT_REFRESH_TOKEN_LIFETIME", "30",
                "JWT_ISSUER", "https://users.example.com",
                "JWT_AUDIENCE", "shop",
                "TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1",
                "REGISTRATION_HIDES_ACCOUNTS", "True"));

    assertEquals(AuthMode.REQUIRED, settings.access().mode());
    assertEquals(
        new TokenSettings(
            Optional.of(SECRET),
            Duration.ofMinutes(5),
            Duration.ofDays(30),
            "https://users.example.com",
            "shop"),
        settings.access().tokens());
    assertEquals("10.0.0.0/8,192.0.2.1/32", settings.access().trustedProxies().toString());
    assertTrue(settings.access().hidesAccounts());
    assertFalse(settings.toString().contains(SECRET));
  }

  @ParameterizedTest
  @CsvSource({
    "AUTH_MODE, on, '--auth-mode (AUTH_MODE): on (expected: one of off, required)'",
    "REGISTRATION_HIDES_ACCOUNTS, yes, '--registration-hides-accounts (REGISTRATION_HIDES_ACCOUNTS): yes (expected: one of true, false)'",
    "JWT_SECRET, hunter2, JWT_SECRET: 7 bytes (expected: at least 32)",
    "JWT_ACCESS_TOKEN_LIFETIME, 0, --jwt-access-token-lifetime (JWT_ACCESS_TOKEN_LIFETIME): 0 (expected: a whole number of minutes from 1 to 1440)",
    "JWT_REFRESH_TOKEN_LIFETIME, 91, --jwt-refresh-token-lifetime (JWT_REFRESH_TOKEN_LIFETIME): 91 (expected: a whole number of days from 1 to 90)",
    "TRUSTED_PROXIES, ',10.0.0.0/8', --trusted-proxies (TRUSTED_PROXIES): an empty entry (expected: a network such as 10.0.0.0/8 or fd00::/8)",
    "TRUSTED_PROXIES, ',', --trusted-proxies (TRUSTED_PROXIES): an empty entry (expected: a network such as 10.0.0.0/8 or fd00::/8)",
    "TRUSTED_PROXIES, proxy, --trusted-proxies (TRUSTED_PROXIES): proxy (expected: a network such as 10.0.0.0/8 or fd00::/8)",
  })
  void read_saysWhatIsWrongAndWhatIsExpected(String name, String value, String message) {
    var refused = assertThrows(StartupException.class, () -> read(Map.of(name, value)));

    assertEquals(message, refused.getMessage());
  }

  @Test
  void isReachable_isWhatListensBeyondLoopback() {
    String url = "postgresql://h/db";

    assertFalse(read(Map.of()).isReachable());
    assertFalse(read(Map.of("DATABASE_URL", url, "BIND_ADDRESS", "127.0.0.1")).isReachable());
    assertFalse(read(Map.of("DATABASE_URL", url, "BIND_ADDRESS", "::1")).isReachable());
    assertTrue(read(Map.of("DATABASE_URL", url)).isReachable());
    assertTrue(read(Map.of("BIND_ADDRESS", "0.0.0.0")).isReachable());
    assertTrue(read(Map.of("BIND_ADDRESS", "192.0.2.1")).isReachable());
  }
}
