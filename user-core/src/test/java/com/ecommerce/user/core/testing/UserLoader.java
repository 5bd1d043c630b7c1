package com.ecommerce.user.core.testing;

import com.ecommerce.user.core.testing.GeneratedUsers.GeneratedUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * Loads many users into a migrated database, by COPY into the table that the service writes, with
 * its triggers. The users have no password.
 */
public final class UserLoader {
  private static final int USERS_PER_COPY = 50_000;

  /** The number of connections, since PostgreSQL serves each one on a single processor. */
  private static final int CONNECTIONS = 2;

  /**
   * Selects the indexes without a constraint. They are created after the load, which takes a tenth
   * of the time. The one that takes as long as all others comes first.
   */
  private static final String INDEXES =
      """
      select indexname, indexdef from pg_indexes
      where schemaname = current_schema() and tablename in ('user_directory', 'user_times')
        and indexname not like '%_pkey'
      order by indexdef like '% USING gin %' desc, indexname
      """;

  private UserLoader() {}

  /** Loads the users numbered from 0 to count - 1, and leaves the tables vacuumed and analyzed. */
  public static void load(DataSource dataSource, GeneratedUsers users, int count) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      List<String> indexes = dropIndexes(statement);
      List<Step> copies = new ArrayList<>();
      for (int start = 0; start < count; start += USERS_PER_COPY) {
        int first = start;
        int end = Math.min(count, first + USERS_PER_COPY);
        copies.add(to -> copy(to, IntStream.range(first, end).mapToObj(users::get)));
      }
      runAll(dataSource, copies);
      runAll(dataSource, indexes.stream().<Step>map(index -> to -> create(to, index)).toList());
      statement.execute(
          "vacuum analyze users, user_directory, user_times, user_sample, user_counts");
    } catch (SQLException failed) {
      throw new IllegalStateException("the users could not be loaded", failed);
    }
  }

  /** Adds a few users to those that are there. */
  public static void add(DataSource dataSource, List<GeneratedUser> users) {
    run(dataSource, new ConcurrentLinkedQueue<>(List.of(to -> copy(to, users.stream()))));
  }

  /** A part of the work, on a connection. */
  @FunctionalInterface
  private interface Step {
    void run(Connection connection) throws SQLException, IOException;
  }

  private static void runAll(DataSource dataSource, List<Step> steps) {
    var waiting = new ConcurrentLinkedQueue<>(steps);
    var workers =
        IntStream.range(0, CONNECTIONS)
            .mapToObj(i -> CompletableFuture.runAsync(() -> run(dataSource, waiting)))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(workers).join();
  }

  private static void run(DataSource dataSource, Queue<Step> waiting) {
    try (Connection connection = dataSource.getConnection()) {
      for (Step step = waiting.poll(); step != null; step = waiting.poll()) {
        step.run(connection);
      }
    } catch (SQLException | IOException failed) {
      throw new IllegalStateException("the users could not be loaded", failed);
    }
  }

  private static void create(Connection connection, String index) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set maintenance_work_mem = '256MB'");
      statement.execute(index);
    }
  }

  private static List<String> dropIndexes(Statement statement) throws SQLException {
    List<String> names = new ArrayList<>();
    List<String> definitions = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(INDEXES)) {
      while (rows.next()) {
        names.add(rows.getString(1));
        definitions.add(rows.getString(2));
      }
    }
    for (String name : names) {
      statement.execute("drop index " + name);
    }
    return definitions;
  }

  private static void copy(Connection connection, Stream<GeneratedUser> users)
      throws SQLException, IOException {
    var copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                """
                copy users (id, email, display_name, first_name, last_name, avatar_url, status, roles,
                  email_verified, phone_verified, bio, gender, language, currency, timezone, company, website,
                  social_link_names, social_link_urls, created_at, updated_at, created_by, updated_by, version,
                  last_login_at)
                from stdin""");
    for (GeneratedUser user : (Iterable<GeneratedUser>) users::iterator) {
      byte[] line = line(user).getBytes(StandardCharsets.UTF_8);
      copy.writeToCopy(line, 0, line.length);
    }
    copy.endCopy();
  }

  private static String line(GeneratedUser user) {
    String roles = user.roles().stream().map(Enum::name).collect(Collectors.joining(",", "{", "}"));
    return String.join(
            "\t",
            user.id().toString(),
            user.email(),
            user.displayName(),
            user.firstName(),
            user.lastName(),
            "",
            user.status().name(),
            roles,
            "true\tfalse\t\t\ten\tEUR\tEurope/Berlin\t\t\t{}\t{}",
            user.createdAt().toString(),
            user.updatedAt().toString(),
            "system\tsystem\t1",
            user.lastLoginAt() == null ? "-infinity" : user.lastLoginAt().toString())
        + "\n";
  }
}
