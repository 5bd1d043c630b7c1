package com.ecommerce.user.core.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.session.TokenInfo;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionsTest extends SessionTesting {
  @Test
  void logout_endsTheSessionOnThisInstanceAtOnce() {
    var signedIn = login(aUser());
    var another = login(signedIn.user());
    assertLive(signedIn);

    sessions.logout(from(signedIn), signedIn.session().id());

    assertEnded(signedIn);
    assertLive(another);
    assertEquals(
        Map.of(
            "type",
            "session.ended",
            "actor",
            signedIn.user().id().toString(),
            "reason",
            "logout (session " + signedIn.session().id() + ")"),
        lastEvent(signedIn.user().id()));
  }

  @Test
  void logout_isKnownToOtherInstancesWithinSeconds() {
    var signedIn = login(aUser());
    var elsewhere = otherInstance.core().sessions();
    assertEquals(
        Optional.of(signedIn.session().id()),
        elsewhere.authenticate(signedIn.tokens().accessToken()).ownSession());

    sessions.logout(CALL, signedIn.tokens().refreshToken());
    otherInstance.core().catchUp();

    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(() -> elsewhere.authenticate(signedIn.tokens().accessToken())));
  }

  @Test
  void logout_withATokenThatWasExchangedBefore_isReuse() {
    var first = login(aUser());
    var second = sessions.refresh(CALL, first.tokens().refreshToken());
    testCore.clock().advance(SessionGrants.GRACE.plusSeconds(1));

    sessions.logout(CALL, first.tokens().refreshToken());

    assertEnded(second);
    assertEquals(
        List.of("user.created", "session.started", "session.reuse_detected", "session.ended"),
        events(first.user().id()));
    sessions.logout(CALL, first.tokens().refreshToken());
    assertEquals(4, events(first.user().id()).size());
  }

  @Test
  void logout_withTheTokenThatWasJustExchanged_isNoReuse() {
    var first = login(aUser());
    var second = sessions.refresh(CALL, first.tokens().refreshToken());

    sessions.logout(CALL, first.tokens().refreshToken());

    assertEnded(second);
    assertEquals(
        List.of("user.created", "session.started", "session.ended"), events(first.user().id()));
  }

  @Test
  void logout_twiceChangesNothing() {
    var signedIn = login(aUser());
    sessions.logout(CALL, signedIn.tokens().refreshToken());
    int events = events(signedIn.user().id()).size();

    sessions.logout(CALL, signedIn.tokens().refreshToken());
    sessions.logout(CALL, signedIn.session().id());

    assertEquals(events, events(signedIn.user().id()).size());
  }

  @ParameterizedTest
  @EnumSource(
      value = UserStatus.class,
      names = {"DEACTIVATED", "SUSPENDED", "BANNED"})
  void closedAccount_endsItsSessionsForGood(UserStatus status) {
    var signedIn = login(aUser());
    assertLive(signedIn);

    setStatus(signedIn.user(), status);

    assertEnded(signedIn);
    setStatus(signedIn.user(), UserStatus.ACTIVE);
    assertEnded(signedIn);
  }

  @Test
  void closedAccount_behindTheApi_stopsItsTokensWithinSeconds() {
    var signedIn = login(aUser());
    assertLive(signedIn);

    database.execute(
        "update users set status = 'BANNED' where id = ?", signedIn.user().id().value());
    passed.addAndGet(SessionCache.MAX_AGE.toNanos());

    assertEnded(signedIn);
  }

  @Test
  void deletedUser_hasNoSessions() {
    var signedIn = login(aUser());
    assertLive(signedIn);

    testCore.core().users().delete(CALL, signedIn.user().id(), "");

    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(() -> sessions.authenticate(signedIn.tokens().accessToken())));
    assertEquals(
        ErrorReason.CREDENTIALS_INVALID,
        reasonOf(() -> sessions.refresh(CALL, signedIn.tokens().refreshToken())));
  }

  @Test
  void loginAndDeactivation_atTheSameTime_leaveNoLiveSession() {
    for (int round = 0; round < 10; round++) {
      var user = aUser();
      var logins =
          IntStream.range(0, 4)
              .mapToObj(
                  i -> sessions.loginAsync(CALL, user.email(), PASSWORD, "").toCompletableFuture())
              .toList();
      testCore.core().users().deactivate(CALL, user.id(), "");
      logins.forEach(
          login -> {
            try {
              assertEnded(login.join());
            } catch (CompletionException refused) {
              assertEquals(
                  ErrorReason.ACCOUNT_DEACTIVATED,
                  ((UserServiceException) refused.getCause()).reason());
            }
          });
    }
  }

  @Test
  void changedPassword_endsTheOtherSessions() {
    var own = login(aUser());
    var other = login(own.user());
    var next = Password.parse("another horse battery");

    testCore.core().passwords().change(from(own), own.user().id(), PASSWORD, next);

    assertLive(own);
    assertEnded(other);
  }

  @Test
  void changedPassword_bySomebodyElse_endsAllSessions() {
    var signedIn = login(aUser());
    var next = Password.parse("another horse battery");

    testCore.core().passwords().change(CALL, signedIn.user().id(), PASSWORD, next);

    assertEnded(signedIn);
  }

  @Test
  void changedRoles_countAtOnceAndElsewhereWithinSeconds() {
    var signedIn = login(aUser(Role.ADMIN));
    String token = signedIn.tokens().accessToken();
    var elsewhere = otherInstance.core().sessions();
    Function<Sessions, Set<Role>> roles =
        instance -> ((Caller.User) instance.authenticate(token)).roles();
    assertEquals(Set.of(Role.ADMIN), roles.apply(sessions));
    assertEquals(Set.of(Role.ADMIN), roles.apply(elsewhere));

    var patch = UserPatch.builder().roles(Set.of(Role.SELLER)).build();
    testCore.core().users().update(CALL, signedIn.user().id(), patch);

    assertEquals(Set.of(Role.SELLER), roles.apply(sessions));
    otherInstance.core().catchUp();
    assertEquals(Set.of(Role.SELLER), roles.apply(elsewhere));
  }

  @Test
  void validate_tellsWhoseTokenItIs() {
    var signedIn = login(aUser(Role.SELLER));
    String token = signedIn.tokens().accessToken();

    var info = sessions.validateAsync(CALL, token).toCompletableFuture().join();

    assertEquals(sessions.validate(token), info);
    assertTrue(info.valid());
    assertEquals(
        new Caller.User(signedIn.user().id(), Set.of(Role.SELLER), signedIn.session().id()),
        info.caller());
    assertEquals(Optional.of(signedIn.user().email()), info.email());
    assertEquals(
        Optional.of(testCore.clock().instant().plus(Duration.ofMinutes(15))), info.expiresAt());
  }

  @Test
  void validate_ofABadTokenIsNoFailure() {
    assertEquals(TokenInfo.INVALID, sessions.validate("nonsense"));
    assertEquals(
        TokenInfo.INVALID, sessions.validateAsync(CALL, "nonsense").toCompletableFuture().join());
  }

  @Test
  void list_hasTheLastUsedFirst() {
    var first = login(aUser());
    testCore.clock().advance(Duration.ofMinutes(1));
    var second = login(first.user());
    testCore.clock().advance(Duration.ofMinutes(1));
    var renewed = sessions.refresh(CALL, first.tokens().refreshToken());

    assertEquals(
        List.of(renewed.session(), second.session()), sessions.list(CALL, first.user().id()));
    assertEquals(
        ErrorReason.USER_NOT_FOUND,
        reasonOf(() -> sessions.list(CALL, new UserId(new UUID(1, 2)))));
  }

  @Test
  void revoke_endsOneSessionOfTheUser() {
    var one = login(aUser());
    var another = login(one.user());
    var stranger = login(aUser());

    sessions.revoke(CALL, one.user().id(), one.session().id());

    assertEnded(one);
    assertLive(another);
    Stream.of(one.session().id(), stranger.session().id(), new SessionId(new UUID(1, 2)))
        .forEach(
            notTheirs ->
                assertEquals(
                    ErrorReason.SESSION_NOT_FOUND,
                    reasonOf(() -> sessions.revoke(CALL, one.user().id(), notTheirs))));
    assertLive(stranger);
  }

  @Test
  void revokeAll_endsAllSessionsButOne() {
    var kept = login(aUser());
    var ended = List.of(login(kept.user()), login(kept.user()));

    assertEquals(2, sessions.revokeAll(CALL, kept.user().id(), Optional.of(kept.session().id())));

    ended.forEach(this::assertEnded);
    assertLive(kept);
    assertEquals(1, sessions.revokeAll(CALL, kept.user().id(), Optional.empty()));
    assertEnded(kept);
  }

  @Test
  void authenticate_ofManyAtOnceIsRightForAll() {
    var signedIn = login(aUser());

    var callers =
        IntStream.range(0, 50)
            .mapToObj(
                i ->
                    sessions
                        .authenticateAsync(CALL, signedIn.tokens().accessToken())
                        .toCompletableFuture())
            .toList();

    callers.forEach(
        caller -> assertEquals(Optional.of(signedIn.session().id()), caller.join().ownSession()));
  }

  @Test
  void purge_deletesSessionsADayAfterTheirEnd() {
    var over = login(aUser());
    var ended = login(aUser());
    sessions.logout(CALL, ended.session().id());
    testCore.clock().advance(Duration.ofDays(7));
    var live = login(aUser());
    testCore.clock().advance(Duration.ofDays(1).plusSeconds(1));

    testCore.core().purge();

    assertEquals(0, rows(over) + rows(ended));
    assertEquals(1, rows(live));
  }

  private int rows(LoginResult signedIn) {
    return database
        .query("select 1 from sessions where id = ?", signedIn.session().id().value())
        .size();
  }
}
