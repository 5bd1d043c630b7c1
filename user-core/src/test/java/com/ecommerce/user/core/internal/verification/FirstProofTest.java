package com.ecommerce.user.core.internal.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserProfile;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferencePatch;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.ClientInfo;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.testing.Races;
import com.ecommerce.user.core.testing.TestAddresses;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.verification.Confirmation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Tests that somebody who registers with another person's address does not keep access to the
 * account.
 */
class FirstProofTest extends MailedLinksTesting {
  private static final ClientInfo FIREFOX =
      new ClientInfo("Mozilla/5.0 (Windows NT 10.0; rv:143.0) Gecko/20100101 Firefox/143.0", false);

  private static final RequestContext ATTACKER = from("198.51.100.7/32").from(FIREFOX);
  private static final RequestContext OWNER = from("203.0.113.9/32");

  private static RequestContext from(String network) {
    return new RequestContext(Actor.SYSTEM, network, Cancellation.NEVER);
  }

  private LoginResult register(RequestContext call, String email) {
    User user = users.create(call, TestUsers.aUser(email));
    return testCore.core().sessions().signIn(call, user.id(), "laptop");
  }

  private boolean isLive(LoginResult session) {
    try {
      testCore.core().sessions().authenticate(session.tokens().accessToken());
      return true;
    } catch (UserServiceException ended) {
      assertEquals(ErrorReason.SESSION_ENDED, ended.reason());
      return false;
    }
  }

  @Test
  void confirmation_fromElsewhere_endsTheSessionsFromBefore() {
    var attacker = register(ATTACKER, "victim@example.com");
    String token = mailbox.newestTokenTo("victim@example.com");

    var confirmation = verifications.confirmEmail(OWNER, token);

    assertEquals(new Confirmation(attacker.user().id(), 1), confirmation);
    assertFalse(isLive(attacker));
    assertThrows(
        UserServiceException.class,
        () -> testCore.core().sessions().refresh(ATTACKER, attacker.tokens().refreshToken()));
    assertEquals(0, verifications.confirmEmail(OWNER, token).endedSessions());
    assertEquals(0, rowsOf("registrations where user_id = ?", attacker.user().id().value()));
  }

  @Test
  void confirmation_fromTheNetworkThatRegistered_endsNone() {
    var session = register(OWNER, "home@example.com");

    var confirmation = verifications.confirmEmail(OWNER, mailbox.newestTokenTo("home@example.com"));

    assertEquals(0, confirmation.endedSessions());
    assertTrue(isLive(session));
  }

  @Test
  void confirmation_withASessionOfTheUser_endsNone() {
    var session = register(OWNER, "mobile@example.com");
    var call =
        from("192.0.2.1/32")
            .as(Actor.user(session.user().id()), Optional.of(session.session().id()));

    verifications.confirm(call, mailbox.newestTokenTo("mobile@example.com"));

    assertTrue(isLive(session));
  }

  @Test
  void confirmation_withASessionOfAnother_endsThem() {
    var other = register(OWNER, "other@example.com");
    var session = register(ATTACKER, "target@example.com");
    var call = OWNER.as(Actor.user(other.user().id()), Optional.of(other.session().id()));

    verifications.confirm(call, mailbox.newestTokenTo("target@example.com"));

    assertFalse(isLive(session));
    assertTrue(isLive(other));
  }

  @Test
  void networkOfAService_isNobodys_unlessItSaysForWhomItCalls() {
    var gateway = from("10.0.0.1/32").as(Actor.service("gateway"), Optional.empty());
    var forwarded = new ClientInfo("", true);
    var silent = register(gateway, "silent@example.com");
    var told = register(gateway.from(forwarded), "told@example.com");

    verifications.confirm(gateway, mailbox.newestTokenTo("silent@example.com"));
    verifications.confirm(gateway.from(forwarded), mailbox.newestTokenTo("told@example.com"));

    assertFalse(isLive(silent));
    assertTrue(isLive(told));
  }

  @Test
  void accountThatNobodyRemembers_countsAsMadeElsewhere() {
    var session = register(OWNER, "old@example.com");
    testCore.clock().advance(Duration.ofDays(31));
    testCore.core().purge();
    var later = testCore.core().sessions().signIn(OWNER, session.user().id(), "");
    verifications.request(CALL, session.user().id());

    verifications.confirm(OWNER, mailbox.newestTokenTo("old@example.com"));

    assertFalse(isLive(later));
  }

  @Test
  void laterConfirmation_ofAChangedEmail_isNotAFirstOne() {
    var session = register(OWNER, "moving@example.com");
    verifications.confirm(OWNER, mailbox.newestTokenTo("moving@example.com"));
    changeEmail(session.user(), "moved@example.com");
    var call =
        from("192.0.2.1/32")
            .as(Actor.user(session.user().id()), Optional.of(session.session().id()));

    assertEquals(
        0,
        verifications
            .confirmEmail(call, mailbox.newestTokenTo("moved@example.com"))
            .endedSessions());
    assertTrue(isLive(session));
  }

  @Test
  void claim_showsHowTheAccountWasMade() {
    var made = register(ATTACKER, "shown@example.com");
    String token = mailbox.newestTokenTo("shown@example.com");

    var registration = verifications.claim(OWNER, token).orElseThrow().registration().orElseThrow();

    assertEquals("Firefox on Windows", registration.device());
    assertEquals("198.51.100.0/24", registration.coarseNetwork());
    assertEquals(made.user().audit().createdAt(), registration.createdAt());
    verifications.confirm(OWNER, token);
    assertEquals(Optional.empty(), verifications.claim(OWNER, token));
    assertEquals(Optional.empty(), verifications.claim(OWNER, "none"));
  }

