package com.ecommerce.user.core.internal.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.core.request.WorkObserver;
import com.ecommerce.user.core.testing.Races;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestUsers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests that callers without rights cannot find out which addresses have accounts. */
class HiddenAccountsTest extends MailedLinksTesting {
  /** Records the effects of a call on the database. */
  private static final class Statements implements WorkObserver {
    private final List<String> sources = new CopyOnWriteArrayList<>();

    @Override
    public void onStatement(Statement statement) {
      sources.add(statement.source().orElse(statement.sql()));
    }

    @Override
    public Work begin(String name) {
      return () -> {};
    }

    @Override
    public Optional<TraceParent> traceParent() {
      return Optional.empty();
    }

    @Override
    public WorkObserver together(List<WorkObserver> others) {
      return this;
    }
  }

  /** A call with a session of the user. */
  private RequestContext session(User user) {
    var signedIn = testCore.core().sessions().signIn(CALL, user.id(), "test");
    return CALL.as(Actor.user(user.id()), Optional.of(signedIn.session().id()));
  }

  private User change(RequestContext call, User user, String wanted) {
    return users.update(call, user.id(), UserPatch.builder().email(Email.parse(wanted)).build());
  }

  @Test
  void sessionOfVerifiedUser_getsTheSameAnswerForATakenEmail() {
    User owner = verified("owner@example.com");
    User user = verified("curious@example.com");
    var call = session(user);
    var ofFree = new Statements();
    var ofTaken = new Statements();
    User free = change(call.observedBy(ofFree), user, "free@example.com");
    User taken = change(call.observedBy(ofTaken), user, "owner@example.com");

    assertEquals(Optional.of(Email.parse("free@example.com")), free.pendingEmail());
    assertEquals(Optional.of(owner.email()), taken.pendingEmail());
    assertEquals(free.audit().version() + 1, taken.audit().version());
    assertEquals(ofFree.sources, ofTaken.sources);
    assertFalse(ofFree.sources.isEmpty());
    List<Mail> toOwner = mailbox.mailsTo("owner@example.com");
    assertEquals("Someone wants to use your email address", lastOf(toOwner).subject());
    assertFalse(lastOf(toOwner).text().contains("token="));
    assertFalse(lastOf(toOwner).text().contains("curious"));
    assertTrue(lastOf(mailbox.mailsTo("curious@example.com")).text().contains("owner@example"));
  }

  @Test
  void linkOfATakenEmail_isNeverMailed_untilItIsFree() {
    User owner = verified("leaving@example.com");
    User user = verified("heir@example.com");
    var call = session(user);
    change(call, user, "leaving@example.com");
    // Sends the mails that are due. The notice to the user's own address has a link, and therefore
    // a digest.
    mailbox.mailsTo("heir@example.com");
    int digests = rowsOf("token_digests");
    assertTrue(verifications.request(call, user.id()).sent());
    assertEquals(
        ErrorReason.RATE_LIMITED, failureOf(() -> verifications.request(call, user.id())).reason());

    assertEquals(3, mailbox.mailsTo("leaving@example.com").size());
    assertEquals(digests, rowsOf("token_digests"));

    users.delete(CALL, owner.id(), "");
    testCore.clock().advance(Duration.ofMinutes(1));
    verifications.request(call, user.id());
    verifications.confirm(CALL, mailbox.newestTokenTo("leaving@example.com"));
    assertEquals(owner.email(), users.get(CALL, user.id()).email());
  }

  @Test
  void sessionOfVerifiedUser_triesTwentyEmailsAnHour_takenOnesCounted() {
    verified("probed@example.com");
    User user = verified("prober@example.com");
    var call = session(user);
    for (int i = 0; i < 20; i++) {
      change(call, user, i % 2 == 0 ? "probed@example.com" : "unused" + i + "@example.com");
    }

    var failure = failureOf(() -> change(call, user, "probed@example.com"));

    assertEquals(ErrorReason.RATE_LIMITED, failure.reason());
    assertTrue(failure.retryAfter().isPresent());
  }

  @Test
  void sessionOfUnverifiedUser_triesFiveEmailsAnHour_takenOnesCounted() {
    verified("known@example.com");
    User user = users.create(CALL, TestUsers.aUser("newcomer@example.com"));
    var call = session(user);
    for (int i = 0; i < 4; i++) {
      assertEquals(
          ErrorReason.EMAIL_TAKEN,
          failureOf(() -> change(call, user, "known@example.com")).reason());
    }
    assertEquals("other@example.com", change(call, user, "other@example.com").email().address());
    assertEquals(
        ErrorReason.RATE_LIMITED,
        failureOf(() -> change(call, user, "known@example.com")).reason());

    testCore.clock().advance(Duration.ofHours(1));
    assertEquals(
        ErrorReason.EMAIL_TAKEN,
        failureOf(() -> change(session(user), user, "known@example.com")).reason());
  }

  @Test
  void triesAtTheSameTime_onTwoInstances_areCounted() {
    verified("goal@example.com");
    User user = users.create(CALL, TestUsers.aUser("racing@example.com"));
    var call = session(user);
    try (var other = sameClock()) {
      List<Supplier<User>> tries =
          IntStream.range(0, 12)
              .mapToObj(
                  i ->
                      (Supplier<User>)
                          () ->
                              (i % 2 == 0 ? testCore : other)
                                  .core()
                                  .users()
                                  .update(
                                      call,
                                      user.id(),
                                      UserPatch.builder()
                                          .email(Email.parse("goal@example.com"))
                                          .build()))
              .toList();

      long told =
          Races.run(tries).stream()
              .map(one -> one.handle((done, failure) -> Stages.expected(failure)).join())
              .filter(failure -> failure.reason() == ErrorReason.EMAIL_TAKEN)
              .count();

      assertEquals(5, told);
    }
  }

