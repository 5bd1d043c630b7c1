package com.ecommerce.user.core.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.LoginResult;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that operations that could take over an account require a recently verified password. */
class RecentProofTest extends SessionTesting {
  private static final Password WRONG = Password.parse("a wrong password");
  private static final Password NEXT = Password.parse("another horse battery");

  /** The operations that require a recently verified password. */
  private enum Sensitive {
    CHANGE_EMAIL {
      @Override
      void apply(RecentProofTest test, RequestContext call, User user) {
        test.users().update(call, user.id(), emailOf("taken-over." + user.email().address()));
      }
    },
    DELETE_USER {
      @Override
      void apply(RecentProofTest test, RequestContext call, User user) {
        test.users().delete(call, user.id(), "");
      }
    },
    REVOKE_ALL_SESSIONS {
      @Override
      void apply(RecentProofTest test, RequestContext call, User user) {
        test.sessions.revokeAll(call, user.id(), Optional.empty());
      }
    };

    abstract void apply(RecentProofTest test, RequestContext call, User user);
  }

  private static UserPatch emailOf(String address) {
    return UserPatch.builder().email(Email.parse(address)).build();
  }

  private Users users() {
    return testCore.core().users();
  }

  private static Caller.User caller(LoginResult signedIn) {
    return new Caller.User(signedIn.user().id(), signedIn.user().roles(), signedIn.session().id());
  }

  private void assertRefused(Sensitive what, RequestContext call, User user) {
    assertEquals(
        ErrorReason.REAUTHENTICATION_REQUIRED, reasonOf(() -> what.apply(this, call, user)));
  }

  @ParameterizedTest
  @EnumSource(Sensitive.class)
  void sensitiveOperation_laterThanFiveMinutesAfterTheLogin_isRefused(Sensitive what) {
    var user = aUser();
    var signedIn = login(user);
    var call = from(signedIn);
    testCore.clock().advance(RecentProof.MAX_AGE.plusNanos(1_000));
    var before = users().getCurrent(CALL, user.id());

    assertRefused(what, call, user);

    assertEquals(before, users().getCurrent(CALL, user.id()));
    assertLive(signedIn);
  }

  @ParameterizedTest
  @EnumSource(Sensitive.class)
  void sensitiveOperation_withinFiveMinutesOfTheLogin_passes(Sensitive what) {
    var user = aUser();
    var call = from(login(user));
    testCore.clock().advance(RecentProof.MAX_AGE);

    what.apply(this, call, user);
  }

  @ParameterizedTest
  @EnumSource(Sensitive.class)
  void sensitiveOperation_afterAReauthentication_passesOnAnotherInstanceToo(Sensitive what) {
    var user = aUser();
    var signedIn = login(user);
    testCore.clock().advance(Duration.ofMinutes(10));
    var call = from(signedIn);

    otherInstance.core().sessions().reauthenticate(call, caller(signedIn), PASSWORD);

    what.apply(this, call, user);
  }

  @ParameterizedTest
  @EnumSource(Sensitive.class)
  void sensitiveOperation_byASessionFromBeforeProofsWereNoted_isRefused(Sensitive what) {
    var user = aUser();
    var signedIn = login(user);
    database.execute(
        "update sessions set authenticated_at = null where id = ?",
        signedIn.session().id().value());

    assertRefused(what, from(signedIn), user);
    var renewed = sessions.refresh(CALL, signedIn.tokens().refreshToken());
    assertEquals(Optional.empty(), renewed.session().authenticatedAt());
    assertEquals(Optional.empty(), authTime(renewed.tokens().accessToken()));
  }

  @ParameterizedTest
  @EnumSource(Sensitive.class)
  void sensitiveOperation_byAnAdminOrWithoutASession_needsNoProof(Sensitive what) {
    var admin = login(aUser(Role.ADMIN));
    testCore.clock().advance(Duration.ofMinutes(10));

    what.apply(this, from(admin), aUser());
    what.apply(this, CALL, aUser());
    what.apply(this, from(admin), admin.user());
  }

  @Test
  void proofInTheFuture_countsForOneMinuteOnly() {
    var user = aUser();
    var signedIn = login(user);
    var session = signedIn.session().id();
    var call = from(signedIn);
    testCore.clock().advance(RecentProof.MAX_AHEAD.negated());
    assertTrue(sessions.isProven(CALL, session, Duration.ofMinutes(15)));

    testCore.clock().advance(Duration.ofMillis(-1));
    try {
      assertFalse(sessions.isProven(CALL, session, Duration.ofMinutes(15)));
      assertRefused(Sensitive.DELETE_USER, call, user);
    } finally {
      testCore.clock().advance(RecentProof.MAX_AHEAD.plusMillis(1));
    }
  }

  @Test
  void sensitiveOperation_ofASessionThatHasEndedMeanwhile_isRefused() {
    var user = aUser();
    var signedIn = login(user);
    var call = from(signedIn);
    sessions.logout(CALL, signedIn.session().id());

    assertEquals(
        ErrorReason.SESSION_ENDED, reasonOf(() -> Sensitive.DELETE_USER.apply(this, call, user)));
  }

