package com.ecommerce.user.server.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UserProfile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
@Timeout(60)
class DatabasePoolTest {
  private static final String HOSTILE = "hostile";

  /** Valid settings of a role that would make statements fail or change their meaning. */
  private static final Map<String, String> HOSTILE_SETTINGS =
      Map.ofEntries(
          Map.entry("statement_timeout", "100ms"),
          Map.entry("lock_timeout", "100ms"),
          Map.entry("transaction_timeout", "100ms"),
          Map.entry("idle_in_transaction_session_timeout", "100ms"),
          Map.entry("idle_session_timeout", "100ms"),
          Map.entry("default_transaction_read_only", "on"),
          Map.entry("default_transaction_isolation", "serializable"),
          Map.entry("DateStyle", "SQL, DMY"),
          Map.entry("IntervalStyle", "iso_8601"),
          Map.entry("TimeZone", "Asia/Kolkata"),
          Map.entry("bytea_output", "escape"),
          Map.entry("standard_conforming_strings", "off"),
          Map.entry("array_nulls", "off"),
          Map.entry("transform_null_equals", "on"),
          Map.entry("row_security", "off"),
          Map.entry("gin_fuzzy_search_limit", "1"),
          Map.entry("plan_cache_mode", "force_generic_plan"));

  @Test
  void transactions_areReadCommitted_whateverTheDatabaseSays(TestDatabase database)
      throws SQLException {
    String name = database.query("select current_database()").get(0).values().toString();
    database.execute(
        "alter database %s set default_transaction_isolation = 'repeatable read'"
            .formatted(name.substring(1, name.length() - 1)));
    var url = DatabaseUrl.parse(database.jdbcUrl());
    try (var pool = DatabasePool.open(url, "test", 1, DatabasePool.WAIT);
        Connection connection = pool.getConnection()) {
      assertEquals(Connection.TRANSACTION_READ_COMMITTED, connection.getTransactionIsolation());
    }
  }

  @Test
  void probe_ofASilentServer_endsSoon_whateverTheUrlAllows() throws Exception {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var url =
          DatabaseUrl.parse(
              "postgresql://svc@localhost:"
                  + silent.getLocalPort()
                  + "/users?connect_timeout=300&socketTimeout=300"
                  + "&sslResponseTimeout=300000&loginTimeout=300");
      try (var probe = DatabasePool.probe(url)) {
        assertThrows(SQLException.class, probe::isWell);
      }
    }
  }

  @Test
  void sessions_haveTheirOwnSettings_whateverTheRoleSays(TestDatabase database)
      throws SQLException {
    hostileRole(database);
    var url = withUser(database, HOSTILE, "");
    try (var pool = DatabasePool.open(url, "test", 1, DatabasePool.WAIT);
        Connection connection = pool.getConnection()) {
      for (var setting : HOSTILE_SETTINGS.entrySet()) {
        assertNotEquals(
            setting.getValue(), current(connection, setting.getKey()), setting.getKey());
      }
      assertEquals("0", current(connection, "statement_timeout"));
      assertEquals("off", current(connection, "default_transaction_read_only"));
      assertEquals("\"$user\", public, pg_catalog", current(connection, "search_path"));
    } finally {
      database.execute("drop role " + HOSTILE);
    }
  }

  @Test
  void sessions_haveWhatTheUrlSays(TestDatabase database) throws SQLException {
    hostileRole(database);
    var url = withUser(database, HOSTILE, "&options=-c%20statement_timeout=7s%20--lock-timeout=8s");
    try (var pool = DatabasePool.open(url, "test", 1, DatabasePool.WAIT);
        Connection connection = pool.getConnection()) {
      assertEquals("7s", current(connection, "statement_timeout"));
      assertEquals("8s", current(connection, "lock_timeout"));
      assertEquals("0", current(connection, "idle_in_transaction_session_timeout"));
    } finally {
      database.execute("drop role " + HOSTILE);
    }
  }

  @Test
  void service_works_whateverTheRoleSays(TestDatabase database) {
    hostileRole(database);
    var url = withUser(database, HOSTILE, "");
    try (var pool = DatabasePool.open(url, "test", 10, DatabasePool.WAIT);
        var service = TestService.on(pool, core -> core)) {
      var users = service.users();
      var user = users.createUser(TestService.aRequest("hostile@example.com").build()).getUser();
      var profile = UserProfile.newBuilder().setBio("C:\\ada").build();

      var changed =
          users
              .updateUserProfile(
                  UpdateUserProfileRequest.newBuilder()
                      .setUserId(user.getId())
                      .setProfile(profile)
                      .build())
              .getUser();

      assertEquals("C:\\ada", changed.getProfile().getBio());
      assertEquals(1, users.listUsers(ListUsersRequest.getDefaultInstance()).getUsersCount());
      var query = SearchUsersRequest.newBuilder().setQuery("lovelace").build();
      assertEquals(List.of(changed), users.searchUsers(query).getUsersList());
    } finally {
      database.execute("drop role " + HOSTILE);
    }
  }

  @Test
  void migrate_byAUserWithoutTheRightToCreate_saysSo(TestDatabase database) {
    database.execute("create database without_rights");
    database.execute("create role powerless login");
    try {
      var url =
          DatabaseUrl.parse(
              database
                  .jdbcUrl()
                  .replaceFirst("/test_\\d+", "/without_rights")
                  .replaceFirst("user=[^&]*", "user=powerless"));
      DatabaseCheck.check(url, Duration.ofSeconds(10));

      var refused =
          assertThrows(
              StartupException.class, () -> DatabasePool.migrate(url, Duration.ofSeconds(10)));

      assertTrue(
          refused
              .getMessage()
              .contains("not allowed: permission denied for schema public (expected: "),
          refused.getMessage());
      assertEquals(1, refused.getMessage().lines().count());
    } finally {
      database.execute("drop role powerless");
      database.execute("drop database without_rights with (force)");
    }
  }

  private static void hostileRole(TestDatabase database) {
    // The role is a superuser, since the tables belong to another role.
    database.execute("create role %s login superuser".formatted(HOSTILE));
    HOSTILE_SETTINGS.forEach(
        (name, value) ->
            database.execute("alter role %s set %s = '%s'".formatted(HOSTILE, name, value)));
    database.execute(
        "alter role %s set search_path = \"$user\", public, pg_catalog".formatted(HOSTILE));
  }

  private static DatabaseUrl withUser(TestDatabase database, String user, String parameters) {
    return DatabaseUrl.parse(
        database.jdbcUrl().replaceFirst("user=[^&]*", "user=" + user) + parameters);
  }

  private static String current(Connection connection, String setting) throws SQLException {
    try (var query = connection.prepareStatement("select current_setting(?)")) {
      query.setString(1, setting);
      var row = query.executeQuery();
      row.next();
      return row.getString(1);
    }
  }
}
