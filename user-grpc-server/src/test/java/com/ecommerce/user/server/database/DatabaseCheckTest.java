package com.ecommerce.user.server.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.FreePorts;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.SlowRelay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.TimeZone;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests databases that exist but cannot be used: each is refused with its actual reason, in one
 * line.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class DatabaseCheckTest {
  private static final String SETTING = "--database-url \\(DATABASE_URL\\): ";

  /** A timeout that a permanent error must not use up. */
  private static final Duration LONG = Duration.ofHours(1);

  private static final Duration SHORT = Duration.ofSeconds(1);

  private static DatabaseUrl url(TestDatabase database, String user, String parameters) {
    return DatabaseUrl.parse(
        database.jdbcUrl().replaceFirst("user=[^&]*", "user=" + user) + parameters);
  }

  private static void assertRefused(DatabaseUrl url, String reason) {
    assertRefused(url, reason, LONG);
  }

  private static void assertRefused(DatabaseUrl url, String reason, Duration timeout) {
    var refused = assertThrows(StartupException.class, () -> DatabaseCheck.check(url, timeout));
    String line = refused.getMessage();
    assertTrue(
        line.matches(SETTING + "postgresql://[^ ]+: " + reason + " \\(expected: .*\\)"), line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LATIN1", "SQL_ASCII", "WIN1252", "EUC_JP"})
  void encodingWithoutAllLetters_isRefused(String encoding, TestDatabase database) {
    database.execute(
        "create database unfit encoding '%s' locale_provider libc locale 'C' template template0"
            .formatted(encoding));
    try {
      var url = DatabaseUrl.parse(database.jdbcUrl().replaceFirst("/test_\\d+", "/unfit"));

      assertRefused(url, "encoding " + encoding);
    } finally {
      database.execute("drop database unfit with (force)");
    }
  }

  @Test
  void searchPathWithoutASchema_isRefused(TestDatabase database) {
    database.execute("create role lost login");
    try {
      database.execute("alter role lost set search_path = 'no_such_schema'");
      assertRefused(url(database, "lost", ""), "no schema in its search_path, no_such_schema");

      database.execute("alter role lost set search_path = ''");
      assertRefused(url(database, "lost", ""), "no schema in its search_path, \"\"");

      database.execute("alter role lost set search_path = 'information_schema'");
      DatabaseCheck.check(url(database, "lost", ""), LONG);
    } finally {
      database.execute("drop role lost");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"&options=-c%20default_transaction_read_only=on", "&readOnly=true"})
  void readOnlyConnection_isRefused(String parameter, TestDatabase database) {
    assertRefused(url(database, "postgres", parameter), "read-only");
  }

  @Test
  void serverWithoutTls_isRefusedIfTlsIsRequired(TestDatabase database) {
    assertRefused(url(database, "postgres", "&sslmode=require"), "the server has no TLS");
    assertRefused(url(database, "postgres", "&sslmode=verify-full"), "the server has no TLS");
  }

  @Test
  void missingStandby_isRefused(TestDatabase database) {
    assertRefused(
        url(database, "postgres", "&target_session_attrs=standby"),
        "no server that is secondary answers",
        SHORT);
  }

  @Test
  void unknownRole_isRefused(TestDatabase database) {
    assertRefused(
        url(database, "no_such_role", ""),
        "user not admitted: role \"no_such_role\" does not exist");
  }

  @Test
  void roleWithoutTheRightToConnect_isRefused(TestDatabase database) {
    String name = url(database, "postgres", "").database();
    database.execute("revoke connect on database " + name + " from public");
    database.execute("create role stranger login");
    try {
      assertRefused(
          url(database, "stranger", ""), "not allowed: permission denied for database .*");
    } finally {
      database.execute("drop role stranger");
      database.execute("grant connect on database " + name + " to public");
    }
  }

  @Test
  void databaseWithoutAFreeConnection_isAwaited(TestDatabase database) throws Exception {
    database.execute("create role crowded login connection limit 0");
    try {
      var url = url(database, "crowded", "");
      assertRefused(url, "no room for another connection: too many connections .*", SHORT);

      assertWaitsUntil(url, () -> database.execute("alter role crowded connection limit -1"));
    } finally {
      database.execute("drop role crowded");
    }
  }

  @Test
  void databaseThatListensLater_isAwaited(TestDatabase database) throws Exception {
    int port = FreePorts.next();
    var matcher = Pattern.compile(":(\\d+)/").matcher(database.jdbcUrl());
    assertTrue(matcher.find());
    int target = Integer.parseInt(matcher.group(1));
    var url = DatabaseUrl.parse(database.jdbcUrl().replace(":" + target + "/", ":" + port + "/"));
    assertRefused(url, "unreachable: connection refused", SHORT);

    var relays = new ArrayList<SlowRelay>();
    try {
      assertWaitsUntil(url, () -> relays.add(new SlowRelay(target, port)));
    } finally {
      relays.forEach(SlowRelay::close);
    }
  }

  @Test
  void unknownHost_isUnreachable() {
    assertRefused(
        DatabaseUrl.parse("postgresql://ada@db.invalid/users"),
        "unreachable: the host is unknown",
        SHORT);
  }

  @Test
  void serverThatHangsUp_isUnreachable() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var hangingUp =
          CompletableFuture.runAsync(
              () -> {
                try {
                  while (true) {
                    server.accept().close();
                  }
                } catch (IOException closed) {
                  // The test is over.
                }
              });

      var url = DatabaseUrl.parse("postgresql://ada@127.0.0.1:" + server.getLocalPort() + "/users");
      assertRefused(url, "unreachable: the connection was closed without an answer", SHORT);

      server.close();
      hangingUp.get(30, TimeUnit.SECONDS);
    }
  }

  /** Checks the database, and runs the action once the check waits. */
  private static void assertWaitsUntil(DatabaseUrl url, Callable<?> action) throws Exception {
    try (var log = new CapturedLog()) {
      var check = CompletableFuture.runAsync(() -> DatabaseCheck.check(url, LONG));
      Await.until(() -> check.isDone() || log.text().contains("; trying again for up to 3600 s"));
      assertFalse(check.isDone());

      action.call();

      check.get(30, TimeUnit.SECONDS);
      assertEquals(1, log.text().lines().count(), log.text());
    }
  }

  @Test
  void databaseThatAcceptsNoConnections_isRefused(TestDatabase database) {
    database.execute("create database shut allow_connections false");
    try {
      var url = DatabaseUrl.parse(database.jdbcUrl().replaceFirst("/test_\\d+", "/shut"));

      assertRefused(url, "refused: database \"shut\" is not currently accepting connections");
    } finally {
      database.execute("drop database shut");
    }
  }

  @Test
  void parameterUnknownToTheServer_isRefused(TestDatabase database) {
    assertRefused(
        url(database, "postgres", "&options=-c%20no_such_setting=1"),
        "refused: unrecognized configuration parameter \"no_such_setting\"");
  }

  @Test
  void parameterInvalidForTheDriver_isRefused(TestDatabase database) {
    assertRefused(
        url(database, "postgres", "&prepareThreshold=many"),
        "a parameter of the URL is invalid: .*");
  }

  @Test
  void timeZoneUnknownToTheServer_isRefused(TestDatabase database) {
    var before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("IST"));
    try {
      assertRefused(
          url(database, "postgres", ""),
          "refused: invalid value for parameter \"TimeZone\": \"IST\"");
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "28P01, false",
    "28000, false",
    "3D000, false",
    "42501, false",
    "22023, false",
    "53300, true",
    "53100, true",
    "57P03, true",
    "57P01, true",
    "08001, true",
    "08006, true",
    "08004, false",
    "08P01, false",
    ", true",
  })
  void mayPass_dependsOnTheSqlState(String state, boolean mayPass) {
    var url = DatabaseUrl.parse("postgresql://ada@localhost/users");

    assertEquals(mayPass, DatabaseRefusal.mayPass(new SQLException("refused", state), url));
  }

  @ParameterizedTest
  @CsvSource({
    "28P01, user or password refused",
    "28000, user not admitted: refused",
    "3D000, no such database",
    "53300, no room for another connection: refused",
    "57P03, starting or stopping: refused",
    "08001, unreachable",
    "08004, 'no password given, and the server asks for one'",
    "08P01, the answer is not PostgreSQL's",
    ", unreachable",
  })
  void reason_followsFromTheSqlState(String state, String expected) {
    var url = DatabaseUrl.parse("postgresql://ada@localhost/users");

    String reason = DatabaseRefusal.reason(new SQLException("refused", state), url);

    assertEquals(expected, reason.substring(0, reason.indexOf(" (expected: ")));
  }
}
