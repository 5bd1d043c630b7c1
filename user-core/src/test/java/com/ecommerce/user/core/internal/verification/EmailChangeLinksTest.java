package com.ecommerce.user.core.internal.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.testing.TestMailbox;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.verification.EmailChanges;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Tests stopping and undoing a change of the email from the previous mailbox. */
class EmailChangeLinksTest extends MailedLinksTesting {
  private static final Password PASSWORD = Password.parse(TestUsers.PASSWORD);
  private static final Password NEXT = Password.parse("another horse battery");
  private static final int ROUNDS = 10;

  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private EmailChanges changes;

  @BeforeEach
  void findChanges() {
    changes = testCore.core().emailChanges();
  }

  @AfterAll
  void stopThreads() {
    threads.shutdown();
  }

  private Sessions sessions() {
    return testCore.core().sessions();
  }

  private LoginResult login(String email, Password password) {
    return sessions().login(CALL, Email.parse(email), password, "");
  }

  private User current(User user) {
    return users.getCurrent(CALL, user.id());
  }

  private static ErrorReason reasonOf(Executable call) {
    return failureOf(call).reason();
  }

  /** Changes the user's email, and returns the token that undoes the change. */
  private String change(User user, String wanted) {
    String before = current(user).email().address();
    testCore.clock().advance(Duration.ofMinutes(2));
    changeEmail(user, wanted);
    verifications.confirm(CALL, mailbox.newestTokenTo(wanted));
    return mailbox.newestTokenTo(before);
  }

  @Test
  void requestedChange_isStoppedByItsLink() {
    User user = verified("stops@example.com");
    changeEmail(user, "stops.not@example.com");
    String confirmation = mailbox.newestTokenTo("stops.not@example.com");
    Mail notice = newestMailTo("stops@example.com");
    assertTrue(notice.text().contains("stops.not@example.com"));
    assertTrue(notice.text().contains("/stop-email-change?token="));
    String stop = TestMailbox.tokenIn(notice);

    assertEquals(user.id(), changes.stop(CALL, stop));

    assertEquals(Optional.empty(), current(user).pendingEmail());
    assertEquals(
        ErrorReason.TOKEN_INVALID, reasonOf(() -> verifications.confirm(CALL, confirmation)));
    assertEquals(user.email(), current(user).email());
    // This is like a second click on the link.
    assertEquals(user.id(), changes.stop(CALL, stop));
  }

  private Mail newestMailTo(String address) {
    var mails = mailbox.mailsTo(address);
    return mails.get(mails.size() - 1);
  }

  @Test
  void stopLink_ofAnEarlierChange_stopsTheLatest() {
    User user = verified("many@example.com");
    changeEmail(user, "many1@example.com");
    String first = mailbox.newestTokenTo("many@example.com");
    changeEmail(user, "many2@example.com");

    changes.stop(CALL, first);

    assertEquals(Optional.empty(), current(user).pendingEmail());
  }

  @Test
  void stopLink_dropsTheMailThatStillWaits() {
    User user = verified("waits@example.com");
    changeEmail(user, "waits.not@example.com");
    String stop = mailbox.newestTokenTo("waits@example.com");
    changeEmail(user, "waits.longer@example.com");

    changes.stop(CALL, stop);

    assertEquals(
        0, rowsOf("mail_outbox where state = 'WAITING' and user_id = ?", user.id().value()));
    assertEquals(0, mailbox.mailsTo("waits.longer@example.com").size());
  }

  @Test
  void stopLink_withNothingToStop_isInvalid() {
    User user = verified("late@example.com");
    changeEmail(user, "late.new@example.com");
    String stop = mailbox.newestTokenTo("late@example.com");
    verifications.confirm(CALL, mailbox.newestTokenTo("late.new@example.com"));

    assertEquals(ErrorReason.TOKEN_INVALID, reasonOf(() -> changes.stop(CALL, stop)));

    User cancels = verified("cancels@example.com");
    changeEmail(cancels, "cancels.new@example.com");
    String useless = mailbox.newestTokenTo("cancels@example.com");
    changeEmail(cancels, "cancels@example.com");
    assertEquals(ErrorReason.TOKEN_INVALID, reasonOf(() -> changes.stop(CALL, useless)));
    assertEquals(ErrorReason.TOKEN_INVALID, reasonOf(() -> changes.stop(CALL, "unknown")));
    assertEquals(ErrorReason.TOKEN_INVALID, reasonOf(() -> changes.undo(CALL, useless)));
  }

