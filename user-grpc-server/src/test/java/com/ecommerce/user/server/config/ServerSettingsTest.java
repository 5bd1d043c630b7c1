package com.ecommerce.user.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.limit.Rate;
import com.ecommerce.user.core.limit.RateLimitSettings;
import com.ecommerce.user.rest.json.UnknownFields;
import com.ecommerce.user.rest.page.PageSettings;
import com.ecommerce.user.server.cli.Command;
import com.ecommerce.user.server.log.LogFormat;
import com.ecommerce.user.server.log.LogLevel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSettingsTest {
  private static ServerSettings read(Map<String, String> flags, Map<String, String> environment) {
    return ServerSettings.read(flags, environment);
  }

  private static ServerSettings environment(String... namesAndValues) {
    return read(Map.of(), pairs(namesAndValues));
  }

  private static Map<String, String> pairs(String... namesAndValues) {
    var pairs = new java.util.TreeMap<String, String>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      pairs.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return pairs;
  }

  private static String problem(String... namesAndValues) {
    return assertThrows(StartupException.class, () -> environment(namesAndValues)).getMessage();
  }

  @Test
  void read_ofNothing_givesTheDefaults() {
    var settings = environment();

    assertEquals(50_051, settings.port());
    assertEquals(10, settings.workers());
    assertEquals(10, settings.databasePoolSize());
    int cores = Runtime.getRuntime().availableProcessors();
    assertEquals(Math.min(cores, 8), settings.databaseLoopConnections());
    assertEquals(Optional.empty(), settings.databaseUrl());
    assertEquals(Optional.of("localhost"), settings.listenAddress());
    assertEquals(Path.of("data"), settings.dataDirectory());
    assertEquals(Duration.ofSeconds(10), settings.connections().shutdownGrace());
    assertEquals(Duration.ofSeconds(10), settings.databaseConnectTimeout());
    assertEquals(HashSettings.DEFAULT, settings.hashSettings());
    assertEquals(
        new RestServerSettings(
            Optional.of(8_000),
            Optional.empty(),
            Set.of(),
            UnknownFields.REJECT,
            PageSettings.Offer.LINKS,
            Optional.empty(),
            Optional.empty()),
        settings.rest());
    assertEquals(new MetricsSettings(Optional.of(9_464), false), settings.metrics());
    assertEquals(new LogSettings(LogLevel.INFO, LogFormat.TEXT), settings.log());
  }

  @Test
  void rest_hasAPortOriginsAndAPlace() {
    var settings =
        environment(
            "REST_PORT", "0",
            "PUBLIC_BASE_URL", "https://users.example",
            "CORS_ALLOWED_ORIGINS", "https://shop.example, http://localhost:3000,*");

    assertEquals(Optional.of(0), settings.rest().port());
    assertEquals(Optional.of(URI.create("https://users.example")), settings.rest().publicBaseUrl());
    assertEquals(
        Set.of("https://shop.example", "http://localhost:3000", "*"),
        settings.rest().corsOrigins());
  }

  @Test
  void rest_mayIgnoreUnknownFields() {
    assertEquals(
        UnknownFields.IGNORE, environment("REST_UNKNOWN_FIELDS", "ignore").rest().unknownFields());
  }

  @Test
  void rest_canBeTurnedOff() {
    assertEquals(Optional.empty(), environment("REST_PORT", "-1").rest().port());
    assertEquals(Optional.empty(), read(Map.of("--no-rest", ""), Map.of()).rest().port());
  }

  @Test
  void console_isOnByDefaultOnlyIfNothingPublishesIt() {
    assertTrue(environment().hasConsole());
    for (String host : List.of("localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000")) {
      assertTrue(environment("PUBLIC_BASE_URL", "http://" + host + "/users").hasConsole(), host);
    }
    assertFalse(environment("BIND_ADDRESS", "192.0.2.1").hasConsole());
    assertFalse(environment("DATABASE_URL", "postgresql://h/db").hasConsole());
    assertFalse(environment("TRUSTED_PROXIES", "127.0.0.1").hasConsole());
    assertFalse(environment("PUBLIC_BASE_URL", "https://users.example").hasConsole());
    assertFalse(environment("PUBLIC_BASE_URL", "https://localhost.example").hasConsole());
  }

  @Test
  void console_canBeTurnedOnAndOff() {
    assertFalse(environment("CONSOLE", "off").hasConsole());
    assertTrue(
        environment(
                "CONSOLE", "on",
                "BIND_ADDRESS", "192.0.2.1",
                "TRUSTED_PROXIES", "192.0.2.2",
                "PUBLIC_BASE_URL", "https://users.example")
            .hasConsole());
  }

  @Test
  void metrics_haveAPortOrAreOff() {
    assertEquals(
        new MetricsSettings(Optional.of(0), true), environment("METRICS_PORT", "0").metrics());
    assertEquals(Optional.empty(), environment("METRICS_PORT", "-1").metrics().port());
  }

  @Test
  void logFormat_isChosen() {
    assertEquals(LogFormat.JSON, environment("LOG_FORMAT", "json").log().format());
  }

  @ParameterizedTest
  @CsvSource({"https://shop.example/", "shop.example", "https://a.example;https://b.example"})
  void corsOrigins_areOrigins(String wrong) {
    assertTrue(
        problem("CORS_ALLOWED_ORIGINS", "https://shop.example," + wrong)
            .startsWith(
                "--cors-allowed-origins (CORS_ALLOWED_ORIGINS): " + wrong + " (expected: "));
  }

  @ParameterizedTest
  @CsvSource({"','", "'https://shop.example,'", "',*'", "'https://shop.example,,*'"})
  void corsOrigins_haveNoEmptyEntry(String wrong) {
    assertTrue(
        problem("CORS_ALLOWED_ORIGINS", wrong)
            .startsWith(
                "--cors-allowed-origins (CORS_ALLOWED_ORIGINS): an empty entry (expected: "));
  }

  @Test
  void flags_areTrimmedLikeVariables() {
    assertEquals(
        environment("SHUTDOWN_GRACE_SECONDS", "5").connections().shutdownGrace(),
        read(Map.of("--shutdown-grace-seconds", " 5 "), Map.of()).connections().shutdownGrace());
  }

  @Test
  void read_ofTheEnvironment_givesItsValues() {
    var settings =
        environment(
            "GRPC_PORT", " 0 ",
            "GRPC_MAX_WORKERS", "3",
            "BIND_ADDRESS", "192.0.2.1",
            "DATA_DIR", "/srv/users",
            "DATABASE_LOOP_CONNECTIONS", "0",
            "DATABASE_CONNECT_TIMEOUT_SECONDS", "2",
            "SHUTDOWN_GRACE_SECONDS", "0",
            "PASSWORD_HASH", "Argon2id",
            "PASSWORD_BCRYPT_COST", "4",
            "LOG_LEVEL", "debug");

    assertEquals(0, settings.port());
    assertEquals(3, settings.workers());
    assertEquals(3, settings.databasePoolSize());
    assertEquals(0, settings.databaseLoopConnections());
    assertEquals(Optional.of("192.0.2.1"), settings.listenAddress());
    assertEquals(Path.of("/srv/users"), settings.dataDirectory());
    assertEquals(Duration.ofSeconds(2), settings.databaseConnectTimeout());
    assertEquals(Duration.ZERO, settings.connections().shutdownGrace());
    assertEquals(HashSettings.Algorithm.ARGON2ID, settings.hashSettings().algorithm());
  }

  @Test
  void databaseReadUrl_isADatabaseOfItsOwn() {
    assertEquals(Optional.empty(), environment().databaseReadUrl());
    assertEquals(
        "postgresql://replica/users",
        environment("DATABASE_READ_URL", "postgresql://ada:hunter2@replica/users")
            .databaseReadUrl()
            .orElseThrow()
            .toString());
    assertTrue(
        problem("DATABASE_READ_URL", "mysql://replica/users").startsWith("DATABASE_READ_URL: "));
  }

  @Test
  void connections_liveAndEndAsTold() {
    assertEquals(
        new ConnectionSettings(Duration.ZERO, Duration.ofSeconds(10), Optional.empty()),
        environment().connections());
    assertEquals(
        new ConnectionSettings(
            Duration.ofSeconds(5), Duration.ofSeconds(20), Optional.of(Duration.ofMinutes(10))),
        environment(
                "SHUTDOWN_DELAY_SECONDS", "5",
                "SHUTDOWN_GRACE_SECONDS", "20",
                "GRPC_MAX_CONNECTION_AGE_SECONDS", "600")
            .connections());
    assertEquals(
        "--shutdown-delay-seconds (SHUTDOWN_DELAY_SECONDS): -1 (expected: a whole number of seconds from 0 to 3600)",
        problem("SHUTDOWN_DELAY_SECONDS", "-1"));
  }

  /** A map that records the requested names. */
  private static final class AskedMap extends HashMap<String, String> {
    private final transient Set<String> asked = new TreeSet<>();

    @Override
    public String get(Object name) {
      asked.add((String) name);
      return super.get(name);
    }
  }

  @Test
  void commandSettings_areThoseOfTheTable() {
    var environment = new AskedMap();
    CommandSettings.read(new SettingReader(Map.of(), environment));

    assertEquals(
        Command.CREATE_ADMIN.settings().stream()
            .map(Setting::variable)
            .collect(Collectors.toCollection(TreeSet::new)),
        environment.asked);
  }

  @Test
  void flags_ofNewerSettings_winOverVariables_andAreNamed() {
    var flags =
        Map.of("--log-level", "debug", "--metrics-port", "0", "--password-bcrypt-cost", "99");
    var environment = Map.of("LOG_LEVEL", "chatty", "METRICS_PORT", "x");
    var refused = assertThrows(StartupException.class, () -> read(flags, environment));

    assertEquals(
        "--password-bcrypt-cost (PASSWORD_BCRYPT_COST): 99 (expected: a whole number from 4 to 16)",
        refused.getMessage());
  }

  @Test
  void numbers_areOfAsciiDigits() {
    for (String digits : List.of("٥٠٠٥١", "+1", "1_000", "99999999999", "0x10")) {
      assertTrue(problem("GRPC_PORT", digits).contains("(expected: a whole number"), digits);
    }
  }

  @Test
  void flag_withoutAText_isRefused() {
    var refused =
        assertThrows(StartupException.class, () -> read(Map.of("--jwt-issuer", " "), Map.of()));
    assertEquals("--jwt-issuer (JWT_ISSUER): empty (expected: a value)", refused.getMessage());
  }

  @Test
  void secrets_comeFromFiles(@TempDir Path directory) throws IOException {
    Path jwt =
        Files.writeString(directory.resolve("jwt"), "hunter5-hunter5-hunter5-hunter5-hunter5\n");
    Path smtp = Files.writeString(directory.resolve("smtp"), "smtp://ada:hunter4@mail.example:587");

    var settings =
        read(Map.of("--jwt-secret-file", jwt.toString()), Map.of("SMTP_URL_FILE", smtp.toString()));

    assertEquals(
        Optional.of("hunter5-hunter5-hunter5-hunter5-hunter5"),
        settings.access().tokens().sharedSecret());
    assertTrue(settings.mail().smtp().isPresent());
    assertEquals(
        "JWT_SECRET and JWT_SECRET_FILE: both are given (expected: one of them)",
        problem("JWT_SECRET", "x".repeat(40), "JWT_SECRET_FILE", jwt.toString()));
  }

  @Test
  void read_prefersFlags() {
    var settings = read(Map.of("--port", "1", "--workers", "2"), Map.of("GRPC_PORT", "x"));

    assertEquals(1, settings.port());
    assertEquals(2, settings.databasePoolSize());
  }

  @Test
  void read_takesBlankVariablesForNone() {
    assertEquals(50_051, environment("GRPC_PORT", " ").port());
    assertEquals(Optional.empty(), environment("DATABASE_URL", "").databaseUrl());
  }

  @Test
  void read_withADatabaseUrl_listensEverywhereUnlessBound() {
    String url = "postgresql://h/db";

    assertEquals(Optional.empty(), environment("DATABASE_URL", url).listenAddress());
    assertEquals(
        Optional.of("::1"),
        environment("DATABASE_URL", url, "BIND_ADDRESS", "::1").listenAddress());
  }

  @ParameterizedTest
  @CsvSource({
    "GRPC_PORT, -1, --port (GRPC_PORT): -1 (expected: a whole number from 0 to 65535)",
    "GRPC_PORT, 65536, --port (GRPC_PORT): 65536 (expected: a whole number from 0 to 65535)",
    "GRPC_PORT, 5e4, --port (GRPC_PORT): 5e4 (expected: a whole number from 0 to 65535)",
    "GRPC_MAX_WORKERS, 0, --workers (GRPC_MAX_WORKERS): 0 (expected: a whole number from 1 to 1000)",
    "DATABASE_POOL_SIZE, 0, --database-pool-size (DATABASE_POOL_SIZE): 0 (expected: a whole number from 1 to 1000)",
    "DATABASE_LOOP_CONNECTIONS, -1, --database-loop-connections (DATABASE_LOOP_CONNECTIONS): -1 (expected: a whole number from 0 to 1000)",
    "CACHE_MEGABYTES, lots, --cache-megabytes (CACHE_MEGABYTES): lots (expected: a whole number from 0 to HALF)",
    "CACHE_MEGABYTES, 2000000, --cache-megabytes (CACHE_MEGABYTES): 2000000 (expected: a whole number from 0 to HALF)",
    "SHUTDOWN_GRACE_SECONDS, -1, --shutdown-grace-seconds (SHUTDOWN_GRACE_SECONDS): -1 (expected: a whole number of seconds from 0 to 3600)",
    "PASSWORD_BCRYPT_COST, 17, --password-bcrypt-cost (PASSWORD_BCRYPT_COST): 17 (expected: a whole number from 4 to 16)",
    "PASSWORD_HASH, md5, '--password-hash (PASSWORD_HASH): md5 (expected: one of bcrypt, argon2id)'",
    "METRICS_PORT, -2, --metrics-port (METRICS_PORT): -2 (expected: a whole number from -1 to 65535)",
    "LOG_FORMAT, xml, '--log-format (LOG_FORMAT): xml (expected: one of text, json)'",
    "LOG_LEVEL, chatty, '--log-level (LOG_LEVEL): chatty (expected: one of trace, debug, info, warn, error)'",
  })
  void read_saysWhatIsWrongAndWhatIsExpected(String name, String value, String message) {
    String half = Long.toString(Runtime.getRuntime().maxMemory() / 2 >> 20);
    assertEquals(message.replace("HALF", half), problem(name, value));
  }

  @Test
  void read_reportsEveryBadValueAtOnce() {
    String problems =
        problem(
            "GRPC_PORT", "http",
            "GRPC_MAX_WORKERS", "many",
            "DATABASE_URL", "postgresql://ada:hunter2@h",
            "DATABASE_POOL_SIZE", "0",
            "DATABASE_CONNECT_TIMEOUT_SECONDS", "soon",
            "SHUTDOWN_GRACE_SECONDS", "-",
            "PASSWORD_HASH", "rot13",
            "PASSWORD_BCRYPT_COST", "99",
            "LOG_LEVEL", "chatty");

    assertEquals(9, problems.lines().count(), problems);
    assertTrue(problems.lines().allMatch(line -> line.contains("(expected: ")), problems);
    assertFalse(problems.contains("hunter2"));
  }

  @Test
  void cache_isReadInMegabytes() {
    assertEquals(7L << 20, environment("CACHE_MEGABYTES", "7").cache().bytes());
    assertEquals(0, environment("CACHE_MEGABYTES", "0").cache().bytes());
    long preset = environment().cache().bytes();
    assertTrue(preset > 0 && preset <= UserCore.Builder.defaultCacheBytes());
  }

  @Test
  void limits_haveDefaultsForCostlyMethodsAlone() {
    assertEquals(
        new LimitSettings(RateLimitSettings.DEFAULT, Optional.empty()), environment().limits());
    assertEquals(
        Optional.empty(), environment("RATE_LIMIT_BURST", "5").limits().rates().perCaller());
  }

  @Test
  void limits_areRead() {
    var limits =
        environment(
                "RATE_LIMIT_PER_SECOND", "20",
                "RATE_LIMIT_METHODS", "Login=5/m,CreateUser=none",
                "REDIS_URL", "rediss://ada:hunter2@cache.internal:6380/3")
            .limits();
    assertEquals(Optional.of(Rate.perSecond(20, 40)), limits.rates().perCaller());
    assertEquals("CreateUser=none,Login=5/m:10", limits.rates().methods().toString());
    assertEquals("rediss://cache.internal:6380/3", limits.redis().orElseThrow().toString());
    var burst = environment("RATE_LIMIT_PER_SECOND", "20", "RATE_LIMIT_BURST", "7").limits();
    assertEquals(Optional.of(Rate.perSecond(20, 7)), burst.rates().perCaller());
  }

  @Test
  void limits_reportEveryBadValueAtOnce() {
    String problems =
        problem(
            "RATE_LIMIT_PER_SECOND", "-1",
            "RATE_LIMIT_BURST", "0",
            "RATE_LIMIT_METHODS", "Login=often,Fly=1/s",
            "REDIS_URL", "http://:hunter2@h");
    assertEquals(
        List.of(
            "--rate-limit-per-second (RATE_LIMIT_PER_SECOND): -1 (expected: a whole number from 0 to 100000)",
            "--rate-limit-burst (RATE_LIMIT_BURST): 0 (expected: a whole number from 1 to 1000000)",
            "--rate-limit-methods (RATE_LIMIT_METHODS): Login=often (expected: calls a second or minute, 1 to 100000, and perhaps a burst up to 1000000, such as 10/s or 5/m:20) or none; Fly (expected: the name of a method, such as SearchUsers)",
            "REDIS_URL: not a Redis URL (expected: redis://user:pass@host:6379/0, or rediss:// for TLS; user, password, port and database may be left out)"),
        problems.lines().toList());
  }

  @Test
  void read_ofAnImpossiblePath_isReportedToo() {
    assertTrue(problem("DATA_DIR", "a\u0000b").startsWith("--data-dir (DATA_DIR): "));
  }

  @Test
  void toString_showsNoSecret() {
    var settings =
        environment(
            "DATABASE_URL", "postgresql://ada:hunter2@h/db?sslpassword=hunter3",
            "SMTP_URL", "smtp://ada:hunter4@mail.example:587",
            "JWT_SECRET", "hunter5-hunter5-hunter5-hunter5-hunter5",
            "REDIS_URL", "rediss://ada:hunter6@redis.example:6379/1");

    assertFalse(settings.toString().contains("hunter"));
    assertTrue(settings.toString().contains("postgresql://h/db"));
  }
}
