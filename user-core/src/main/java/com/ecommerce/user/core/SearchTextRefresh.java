package com.ecommerce.user.core;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites the search texts of the users in {@code user_search_queue}, after a migration has
 * changed how such texts are made. A transaction locks at most {@link #BATCH} users, and the
 * remaining users stay in the queue if the process ends. Several instances can work on the queue at
 * the same time.
 */
final class SearchTextRefresh {
  private static final Logger log = LoggerFactory.getLogger(SearchTextRefresh.class);
  private static final int BATCH = 100;
  private static final int USERS_PER_REPORT = 100_000;

  /** Serialization failure, deadlock, and lock not available. */
  private static final Set<String> TRANSIENT = Set.of("40001", "40P01", "55P03");

  private static final int MAX_ATTEMPTS = 10;

  private static final String IS_DONE = "select not exists (select from user_search_queue)";
  private static final String COUNT = "select count(*) from user_search_queue";

  private static final String TAKE =
      "select id from user_search_queue order by id limit ? for update skip locked";

  /** Waits for the instance that processes the last users. */
  private static final String AWAIT =
      "select id from user_search_queue order by id limit ? for update";

  /**
   * Reads users and directory in one snapshot. A user who is not found here therefore has the
   * current text, and the triggers write it at every later change.
   */
  private static final String LOCK_OUTDATED =
      """
      select users.id
      from users join user_directory as directory on directory.id = users.id
      where users.id = any (?)
        and directory.search_text <> user_search_text(
          users.email, users.first_name, users.last_name, users.display_name)
      order by users.id
      for no key update of users
      """;

  private static final String REWRITE =
      """
      with fresh as materialized (
        select id, user_search_text(email, first_name, last_name, display_name) as search_text
        from users where id = any (?)),
      sampled as (
        update user_sample set search_text = fresh.search_text from fresh where user_sample.id = fresh.id)
      update user_directory set search_text = fresh.search_text from fresh where user_directory.id = fresh.id
      """;

  private static final String REMOVE = "delete from user_search_queue where id = any (?)";

  private final Connection connection;

  private SearchTextRefresh(Connection connection) {
    this.connection = connection;
  }

  /** Processes the whole queue, however long that takes. */
  static void run(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      var refresh = new SearchTextRefresh(connection);
      if (!refresh.isDone()) {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        refresh.workOff();
        connection.commit();
        connection.setAutoCommit(autoCommit);
      }
    }
  }

  private void workOff() throws SQLException {
    long waiting = first(COUNT, row -> row.getLong(1));
    log.info(
        "Checking the search texts of {} users, and rewriting those that an earlier version made",
        waiting);
    long start = System.nanoTime();
    int done = 0;
    int rewritten = 0;
    while (!isDone()) {
      var step = step();
      if (done / USERS_PER_REPORT < (done + step.done()) / USERS_PER_REPORT) {
        log.info("Checked {} search texts so far", done + step.done());
      }
      done += step.done();
      rewritten += step.rewritten();
    }
    log.info(
        "Checked {} search texts and rewrote {} of them in {} s",
        done,
        rewritten,
        (System.nanoTime() - start) / 1_000_000_000);
  }

  /** The numbers of users that one transaction checked and rewrote. */
  private record Step(int done, int rewritten) {}

  private Step step() throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        var step = tryStep();
        connection.commit();
        return step;
      } catch (SQLException failed) {
        if (attempt == MAX_ATTEMPTS || !TRANSIENT.contains(failed.getSQLState())) {
          throw failed;
        }
        connection.rollback();
      }
    }
  }

  private Step tryStep() throws SQLException {
    var taken = ids(TAKE, BATCH);
    if (taken.isEmpty()) {
      taken = ids(AWAIT, 1);
    }
    var outdated = ids(LOCK_OUTDATED, array(taken));
    if (!outdated.isEmpty()) {
      update(REWRITE, outdated);
    }
    update(REMOVE, taken);
    return new Step(taken.size(), outdated.size());
  }

  private boolean isDone() throws SQLException {
    return first(IS_DONE, row -> row.getBoolean(1));
  }

  private List<UUID> ids(String sql, Object parameter) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, parameter);
      List<UUID> ids = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getObject(1, UUID.class));
        }
      }
      return ids;
    }
  }

  private void update(String sql, List<UUID> ids) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, array(ids));
      statement.executeUpdate();
    }
  }

  private Array array(List<UUID> ids) throws SQLException {
    return connection.createArrayOf("uuid", ids.toArray());
  }

  /** Reads a value from the only row of a result. */
  @FunctionalInterface
  private interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private <T> T first(String sql, RowReader<T> reader) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return reader.read(row);
    }
  }
}
