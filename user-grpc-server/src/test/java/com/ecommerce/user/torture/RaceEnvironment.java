package com.ecommerce.user.torture;

import com.ecommerce.user.core.testing.Races;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The environment of races: two instances on one database, and clients of both transports on each.
 * It collects outcomes and violations. Thread-safe.
 *
 * @param clients gRPC and REST on the first instance, then on the second
 */
record RaceEnvironment(
    List<RaceClient> clients,
    Mailbox mailbox,
    PostgresServer database,
    Tally outcomes,
    List<String> violations) {
  /** The documented maximum staleness of reads after changes on another instance. */
  static final long MAX_STALENESS_NANOS = 3_000_000_000L;

  static final String PASSWORD = "correct horse battery";

  private static final long MAIL_SECONDS = 30;

  RaceClient client(int number) {
    return clients.get(number % clients.size());
  }

  /** Makes calls at the same time, and returns their answers in this order. */
  <T> List<T> together(List<Supplier<T>> calls) {
    return Races.run(calls).stream().map(call -> call.join()).toList();
  }

  void violation(String race, String what) {
    synchronized (violations) {
      violations.add(race + ": " + what);
    }
  }

  /** Counts an outcome, and reports one that may not be. */
  void expect(String race, String call, String outcome, Set<String> allowed) {
    outcomes.add(race + " " + call + " " + outcome);
    if (!allowed.contains(outcome)) {
      violation(race, call + " was answered with " + outcome);
    }
  }

  /** Creates a user and returns its id. */
  String user(RaceClient client, String email) {
    var created = client.create(email, PASSWORD);
    if (!created.isOk()) {
      throw new IllegalStateException("no user could be created: " + created.outcome());
    }
    return created.fact("id");
  }

  /** Waits for a link, which must come. */
  Optional<String> link(String race, String recipient, String path) throws InterruptedException {
    var token = mailbox.await(recipient, path, MAIL_SECONDS);
    if (token.isEmpty()) {
      violation(race, "no mail with the link " + path + " came in " + MAIL_SECONDS + " s");
    }
    return token;
  }

  /** Returns how many rows a table has of a user. */
  int rows(String table, String userId) throws SQLException {
    return database.number(
        "select count(*) from " + table + " where user_id = '" + userId + "'::uuid");
  }

  int liveSessions(String userId) throws SQLException {
    return database.number(
        "select count(*) from sessions where ended_at is null and user_id = '"
            + userId
            + "'::uuid");
  }

  /** Resets the counts of wrong passwords by which the service limits logins. */
  void forgetWrongPasswords() throws SQLException {
    database.number(
        "with gone as (delete from password_guesses returning 1) select count(*) from gone");
  }

  /** Returns the violations so far. */
  List<String> allViolations() {
    synchronized (violations) {
      return new ArrayList<>(violations);
    }
  }
}