  @Test
  void stopLink_livesForSevenDays() {
    User user = verified("week@example.com");
    changeEmail(user, "week.new@example.com");
    String stop = mailbox.newestTokenTo("week@example.com");
    testCore.clock().advance(Duration.ofDays(7));

    assertEquals(ErrorReason.TOKEN_EXPIRED, reasonOf(() -> changes.stop(CALL, stop)));
  }

  @Test
  void takenBack_theOldEmailTheSessionsAndThePasswordAreTheOwnersAgain() {
    User user = verified("owner@example.com");
    String undo = change(user, "thief@example.com");
    Mail notice = newestMailTo("owner@example.com");
    assertTrue(notice.text().contains("/undo-email-change?token="));
    assertTrue(notice.text().contains("thief@example.com"));
    var thief = login("thief@example.com", PASSWORD);
    changeEmail(user, "thief2@example.com");
    String pending = mailbox.newestTokenTo("thief2@example.com");

    var undone = changes.undo(CALL, undo);

    assertEquals(user.id(), undone.user());
    assertFalse(undone.toString().contains(undone.resetToken()));
    User restored = current(user);
    assertEquals(user.email(), restored.email());
    assertEquals(Optional.empty(), restored.pendingEmail());
    assertTrue(restored.emailVerified());
    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(() -> sessions().authenticate(thief.tokens().accessToken())));
    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(() -> sessions().refresh(CALL, thief.tokens().refreshToken())));
    assertEquals(
        ErrorReason.CREDENTIALS_INVALID, reasonOf(() -> login("owner@example.com", PASSWORD)));
    assertEquals(ErrorReason.TOKEN_INVALID, reasonOf(() -> verifications.confirm(CALL, pending)));
    assertEquals(ErrorReason.TOKEN_INVALID, reasonOf(() -> changes.undo(CALL, undo)));

    testCore.core().passwordResets().reset(CALL, undone.resetToken(), NEXT);
    login("owner@example.com", NEXT);
    assertEquals(
        List.of(
            "user.password_removed",
            "session.ended",
            "user.updated",
            "user.password_reset",
            "session.started"),
        lastEvents(user, 5));
  }

  private List<String> lastEvents(User user, int count) {
    var types =
        database
            .query("select type from events where user_id = ? order by id", user.id().value())
            .stream()
            .map(row -> (String) row.get("type"))
            .toList();
    return types.subList(types.size() - count, types.size());
  }

  @Test
  void takenBack_theMailSetsANewPasswordToo() {
    User user = verified("closes.the.page@example.com");
    var undone = changes.undo(CALL, change(user, "thief3@example.com"));
    Mail mail = newestMailTo("closes.the.page@example.com");
    assertTrue(mail.text().contains("/reset-password?token="));
    assertNotEquals(undone.resetToken(), TestMailbox.tokenIn(mail));

    testCore.core().passwordResets().reset(CALL, TestMailbox.tokenIn(mail), NEXT);

    login("closes.the.page@example.com", NEXT);
    // The secret of the page belongs to the same token.
    assertEquals(
        ErrorReason.TOKEN_INVALID,
        reasonOf(
            () -> testCore.core().passwordResets().reset(CALL, undone.resetToken(), PASSWORD)));
  }

  @Test
  void undoLink_outlivesFurtherChanges_andEndsTheirs() {
    User user = verified("first@example.com");
    String toFirst = change(user, "second@example.com");
    String toSecond = change(user, "third@example.com");

    changes.undo(CALL, toFirst);

    assertEquals(user.email(), current(user).email());
    assertEquals(ErrorReason.TOKEN_INVALID, reasonOf(() -> changes.undo(CALL, toSecond)));
    assertEquals(user.email(), current(user).email());
  }

  @Test
  void undoLink_ofALaterChange_leavesTheEarlierOneGood() {
    User user = verified("one@example.com");
    String toOne = change(user, "two@example.com");
    String toTwo = change(user, "three@example.com");
    testCore.clock().advance(Duration.ofSeconds(1));

    changes.undo(CALL, toTwo);
    assertEquals(Email.parse("two@example.com"), current(user).email());
    changes.undo(CALL, toOne);

    assertEquals(user.email(), current(user).email());
  }

  @Test
  void undo_withTheRestoredEmailPending_givesTheOtherMailboxNoWayBack() {
    User user = verified("returns@example.com");
    String undo = change(user, "left@example.com");
    int mails = mailbox.mailsTo("left@example.com").size();
    changeEmail(user, "returns@example.com");

    changes.undo(CALL, undo);

    // There is only the notice of the pending change, which was void before it was sent.
    assertEquals(mails, mailbox.mailsTo("left@example.com").size());
    assertEquals(
        0,
        rowsOf(
            "tokens where user_id = ? and purpose = 'UNDO_EMAIL_CHANGE' and used_at is null"
                + " and voided_at is null",
            user.id().value()));
  }

  @Test
  void changeBack_voidsTheLinkThatWouldUndoIt() {
    User user = verified("back@example.com");
    String undo = change(user, "forth@example.com");
    change(user, "back@example.com");

    assertEquals(ErrorReason.TOKEN_INVALID, reasonOf(() -> changes.undo(CALL, undo)));
    login("back@example.com", PASSWORD);
  }

  @Test
  void undo_ofAnEmailThatAnotherUserConfirmedMeanwhile_changesNothingAndWorksLater() {
    User user = verified("wanted.back@example.com");
    String undo = change(user, "elsewhere@example.com");
    User other = verified("wanted.back@example.com");

    assertEquals(ErrorReason.EMAIL_TAKEN, reasonOf(() -> changes.undo(CALL, undo)));

    assertEquals(Email.parse("elsewhere@example.com"), current(user).email());
    login("elsewhere@example.com", PASSWORD);
    users.delete(CALL, other.id(), "");
    changes.undo(CALL, undo);
    assertEquals(user.email(), current(user).email());
  }

  @Test
  void undo_ofAnEmailThatWasRegisteredAndNeverConfirmed_deletesThatAccount() {
    for (boolean isClosed : List.of(false, true)) {
      String address = "squatted." + isClosed + "@example.com";
      User user = verified(address);
      String undo = change(user, "taken.over." + isClosed + "@example.com");
      User squatter = users.create(CALL, TestUsers.aUser(address));
      var session = login(address, PASSWORD);
      if (isClosed) {
        users.deactivate(CALL, squatter.id(), "");
      }

      changes.undo(CALL, undo);

      assertEquals(user.email(), current(user).email());
      assertEquals(ErrorReason.USER_NOT_FOUND, reasonOf(() -> current(squatter)));
      assertEquals(
          ErrorReason.SESSION_ENDED,
          reasonOf(() -> sessions().authenticate(session.tokens().accessToken())));
    }
  }

  @Test
  void undo_ofAClosedAccount_leavesItClosed() {
    User user = verified("closed@example.com");
    String undo = change(user, "closed.by.thief@example.com");
    users.deactivate(CALL, user.id(), "");

    var undone = changes.undo(CALL, undo);

    testCore.core().passwordResets().reset(CALL, undone.resetToken(), NEXT);
    assertEquals(user.email(), current(user).email());
    assertEquals(UserStatus.DEACTIVATED, current(user).status());
    assertEquals(
        ErrorReason.ACCOUNT_DEACTIVATED, reasonOf(() -> login("closed@example.com", NEXT)));
  }

  @Test
  void undoLink_livesForSevenDays_andThenItsAddressGoes() {
    User user = verified("seven@example.com");
    String undo = change(user, "eight@example.com");
    testCore.clock().advance(Duration.ofDays(7));
    String tokens =
        "tokens where user_id = ? and email = 'seven@example.com' and purpose like '%EMAIL_CHANGE'";
    assertEquals(2, rowsOf(tokens, user.id().value()));

    assertEquals(ErrorReason.TOKEN_EXPIRED, reasonOf(() -> changes.undo(CALL, undo)));
    testCore.clock().advance(Duration.ofSeconds(1));
    testCore.core().purge();

    assertEquals(0, rowsOf(tokens, user.id().value()));
    assertEquals(ErrorReason.TOKEN_INVALID, reasonOf(() -> changes.undo(CALL, undo)));
  }

  @Test
  void undoMail_isSentHoweverManyNoticesThereWere() {
    User user = verified("flooded@example.com");
    for (int i = 0; i < 12; i++) {
      changeEmail(user, "flood" + i + "@example.com");
    }
    int notices = mailbox.mailsTo("flooded@example.com").size();

    String undo = change(user, "flood.end@example.com");

    assertTrue(notices < 14, notices + " mails");
    changes.undo(CALL, undo);
    assertEquals(user.email(), current(user).email());
  }

  @Test
  void stopAndConfirmation_atTheSameTime_oneOfThemWins() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String old = "race" + round + "@example.com";
      User user = verified(old);
      String wanted = "race.new" + round + "@example.com";
      changeEmail(user, wanted);
      String confirmation = mailbox.newestTokenTo(wanted);
      String stop = mailbox.newestTokenTo(old);

      var outcome =
          together(() -> verifications.confirm(CALL, confirmation), () -> changes.stop(CALL, stop));

      boolean confirmed = outcome.get(0).isEmpty();
      assertNotEquals(confirmed, outcome.get(1).isEmpty(), outcome.toString());
      assertEquals(Optional.of(ErrorReason.TOKEN_INVALID), outcome.get(confirmed ? 1 : 0));
      assertEquals(Email.parse(confirmed ? wanted : old), current(user).email());
      assertEquals(Optional.empty(), current(user).pendingEmail());
    }
  }

  @Test
  void twoClicksOnUndo_atTheSameTime_oneOfThemWins() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      User user = verified("twice" + round + "@example.com");
      String undo = change(user, "twice.new" + round + "@example.com");

      var outcome = together(() -> changes.undo(CALL, undo), () -> changes.undo(CALL, undo));

      assertEquals(1, outcome.stream().filter(Optional::isEmpty).count(), outcome.toString());
      assertTrue(outcome.contains(Optional.of(ErrorReason.TOKEN_INVALID)));
      assertEquals(user.email(), current(user).email());
    }
  }

  @Test
  void undoAndAChangeOfThePassword_atTheSameTime_leaveTheOwnersWayIn() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      User user = verified("contest" + round + "@example.com");
      String undo = change(user, "contest.new" + round + "@example.com");
      var thief = login("contest.new" + round + "@example.com", PASSWORD);
      RequestContext call = sessions().authenticate(thief.tokens().accessToken()).identify(CALL);

      together(
          () -> changes.undo(CALL, undo),
          () -> {
            testCore.core().passwords().change(call, user.id(), PASSWORD, NEXT);
            return null;
          });

      assertEquals(user.email(), current(user).email());
      for (Password password : List.of(PASSWORD, NEXT)) {
        assertEquals(
            ErrorReason.CREDENTIALS_INVALID,
            reasonOf(() -> login(user.email().address(), password)));
      }
      assertEquals(0, rowsOf("sessions where user_id = ? and ended_at is null", user.id().value()));
    }
  }

  /** Runs both at the same time, and returns the reason of each failure; empty for a success. */
  private List<Optional<ErrorReason>> together(Callable<?> one, Callable<?> other)
      throws Exception {
    var barrier = new CyclicBarrier(2);
    List<Future<Optional<ErrorReason>>> running =
        List.of(threads.submit(racing(barrier, one)), threads.submit(racing(barrier, other)));
    return List.of(running.get(0).get(), running.get(1).get());
  }

  private static Callable<Optional<ErrorReason>> racing(CyclicBarrier barrier, Callable<?> work) {
    return () -> {
      barrier.await();
      try {
        work.call();
        return Optional.empty();
      } catch (UserServiceException failed) {
        return Optional.of(failed.reason());
      }
    };
  }
}
