package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases that exist but cannot be used: each is refused with its actual reason, in one line. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class DatabaseCheckTest {
  private static final String SETTING = "--database-url \\(DATABASE_URL\\): ";

  private static DatabaseUrl url(TestDatabase database, String user, String parameters) {
    return DatabaseUrl.parse(
        database.jdbcUrl().replaceFirst("user=[^&]*", "user=" + user) + parameters);
  }

  private static void assertRefused(DatabaseUrl url, String reason) {
    var refused =
        assertThrows(
            StartupException.class, () -> DatabaseCheck.check(url, Duration.ofSeconds(10)));
    String line = refused.getMessage();
    assertTrue(
        line.matches(SETTING + "postgresql://[^ ]+: " + reason + " \\(expected: .*\\)"), line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LATIN1", "SQL_ASCII", "WIN1252", "EUC_JP"})
  void encodingThatLacksLetters(String encoding, TestDatabase database) {
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
  void searchPathWithoutASchema(TestDatabase database) {
    database.execute("create role lost login");
    try {
      database.execute("alter role lost set search_path = 'no_such_schema'");
      assertRefused(url(database, "lost", ""), "no schema in its search_path, no_such_schema");

      database.execute("alter role lost set search_path = ''");
      assertRefused(url(database, "lost", ""), "no schema in its search_path, \"\"");

      database.execute("alter role lost set search_path = 'information_schema'");
      DatabaseCheck.check(url(database, "lost", ""), Duration.ofSeconds(10));
    } finally {
      database.execute("drop role lost");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"&options=-c%20default_transaction_read_only=on", "&readOnly=true"})
  void readOnly(String parameter, TestDatabase database) {
    assertRefused(url(database, "postgres", parameter), "read-only");
  }

  @Test
  void serverWithoutTls(TestDatabase database) {
    assertRefused(url(database, "postgres", "&sslmode=require"), "the server has no TLS");
    assertRefused(url(database, "postgres", "&sslmode=verify-full"), "the server has no TLS");
  }

  @Test
  void standbyThatIsWanted(TestDatabase database) {
    assertRefused(
        url(database, "postgres", "&target_session_attrs=standby"),
        "no server that is secondary answers");
  }

  @Test
  void roleThatDoesNotExist(TestDatabase database) {
    assertRefused(
        url(database, "no_such_role", ""),
        "user not admitted: role \"no_such_role\" does not exist");
  }

  @Test
  void roleWithoutTheRightToConnect(TestDatabase database) {
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
  void databaseWithoutAFreeConnection(TestDatabase database) {
    database.execute("create role crowded login connection limit 0");
    try {
      assertRefused(
          url(database, "crowded", ""), "no room for another connection: too many connections .*");
    } finally {
      database.execute("drop role crowded");
    }
  }

  @Test
  void databaseThatTakesNoConnections(TestDatabase database) {
    database.execute("create database shut allow_connections false");
    try {
      var url = DatabaseUrl.parse(database.jdbcUrl().replaceFirst("/test_\\d+", "/shut"));

      assertRefused(url, "refused: database \"shut\" is not currently accepting connections");
    } finally {
      database.execute("drop database shut");
    }
  }

  @Test
  void parameterThatTheServerDoesNotKnow(TestDatabase database) {
    assertRefused(
        url(database, "postgres", "&options=-c%20no_such_setting=1"),
        "refused: unrecognized configuration parameter \"no_such_setting\"");
  }

  @Test
  void parameterThatTheDriverDoesNotTake(TestDatabase database) {
    assertRefused(
        url(database, "postgres", "&prepareThreshold=many"),
        "a parameter of the URL is invalid: .*");
  }

  @Test
  void zoneThatTheServerDoesNotKnow(TestDatabase database) {
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