  @Test
  void trustedCallersAndAdmins_areTold() {
    verified("visible@example.com");
    User user = verified("served@example.com");
    User admin =
        users.createVerified(
            CALL, TestUsers.aUser("boss@example.com", "Ada", "Lovelace", Set.of(Role.ADMIN)));
    for (RequestContext call :
        List.of(CALL, RequestContext.by(Actor.service("orders")), session(admin))) {
      assertEquals(
          ErrorReason.EMAIL_TAKEN,
          failureOf(() -> change(call, user, "visible@example.com")).reason());
    }
    assertEquals(
        ErrorReason.EMAIL_TAKEN,
        failureOf(() -> change(session(admin), admin, "visible@example.com")).reason());
  }

  @Test
  void registration_whereAccountsAreShown_isTold() {
    users.create(CALL, TestUsers.aUser("shown@example.com"));

    assertEquals(
        ErrorReason.EMAIL_TAKEN, failureOf(() -> register(testCore, "shown@example.com")).reason());
    assertTrue(register(testCore, "fresh@example.com").isPresent());
  }

  @Test
  void registration_whereAccountsAreHidden_isToldNothing() {
    User owner = verified("hidden@example.com");
    int before = mailbox.mailsTo("hidden@example.com").size();
    testCore.clock().advance(Duration.ofMinutes(1));
    try (var hiding = hiding()) {
      assertEquals(Optional.empty(), register(hiding, "hidden@example.com"));
      assertEquals(Optional.empty(), register(hiding, "unknown@example.com"));
    }

    List<Mail> toOwner = mailbox.mailsTo("hidden@example.com");
    assertEquals(before + 1, toOwner.size());
    assertEquals("You already have an account", lastOf(toOwner).subject());
    assertFalse(lastOf(toOwner).text().contains("token="));
    assertEquals(owner, users.get(CALL, owner.id()));
    verifications.confirm(CALL, mailbox.newestTokenTo("unknown@example.com"));
    User made = users.getByEmail(CALL, Email.parse("unknown@example.com"));
    assertEquals(UserStatus.ACTIVE, made.status());
  }

  @Test
  void login_whereAccountsAreHidden_tellsOfNoneThatIsNotVerified() {
    try (var hiding = hiding()) {
      register(hiding, "stranger@example.com");

      var failure = failureOf(() -> login(hiding, "stranger@example.com"));

      assertEquals(ErrorReason.CREDENTIALS_INVALID, failure.reason());
      assertEquals(
          failureOf(() -> login(hiding, "nobody@example.com")).getMessage(), failure.getMessage());
      verifications.confirm(CALL, mailbox.newestTokenTo("stranger@example.com"));
      login(hiding, "stranger@example.com");
    }
  }

  @Test
  void login_whereAccountsAreHidden_countsARightPasswordAsAWrongOne() {
    verified("counted@example.com");
    try (var hiding = hiding()) {
      register(hiding, "counted@example.com");
      register(hiding, "uncounted@example.com");
      Password other = Password.parse("somebody else's horse");

      int before = failuresOfNetworks();
      for (int i = 0; i < 3; i++) {
        failureOf(() -> login(hiding, "counted@example.com", other));
      }
      assertEquals(before + 3, failuresOfNetworks());
      for (int i = 0; i < 3; i++) {
        failureOf(() -> login(hiding, "uncounted@example.com"));
      }

      // The number of attempts left to a network would otherwise reveal that the second
      // registration created an account.
      assertEquals(before + 6, failuresOfNetworks());
      verifications.confirm(CALL, mailbox.newestTokenTo("uncounted@example.com"));
      login(hiding, "uncounted@example.com");
      assertEquals(before + 3, failuresOfNetworks());
    }
  }

  private int failuresOfNetworks() {
    return database
        .query("select failures from password_guesses where account = ''::bytea")
        .stream()
        .mapToInt(row -> (Integer) row.get("failures"))
        .sum();
  }

  @Test
  void hiddenRegistrationsOfOneEmail_atTheSameTime_makeOneAccountAndOneMail() {
    try (var one = hiding();
        var other = hiding()) {
      List<Supplier<Optional<User>>> work =
          IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      (Supplier<Optional<User>>)
                          () -> register(i % 2 == 0 ? one : other, "rush@example.com"))
              .toList();

      Races.run(work).forEach(answer -> assertEquals(Optional.empty(), answer.join()));
    }

    assertEquals(1, rowsOf("users where email = ?", "rush@example.com"));
    assertEquals(1, mailbox.mailsTo("rush@example.com").size());
  }

  private static Optional<User> register(TestCore on, String email) {
    return Stages.join(on.core().users().registerAsync(CALL, TestUsers.aUser(email)));
  }

  private static void login(TestCore on, String email) {
    login(on, email, Password.parse(TestUsers.PASSWORD));
  }

  private static void login(TestCore on, String email, Password password) {
    on.core().sessions().login(CALL, Email.parse(email), password, "");
  }

  private static Mail lastOf(List<Mail> mails) {
    return mails.get(mails.size() - 1);
  }

  /** Another instance on the same database, at the same time. */
  private TestCore sameClock() {
    return TestCore.on(database, builder -> builder.clock(testCore.clock()));
  }

  private TestCore hiding() {
    return TestCore.on(database, builder -> builder.clock(testCore.clock()).hidesAccounts(true));
  }
}
