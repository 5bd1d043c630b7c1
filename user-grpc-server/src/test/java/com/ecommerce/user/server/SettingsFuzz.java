package com.ecommerce.user.server;

import static com.ecommerce.user.core.testing.FuzzInput.accepted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.internal.text.Characters;
import com.ecommerce.user.core.testing.FuzzInput;
import com.ecommerce.user.server.cli.Arguments;
import com.ecommerce.user.server.cli.UsageException;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.RedisUrl;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.config.Setting;
import com.ecommerce.user.server.config.SmtpUrl;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.database.eventloop.JdbcUrl;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.postgresql.Driver;

/** Fuzzes the input of operators: settings, the URLs in them, and command lines. */
@Timeout(10)
class SettingsFuzz {
  private static final String SECRET = "hunter2hunter2";

  /** The settings that name no file, since a fuzz target must not read arbitrary files. */
  private static final List<Setting> SETTINGS =
      Arrays.stream(Setting.values())
          .filter(setting -> !setting.name().matches(".*(_FILE|_DIR|TEMPLATES).*"))
          .toList();

  @FuzzTest
  void databaseUrl_isAcceptedByTheDriver(byte[] input) {
    String text = FuzzInput.text(input);
    accepted(input, IllegalArgumentException.class, () -> DatabaseUrl.parse(text))
        .ifPresent(SettingsFuzz::assertUsable);
    if (text.indexOf('@') < 0) {
      accepted(
              input,
              IllegalArgumentException.class,
              () -> DatabaseUrl.parse("postgresql://ada:" + SECRET + "@" + text))
          .ifPresent(
              url -> {
                assertFalse(url.toString().contains(SECRET), "password in a log");
                assertFalse(url.jdbcUrl().contains(SECRET), "password in the driver's URL");
                assertEquals(SECRET, url.password().orElseThrow());
              });
    }
    FuzzInput.repeated(text)
        .ifPresent(
            longText -> {
              accepted(input, IllegalArgumentException.class, () -> DatabaseUrl.parse(longText));
              accepted(
                  input,
                  IllegalArgumentException.class,
                  () -> DatabaseUrl.parse("postgresql://" + longText));
            });
  }

  private static void assertUsable(DatabaseUrl url) {
    var properties = Driver.parseURL(url.jdbcUrl(), null);
    assertNotNull(properties, "the driver refuses the URL");
    assertFalse(url.database().isEmpty(), "name of the database");
    assertTrue(url.place().contains(" on "), "place");
    assertTrue(url.place().codePoints().noneMatch(Character::isISOControl), "place");
    JdbcUrl.options(url.jdbcUrl(), url.user(), url.password());
    assertEquals(url.toString(), DatabaseUrl.parse(url.jdbcUrl()).toString());
    url.user().ifPresent(user -> assertTrue(user.indexOf('\uFFFD') < 0, "malformed user"));
    url.password().ifPresent(word -> assertTrue(word.indexOf('\uFFFD') < 0, "malformed password"));
  }

  @FuzzTest
  void otherUrls_hideTheLogin(byte[] input) {
    String text = FuzzInput.text(input);
    if (text.contains(SECRET)) {
      // The fuzzer learns the secret from comparisons, and may use it as a host.
      return;
    }
    accepted(input, IllegalArgumentException.class, () -> SmtpUrl.parse(text))
        .ifPresent(url -> assertTrue(url.port() > 0 && url.port() < 65_536, "port"));
    accepted(input, IllegalArgumentException.class, () -> RedisUrl.parse(text))
        .ifPresent(url -> assertEquals(url.toString(), RedisUrl.parse(url.toString()).toString()));
    accepted(
            input,
            IllegalArgumentException.class,
            () -> SmtpUrl.parse("smtp://ada:" + SECRET + "@" + text))
        .ifPresent(url -> assertFalse(url.toString().contains(SECRET), "password in a log"));
    accepted(
            input,
            IllegalArgumentException.class,
            () -> RedisUrl.parse("redis://ada:" + SECRET + "@" + text))
        .ifPresent(url -> assertFalse(url.toString().contains(SECRET), "password in a log"));
    FuzzInput.repeated(text)
        .ifPresent(
            longText -> {
              accepted(input, IllegalArgumentException.class, () -> SmtpUrl.parse(longText));
              accepted(input, IllegalArgumentException.class, () -> RedisUrl.parse(longText));
            });
  }

  /** The input is settings in the order of {@link Setting}, each by the number of its name. */
  @FuzzTest
  void settings_areReadOrRefusedByName(byte[] input) {
    Map<String, String> environment = new HashMap<>();
    for (String entry : FuzzInput.texts(input, 8)) {
      int equals = entry.indexOf('=');
      SETTINGS.stream()
          .filter(setting -> equals > 0 && setting.variable().equals(entry.substring(0, equals)))
          .forEach(setting -> environment.put(setting.variable(), entry.substring(equals + 1)));
    }
    try {
      var settings = ServerSettings.read(Map.of(), environment);
      assertTrue(settings.port() >= 0 && settings.port() < 65_536, "port");
    } catch (StartupException refused) {
      for (String line : refused.getMessage().split(System.lineSeparator())) {
        assertTrue(
            environment.keySet().stream().anyMatch(line::contains),
            () -> "a problem of no setting: " + line);
        assertTrue(line.codePoints().allMatch(Characters::isPrintable), "a control character");
      }
    }
  }

  @FuzzTest
  void commandLine_isReadOrRefusedByName(byte[] input) {
    String[] words =
        FuzzInput.texts(input, 6).stream().filter(word -> !word.isEmpty()).toArray(String[]::new);
    accepted(input, UsageException.class, () -> Arguments.parse(words))
        .ifPresent(
            arguments ->
                arguments
                    .flags()
                    .forEach((flag, value) -> assertTrue(flag.startsWith("--"), "a flag")));
  }
}
