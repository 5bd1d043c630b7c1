package com.ecommerce.user.core.internal.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.testing.Races;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestUsers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tests that nobody can flood a mailbox through this service, with any number of users and
 * addresses.
 */
class MailLimitsTest extends MailedLinksTesting {
  @Test
  void registrationsInALoop_mailOnceAMinuteAndFiveTimesAnHour() {
    for (int second = 0; second < 3_600; second += 20) {
      User user = users.create(CALL, TestUsers.aUser("bombed@example.com"));
      users.create(CALL, TestUsers.aUser("bombed+" + second + "@example.com"));
      mailbox.mailsTo("bombed@example.com");
      users.delete(CALL, user.id(), "");
      testCore.clock().advance(Duration.ofSeconds(20));
    }

    assertEquals(5, mailbox.mailsTo("bombed@example.com").size());
    assertEquals(0, queuedTo("bombed+%@example.com"));
    users.create(CALL, TestUsers.aUser("bombed@example.com"));
    assertEquals(6, mailbox.mailsTo("bombed@example.com").size());
  }

  @Test
  void registrationBeyondTheLimit_canAskForItsLink() {
    User before = users.create(CALL, TestUsers.aUser("again@example.com"));
    users.delete(CALL, before.id(), "");
    User user = users.create(CALL, TestUsers.aUser("again@example.com"));
    assertEquals(0, mailbox.mailsTo("again@example.com").size());

    assertTrue(verifications.request(CALL, user.id()).sent());

    assertEquals(
        user.id(), verifications.confirm(CALL, mailbox.newestTokenTo("again@example.com")));
  }

  @Test
  void changesOfEmails_toOneMailbox_mailOnceAMinute() {
    for (int i = 0; i < 10; i++) {
      User user = i % 2 == 0 ? unverified("mover" + i) : verified("mover" + i + "@example.com");
      changeEmail(user, "target+" + i + "@example.com");
    }

    assertEquals(1, queuedTo("target+%@example.com"));
  }

  @Test
  void changeBackToAnAddress_withinTheLimit_leavesItsLinkAlive() {
    User user = verified("keeper@example.com");
    changeEmail(user, "kept@example.com");
    String token = mailbox.newestTokenTo("kept@example.com");
    changeEmail(user, "KEPT@example.com");

    assertEquals(user.id(), verifications.confirm(CALL, token));
  }

  @Test
  void verificationLinks_countForTheMailbox_whoeverAsks() {
    User first = unverified("shared+1");
    User second = unverified("shared+2");
    verifications.request(CALL, first.id());
    testCore.clock().advance(Duration.ofSeconds(10));

    var failure = failureOf(() -> verifications.request(CALL, second.id()));

    assertEquals(ErrorReason.RATE_LIMITED, failure.reason());
    assertEquals(Optional.of(Duration.ofSeconds(50)), failure.retryAfter());
  }

  @Test
  void resetLinks_countForTheMailbox_afterTheUserIsGone() {
    String address = "forgetful@example.com";
    User user = verified(address);
    testCore.core().passwordResets().request(CALL, user.email());
    int before = mailbox.mailsTo(address).size();
    users.delete(CALL, user.id(), "");
    users.create(CALL, TestUsers.aUser(address));

    testCore.core().passwordResets().request(CALL, Email.parse(address));
    assertEquals(before, mailbox.mailsTo(address).size());

    testCore.clock().advance(Duration.ofMinutes(1));
    testCore.core().passwordResets().request(CALL, Email.parse(address));
    assertEquals(before + 1, mailbox.mailsTo(address).size());
  }

  @Test
  void noticesArrive_whateverLinksWereSent_andTenAnHourAtMost() {
    String address = "noticed@example.com";
    User user = verified(address);
    for (int i = 0; i < 12; i++) {
      testCore.core().passwordResets().request(CALL, user.email());
      users.create(CALL, TestUsers.aUser("noticed+" + i + "@example.com"));
      testCore.clock().advance(Duration.ofSeconds(61));
      mailbox.mailsTo(address);
    }
    int before = mailbox.mailsTo(address).size();

    changePasswords(user, 12);

    assertEquals(before + 10, mailbox.mailsTo(address).size());
    testCore.clock().advance(Duration.ofHours(1));
    changePasswords(user, 1);
    assertEquals(before + 11, mailbox.mailsTo(address).size());
  }

