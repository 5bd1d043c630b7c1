package com.ecommerce.user.torture;

import com.ecommerce.user.torture.RaceClient.Answer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Checks logins beyond the limit of sessions, and logins while the account is closed or deleted.
 */
final class SessionRace implements Race {
  private static final String NAME = "sessions";
  private static final int LIMIT = 100;
  private static final int LOGINS = 12;
  private static final String EMAIL = "sessions@example.com";
  private static final Set<String> OK = Set.of(RaceClient.OK);
  private static final Set<String> OPEN_OR_CLOSED = Set.of(RaceClient.OK, "ACCOUNT_DEACTIVATED");
  private static final Set<String> OPEN_OR_ENDED = Set.of(RaceClient.OK, "SESSION_ENDED");
  private static final Set<String> DELETED_OR_GONE = Set.of(RaceClient.OK, "USER_NOT_FOUND");
  private static final Set<String> OPEN_OR_UNKNOWN =
      Set.of(RaceClient.OK, "CREDENTIALS_INVALID", "SESSION_ENDED", "USER_NOT_FOUND");
  private static final List<String> TABLES =
      List.of(
          "addresses",
          "credentials",
          "mail_outbox",
          "preferences",
          "registrations",
          "sessions",
          "sign_in_origins",
          "tokens");

  private String userId = "";

  @Override
  public void run(RaceEnvironment field, int round) throws InterruptedException, SQLException {
    limit(field);
    deactivate(field, round);
    delete(field, round);
    // A login after a deletion counts as a wrong password, and 50 of them would slow down all
    // logins.
    field.forgetWrongPasswords();
  }

  private void limit(RaceEnvironment field) throws SQLException {
    if (userId.isEmpty()) {
      userId = field.user(field.client(0), EMAIL);
    }
    List<Supplier<Answer>> logins = new ArrayList<>();
    for (int i = 0; i < LOGINS; i++) {
      var client = field.client(i);
      logins.add(() -> client.login(EMAIL, RaceEnvironment.PASSWORD));
    }
    field.together(logins).forEach(answer -> field.expect(NAME, "login", answer.outcome(), OK));
    int live = field.liveSessions(userId);
    if (live > LIMIT) {
      field.violation(NAME, live + " live sessions of a user");
    }
  }

  private static void deactivate(RaceEnvironment field, int round)
      throws InterruptedException, SQLException {
    String email = "closing" + round + "@example.com";
    String closing = field.user(field.client(2 * round), email);
    var before = field.client(round).login(email, RaceEnvironment.PASSWORD);
    var answers =
        field.together(
            List.<Supplier<Answer>>of(
                () -> field.client(round).deactivate(closing),
                () -> field.client(0).login(email, RaceEnvironment.PASSWORD),
                () -> field.client(3).login(email, RaceEnvironment.PASSWORD),
                () -> field.client(2).refresh(before.fact("refresh"))));
    long closed = System.nanoTime();
    field.expect(NAME, "deactivate", answers.get(0).outcome(), OK);
    field.expect(NAME, "login while closing", answers.get(1).outcome(), OPEN_OR_CLOSED);
    field.expect(NAME, "login while closing", answers.get(2).outcome(), OPEN_OR_CLOSED);
    field.expect(NAME, "refresh while closing", answers.get(3).outcome(), OPEN_OR_ENDED);
    int live = field.liveSessions(closing);
    if (live > 0) {
      field.violation(NAME, live + " live sessions of a closed account");
    }
    List<String> tokens = new ArrayList<>();
    tokens.add(before.fact("access"));
    answers.stream().filter(Answer::isOk).map(answer -> answer.fact("access")).forEach(tokens::add);
    tokens.removeIf(String::isEmpty);
    for (RaceClient client : field.clients()) {
      boolean isSame = client.instance() == field.client(round).instance();
      for (String token : tokens) {
        awaitRefusal(
            field, client, token, isSame ? 0 : RaceEnvironment.MAX_STALENESS_NANOS, closed);
      }
    }
  }

  /**
   * Waits until the tokens are refused: immediately on the instance that ended the session, and
   * within the maximum staleness on others.
   */
  private static void awaitRefusal(
      RaceEnvironment field, RaceClient client, String token, long allowed, long ended)
      throws InterruptedException {
    long asked = System.nanoTime();
    while (client.validate(token).isOk()) {
      if (asked - ended > allowed) {
        field.violation(
            NAME,
            "a token of a closed account was good "
                + TimeUnit.NANOSECONDS.toMillis(asked - ended)
                + " ms after its end on instance "
                + client.instance());
        return;
      }
      TimeUnit.MILLISECONDS.sleep(20);
      asked = System.nanoTime();
    }
  }

  private static void delete(RaceEnvironment field, int round)
      throws InterruptedException, SQLException {
    String email = "leaving" + round + "@example.com";
    String leaving = field.user(field.client(2 * round), email);
    String address = field.client(1).addAddress(leaving).fact("id");
    String refresh = field.client(0).login(email, RaceEnvironment.PASSWORD).fact("refresh");
    var answers =
        field.together(
            List.<Supplier<Answer>>of(
                () -> field.client(round).delete(leaving),
                () -> field.client(round + 2).delete(leaving),
                () -> field.client(0).update(leaving, "first_name", "Late", 0),
                () -> field.client(1).addAddress(leaving),
                () -> field.client(2).label(leaving, address, "Late"),
                () -> field.client(3).login(email, RaceEnvironment.PASSWORD),
                () -> field.client(1).refresh(refresh),
                () -> field.client(2).read(leaving)));
    long deleted = System.nanoTime();
    answers
        .subList(0, 2)
        .forEach(answer -> field.expect(NAME, "delete", answer.outcome(), DELETED_OR_GONE));
    if (answers.get(0).isOk() == answers.get(1).isOk()) {
      field.violation(NAME, "not exactly one of two deletions succeeded");
    }
    answers
        .subList(2, answers.size())
        .forEach(
            answer ->
                field.expect(NAME, "call beside a deletion", answer.outcome(), OPEN_OR_UNKNOWN));
    for (String table : TABLES) {
      int rows = field.rows(table, leaving);
      if (rows > 0) {
        field.violation(NAME, rows + " rows of a deleted user in " + table);
      }
    }
    int winner = field.client(answers.get(0).isOk() ? round : round + 2).instance();
    for (RaceClient client : field.clients()) {
      awaitEnd(field, client, leaving, client.instance() == winner, deleted);
    }
  }

  /**
   * Waits until the user is not found: immediately on the instance that answered the deletion, and
   * within the maximum staleness on others.
   */
  private static void awaitEnd(
      RaceEnvironment field, RaceClient client, String userId, boolean isSame, long deleted)
      throws InterruptedException {
    long allowed = isSame ? 0 : RaceEnvironment.MAX_STALENESS_NANOS;
    long asked = System.nanoTime();
    while (!client.read(userId).outcome().equals("USER_NOT_FOUND")) {
      if (asked - deleted > allowed) {
        field.violation(
            NAME,
            "a deleted user was read from instance "
                + client.instance()
                + " "
                + TimeUnit.NANOSECONDS.toMillis(asked - deleted)
                + " ms later");
        return;
      }
      TimeUnit.MILLISECONDS.sleep(20);
      asked = System.nanoTime();
    }
  }
}