  @Test
  void refresh_doesNotRenewTheProof() {
    var user = aUser();
    var signedIn = login(user);
    Instant start = testCore.clock().instant();
    testCore.clock().advance(Duration.ofMinutes(6));

    var renewed = sessions.refresh(CALL, signedIn.tokens().refreshToken());

    assertEquals(Optional.of(start.getEpochSecond()), authTime(renewed.tokens().accessToken()));
    assertRefused(Sensitive.CHANGE_EMAIL, from(renewed), user);
  }

  @Test
  void reauthenticate_answersATokenOfTheSameSessionWithTheTimeOfTheProof() {
    var user = aUser();
    var signedIn = login(user);
    testCore.clock().advance(Duration.ofMinutes(10));

    var proven = sessions.reauthenticate(from(signedIn), caller(signedIn), PASSWORD);

    assertNotEquals(signedIn.tokens().accessToken(), proven.accessToken());
    assertEquals(Duration.ofMinutes(15), proven.accessLifetime());
    assertEquals(Duration.ofMinutes(5), proven.proofLifetime());
    assertEquals(
        Optional.of(testCore.clock().instant().getEpochSecond()), authTime(proven.accessToken()));
    assertEquals(
        Optional.of(signedIn.session().id()),
        sessions.authenticate(proven.accessToken()).ownSession());
    assertLive(signedIn);
    assertEquals("session.reauthenticated", lastEvent(user.id()).get("type"));
    var renewed = sessions.refresh(CALL, signedIn.tokens().refreshToken());
    assertEquals(authTime(proven.accessToken()), authTime(renewed.tokens().accessToken()));
    assertFalse(proven.toString().contains(proven.accessToken()));
  }

  private static Optional<Long> authTime(String accessToken) {
    try {
      return Optional.ofNullable(
          SignedJWT.parse(accessToken).getJWTClaimsSet().getLongClaim("auth_time"));
    } catch (ParseException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Test
  void reauthenticate_withAWrongPassword_countsAsAGuessAndProvesNothing() {
    var user = aUser();
    var signedIn = login(user);
    testCore.clock().advance(Duration.ofMinutes(10));
    var call = from(signedIn);

    for (int i = 0; i < 6; i++) {
      assertMismatch(call, signedIn, WRONG);
    }

    // Further attempts are refused by now, as after wrong passwords at a login.
    assertMismatch(call, signedIn, PASSWORD);
    assertEquals(ErrorReason.CREDENTIALS_INVALID, reasonOf(() -> login(user)));
    assertRefused(Sensitive.CHANGE_EMAIL, call, user);
  }

  private void assertMismatch(RequestContext call, LoginResult signedIn, Password password) {
    var failure =
        assertThrows(
            UserServiceException.class,
            () -> sessions.reauthenticate(call, caller(signedIn), password));
    assertEquals(ErrorReason.PASSWORD_MISMATCH, failure.reason());
    assertEquals(List.of("password"), failure.violations().stream().map(v -> v.field()).toList());
  }

  @Test
  void reauthenticate_ofASessionThatIsOverOrAnothers_isRefused() {
    var user = aUser();
    var ended = login(user);
    var call = from(ended);
    sessions.logout(CALL, ended.session().id());
    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(() -> sessions.reauthenticate(call, caller(ended), PASSWORD)));

    var others = login(aUser());
    var mixed = new Caller.User(user.id(), user.roles(), others.session().id());
    assertEquals(
        ErrorReason.SESSION_ENDED, reasonOf(() -> sessions.reauthenticate(CALL, mixed, PASSWORD)));
  }

  @Test
  void changePassword_provesTheSessionItWasAskedIn() {
    var user = aUser();
    var signedIn = login(user);
    testCore.clock().advance(Duration.ofMinutes(10));
    var call = from(signedIn);

    testCore.core().passwords().change(call, user.id(), PASSWORD, NEXT);

    Sensitive.REVOKE_ALL_SESSIONS.apply(this, call, user);
  }

  @Test
  void signIn_afterARegistration_isAProof() {
    var user = aUser();
    var call = from(sessions.signIn(CALL, user.id(), ""));

    Sensitive.DELETE_USER.apply(this, call, user);
  }

  @ParameterizedTest
  @ValueSource(strings = {"the same email", "no email", "back to the current email", "close"})
  void whatChangesNoEmail_needsNoProof(String what) {
    var user = aUser();
    users().update(CALL, user.id(), UserPatch.builder().firstName("Augusta").build());
    var call = from(login(user));
    testCore.clock().advance(Duration.ofMinutes(10));
    String own = user.email().address();
    Consumer<UserPatch> update = patch -> users().update(call, user.id(), patch);

    switch (what) {
      case "the same email" -> update.accept(emailOf(own.toUpperCase(Locale.ROOT)));
      case "no email" -> update.accept(UserPatch.builder().lastName("Byron").build());
      case "back to the current email" -> {
        database.execute(
            "update users set email_verified = true, pending_email = ? where id = ?",
            "pending-" + own,
            user.id().value());
        update.accept(emailOf("pending-" + own));
        update.accept(emailOf(own));
        assertEquals(Optional.empty(), users().getCurrent(CALL, user.id()).pendingEmail());
      }
      default ->
          assertEquals(UserStatus.DEACTIVATED, users().deactivate(call, user.id(), "").status());
    }
  }
}