  @Test
  void refusal_deletesTheAccountThatWasNeverVerified() {
    var attacker = register(ATTACKER, "refused@example.com");
    String token = mailbox.newestTokenTo("refused@example.com");
    assertTrue(
        mailbox.mailsTo("refused@example.com").get(0).text().contains("/not-me?token=" + token));

    verifications.refuse(OWNER, token);

    assertEquals(
        ErrorReason.USER_NOT_FOUND,
        failureOf(() -> users.get(CALL, attacker.user().id())).reason());
    assertFalse(isLive(attacker));
    assertEquals(1, eventsOf(attacker.user().id(), "user.deleted"));
    assertEquals(
        ErrorReason.TOKEN_INVALID, failureOf(() -> verifications.refuse(OWNER, token)).reason());
    users.create(CALL, TestUsers.aUser("refused@example.com"));
  }

  @Test
  void refusal_afterTheProof_isInvalid() {
    var user = register(OWNER, "proven@example.com").user();
    String token = mailbox.newestTokenTo("proven@example.com");
    verifications.confirm(OWNER, token);

    assertEquals(
        ErrorReason.TOKEN_INVALID, failureOf(() -> verifications.refuse(OWNER, token)).reason());
    assertTrue(users.get(CALL, user.id()).emailVerified());
  }

  @Test
  void refusalOfAChange_dropsThePendingEmail() {
    User user = verified("stable@example.com");
    changeEmail(user, "stranger@example.com");
    String token = mailbox.newestTokenTo("stranger@example.com");
    assertFalse(verifications.claim(OWNER, token).orElseThrow().isOfNewAccount());

    verifications.refuse(OWNER, token);

    User after = users.get(CALL, user.id());
    assertEquals(Optional.empty(), after.pendingEmail());
    assertEquals(user.email(), after.email());
    assertEquals(
        ErrorReason.TOKEN_INVALID, failureOf(() -> verifications.confirm(OWNER, token)).reason());
  }

  @Test
  void refusalOfABannedAccount_leavesIt() {
    var user = register(ATTACKER, "banned@example.com").user();
    String token = mailbox.newestTokenTo("banned@example.com");
    users.update(CALL, user.id(), UserPatch.builder().status(UserStatus.BANNED).build());

    assertEquals(
        ErrorReason.USER_BANNED, failureOf(() -> verifications.refuse(OWNER, token)).reason());
    assertEquals(UserStatus.BANNED, users.get(CALL, user.id()).status());
  }

  @Test
  void confirmationAndRefusal_atTheSameTime_oneWins() {
    var user = register(ATTACKER, "both@example.com").user();
    String token = mailbox.newestTokenTo("both@example.com");
    List<Supplier<Boolean>> work =
        List.of(
            () -> verifications.confirm(OWNER, token) != null,
            () -> {
              verifications.refuse(OWNER, token);
              return true;
            });

    var ends = Races.run(work);

    assertEquals(1, ends.stream().filter(end -> !end.isCompletedExceptionally()).count());
    boolean confirmed = !ends.get(0).isCompletedExceptionally();
    assertEquals(confirmed ? 1 : 0, rowsOf("users where id = ?", user.id().value()));
  }

  @Test
  void reset_ofANeverVerifiedAccount_dropsWhatWasEntered() {
    var attacker = register(ATTACKER, "reset.me@example.com");
    var id = attacker.user().id();
    var core = testCore.core();
    core.addresses().add(ATTACKER, id, TestAddresses.anAddress(AddressType.SHIPPING));
    core.preferences()
        .update(
            ATTACKER, id, PreferencePatch.builder().set(Preference.EMAIL_PROMOTIONS, true).build());
    users.update(
        ATTACKER,
        id,
        UserPatch.builder()
            .displayName("Mallory")
            .avatarUrl("https://evil.example/a.png")
            .profile(profile -> profile.bio("call me"))
            .build());

    reset("reset.me@example.com");

    User after = users.get(CALL, id);
    assertTrue(after.emailVerified());
    assertEquals("reset.me", after.displayName());
    assertEquals("", after.firstName() + after.lastName() + after.avatarUrl());
    assertEquals(UserProfile.EMPTY, after.profile());
    assertEquals(List.of(), core.addresses().list(CALL, id, Optional.empty()));
    assertEquals(PreferenceSet.DEFAULT, core.preferences().get(CALL, id));
    assertFalse(isLive(attacker));
    assertEquals(1, eventsOf(id, "address.deleted"));
    assertEquals(0, rowsOf("registrations where user_id = ?", id.value()));
  }

  @Test
  void reset_ofAVerifiedAccount_dropsNothing() {
    User user = verified("loyal@example.com");

    reset("loyal@example.com");

    assertEquals("Ada", users.get(CALL, user.id()).firstName());
  }

  private void reset(String email) {
    var resets = testCore.core().passwordResets();
    resets.request(CALL, Email.parse(email));
    String token = mailbox.newestTokenTo(email);
    resets.reset(OWNER, token, Password.parse("a brand new passphrase"));
  }
}
