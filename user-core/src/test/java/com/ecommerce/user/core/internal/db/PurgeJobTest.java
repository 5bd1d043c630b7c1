package com.ecommerce.user.core.internal.db;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.internal.event.EventReasons;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestMailbox;
import com.ecommerce.user.core.testing.TestUsers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class PurgeJobTest {
  private static final RequestContext CALL = RequestContext.by(new Actor("tester"));

  private TestDatabase database;
  private TestCore testCore;
  private TestMailbox mailbox;

  @BeforeEach
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    database.execute("truncate users cascade");
    database.execute("truncate password_guesses, mail_outbox, window_limits");
    testCore = TestCore.on(database);
    mailbox = TestMailbox.of(database, testCore.clock());
  }

  @AfterEach
  void stop() {
    mailbox.close();
    testCore.close();
  }

  @Test
  void run_deletesSentMailAfterADay() {
    create("sent@example.com");
    mailbox.mailsTo("sent@example.com");
    testCore.clock().advance(Duration.ofDays(1));
    testCore.core().purge();
    assertEquals(1, rows("mail_outbox"));

    testCore.clock().advance(Duration.ofMillis(1));

    assertEquals(1, testCore.core().purge());
    assertEquals(0, rows("mail_outbox"));
  }

  @Test
  void run_keepsWhatWaitsAndForAMonthWhatFailed() {
    create("waiting@example.com");
    User user = create("failed@example.com");
    database.execute(
        "update mail_outbox set state = 'FAILED', finished_at = created_at where user_id = ?",
        user.id().value());
    testCore.clock().advance(Duration.ofDays(30));
    testCore.core().purge();
    assertEquals(1, rows("mail_outbox where state = 'FAILED'"));

    testCore.clock().advance(Duration.ofDays(1));
    testCore.core().purge();

    assertEquals(0, rows("mail_outbox where state = 'FAILED'"));
  }

  @Test
  void run_deletesResetsThatNobodyLookedAtForADay() {
    testCore.core().passwordResets().request(CALL, Email.parse("stranger@example.com"));
    testCore.clock().advance(Duration.ofDays(1));
    testCore.core().purge();
    assertEquals(1, rows("mail_outbox"));
    testCore.clock().advance(Duration.ofMillis(1));

    testCore.core().purge();

    assertEquals(0, rows("mail_outbox"));
  }

  @Test
  void run_deletesTokensAWeekAfterTheyExpired() {
    User user = create("token@example.com");
    String token = mailbox.newestTokenTo("token@example.com");
    testCore.core().emailVerifications().confirm(CALL, token);
    testCore.clock().advance(Duration.ofDays(8));
    testCore.core().purge();
    assertEquals(user.id(), testCore.core().emailVerifications().confirm(CALL, token));

    testCore.clock().advance(Duration.ofMillis(1));
    testCore.core().purge();

    assertEquals(0, rows("tokens"));
    assertEquals(0, rows("token_digests"));
  }

  /** Writes the log three months ago, since the trigger also checks the database's clock. */
  private void deleteInThePast(User user, Duration age, String reason) {
    testCore.core().users().deactivate(CALL, user.id(), "closing " + reason);
    testCore.core().users().delete(CALL, user.id(), reason);
    rewriteEvents("update events set occurred_at = now() - interval '" + age.toHours() + " hours'");
  }

  /** Bypasses the trigger, which only the owner of the schema can do. */
  private void rewriteEvents(String sql) {
    database.execute("alter table events disable trigger events_only_lose_reasons");
    database.execute(sql);
    database.execute("alter table events enable trigger events_only_lose_reasons");
  }

  private PurgeJob reasonsAt(Instant now) {
    var clock = Clock.fixed(now, ZoneOffset.UTC);
    return new PurgeJob(
        new Database(database.dataSource()), clock, List.of(new EventReasons()), List.of());
  }

  @Test
  void run_emptiesReasonsOfDeletedUsersAfter90Days_andChangesNothingElse() {
    User gone = create("gone@example.com");
    deleteInThePast(gone, Duration.ofDays(90).plusHours(1), "I move to Bonn");
    User there = create("there@example.com");
    testCore.core().users().deactivate(CALL, there.id(), "on holiday");
    rewriteEvents("update events set occurred_at = now() - interval '91 days'");
    deleteInThePast(create("fresh@example.com"), Duration.ofDays(89), "no more mails, please");
    rewriteEvents(
        "update events set occurred_at = now() - interval '91 days' where user_id = '"
            + there.id()
            + "' or reason like '%Bonn'");
    int events = rows("events");
    int reasons = rows("events where reason <> ''");

    try (var job = reasonsAt(Instant.now())) {
      assertEquals(2, job.run());
      assertEquals(0, job.run());
    }

    assertEquals(events, rows("events"));
    assertEquals(0, rows("events where reason like '%Bonn'"));
    assertEquals(0, rows("events where reason <> '' and user_id = '" + gone.id() + "'"));
    assertEquals(reasons - 2, rows("events where reason <> ''"));
  }

  @Test
  void event_canLoseAnOldReason_andNothingElse() {
    User user = create("gone@example.com");
    User there = create("there@example.com");
    testCore.core().users().deactivate(CALL, there.id(), "on holiday");
    deleteInThePast(user, Duration.ofDays(91), "because");
    for (String change :
        List.of(
            "reason = 'another'",
            "reason = '', actor = 'somebody'",
            "reason = '', occurred_at = now()",
            "fields = array['email']",
            "user_id = gen_random_uuid()",
            "type = 'user.updated'")) {
      assertThrows(
          UnableToExecuteStatementException.class,
          () -> database.execute("update events set " + change + " where reason = 'because'"),
          change);
    }
    // The events are those of an existing user and of a recently deleted one.
    assertThrows(
        UnableToExecuteStatementException.class,
        () -> database.execute("update events set reason = '' where reason = 'on holiday'"));
    rewriteEvents("update events set occurred_at = now() - interval '89 days'");
    assertThrows(
        UnableToExecuteStatementException.class,
        () -> database.execute("update events set reason = '' where reason = 'because'"));
    assertThrows(
        UnableToExecuteStatementException.class, () -> database.execute("delete from events"));
    assertThrows(
        UnableToExecuteStatementException.class, () -> database.execute("truncate events"));
  }

  @Test
  void run_deletesGuessesThatCountForNothing() {
    User user = create("guess@example.com");
    testCore.core().passwords().verify(CALL, user.id(), Password.parse("wrong"));
    testCore.core().purge();
    assertEquals(3, rows("password_guesses"));
    testCore.clock().advance(Duration.ofMinutes(15));
    testCore.core().purge();
    assertEquals(1, rows("password_guesses"));
    testCore.clock().advance(Duration.ofMinutes(45));

    testCore.core().purge();

    assertEquals(0, rows("password_guesses"));
  }

  @Test
  void run_thatEndsWithAnError_doesNotEndTheSchedule() {
    Purge dying =
        (tx, now, limit) -> {
          throw new Error("a defect");
        };
    try (var job =
        new PurgeJob(
            new Database(database.dataSource()), testCore.clock(), List.of(dying), List.of())) {
      assertThrows(IllegalStateException.class, job::run);

      assertDoesNotThrow(job::runAndLog);
    }
  }

  @Test
  void run_afterAFailure_goesOnWithTheOthersAndTellsOfAll() {
    var defect = new Error("a defect");
    var outage = new IllegalStateException("an outage");
    List<String> purged = new ArrayList<>();
    List<Purge> purges =
        List.of(
            (tx, now, limit) -> purged.size(),
            (tx, now, limit) -> {
              throw defect;
            },
            (tx, now, limit) -> {
              throw outage;
            },
            (tx, now, limit) -> {
              purged.add("the last one");
              return 0;
            });
    try (var job =
        new PurgeJob(new Database(database.dataSource()), testCore.clock(), purges, List.of())) {
      var failed = assertThrows(IllegalStateException.class, job::run);

      assertEquals(List.of("the last one"), purged);
      assertEquals(List.of(defect, outage), List.of(failed.getSuppressed()));
      assertEquals("2 of 4 purges failed", failed.getMessage());
    }
  }

  @Test
  void severalJobs_shareTheRows() {
    User user = create("many@example.com");
    database.execute(
        """
        insert into mail_outbox (id, kind, recipient, user_id, state, created_at, attempts, next_attempt_at, finished_at)
        select gen_random_uuid(), 'PASSWORD_CHANGED', 'many@example.com', ?, 'SENT', '2026-01-01', 1, '2026-01-01',
          '2026-01-01'
        from generate_series(1, 3000)
        """,
        user.id().value());

    int deleted =
        IntStream.range(0, 4)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> testCore.core().purge()))
            .toList()
            .stream()
            .mapToInt(CompletableFuture::join)
            .sum();

    assertEquals(3000, deleted);
    assertEquals(1, rows("mail_outbox"));
  }

  private User create(String email) {
    return testCore.core().users().create(CALL, TestUsers.aUser(email));
  }

  private int rows(String fromWhere) {
    return database.query("select 1 from " + fromWhere).size();
  }
}