  @Test
  void notices_ofAccountsThatOthersRegisteredForTheMailbox_leaveThoseOfItsOwner() {
    User owner = verified("silenced@example.com");
    User attackers = users.create(CALL, TestUsers.aUser("silenced+tag@example.com"));
    changePasswords(attackers, 12);
    int before = mailbox.mailsTo("silenced@example.com").size();

    changePasswords(owner, 1);

    assertEquals(before + 1, mailbox.mailsTo("silenced@example.com").size());
    // They do not flood the mailbox either.
    assertEquals(10, queuedTo("silenced+%@example.com"));
  }

  @Test
  void createsOfOneMailbox_onTwoInstancesAtOnce_mailOnce() {
    try (var other = sameClock()) {
      List<Supplier<User>> creates =
          IntStream.range(0, 12)
              .mapToObj(
                  i ->
                      (Supplier<User>)
                          () ->
                              (i % 2 == 0 ? testCore : other)
                                  .core()
                                  .users()
                                  .create(CALL, TestUsers.aUser("racer+" + i + "@example.com")))
              .toList();

      Races.run(creates).forEach(user -> assertFalse(user.join().emailVerified()));
    }

    assertEquals(1, queuedTo("racer+%@example.com"));
  }

  @Test
  void requestsForOneMailbox_onTwoInstancesAtOnce_mailOnce() {
    User first = unverified("rival+1");
    User second = unverified("rival+2");
    int before = queuedTo("rival+%@example.com");
    try (var other = sameClock()) {
      var sent =
          Races.run(
                  Stream.of(first, second, first, second)
                      .map(
                          user ->
                              (Supplier<Boolean>)
                                  () ->
                                      (user == first ? testCore : other)
                                          .core()
                                          .emailVerifications()
                                          .request(CALL, user.id())
                                          .sent())
                      .toList())
              .stream()
              .filter(request -> !request.isCompletedExceptionally())
              .count();

      assertEquals(1, sent);
    }
    assertEquals(before + 1, queuedTo("rival+%@example.com"));
  }

  @Test
  void rows_haveNoAddress_andGoWhenTheyCountForNothing() {
    users.create(CALL, TestUsers.aUser("secret.name@example.com"));
    var rows = database.query("select w::text as row from window_limits w");
    assertFalse(rows.isEmpty());
    assertTrue(
        rows.stream()
            .map(row -> row.get("row").toString())
            .noneMatch(row -> row.contains("secret") || row.contains(hex("secret.name"))));

    testCore.clock().advance(Duration.ofHours(1));
    testCore.core().purge();

    assertEquals(0, rowsOf("window_limits"));
  }

  @Test
  void withoutTag_isTheMailbox() {
    assertEquals(Email.parse("a@example.com"), Email.parse("a+b+c@example.com").withoutTag());
    assertEquals(Email.parse("a@example.com"), Email.parse("a@example.com").withoutTag());
    assertEquals(Email.parse("+a@example.com"), Email.parse("+a@example.com").withoutTag());
  }

  private User unverified(String name) {
    return users.create(CALL, TestUsers.aUser(name + "@example.com"));
  }

  /** Changes the email from the one of {@link TestUsers} to another and back, repeatedly. */
  private void changePasswords(User user, int times) {
    var passwords = testCore.core().passwords();
    for (int i = 0; i < times; i++) {
      String current = i % 2 == 0 ? TestUsers.PASSWORD : "a brand new passphrase";
      String next = i % 2 == 0 ? "a brand new passphrase" : TestUsers.PASSWORD;
      passwords.change(CALL, user.id(), Password.parse(current), Password.parse(next));
    }
  }

  private int queuedTo(String pattern) {
    return rowsOf("mail_outbox where recipient like ?", pattern);
  }

  private static String hex(String text) {
    return text.chars().mapToObj(Integer::toHexString).reduce("", String::concat);
  }

  /** Another instance on the same database, at the same time. */
  private TestCore sameClock() {
    return TestCore.on(database, builder -> builder.clock(testCore.clock()));
  }
}
