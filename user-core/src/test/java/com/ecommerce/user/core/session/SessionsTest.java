package com.ecommerce.user.core.session;

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
import com.ecommerce.user.core.call.Actor;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.call.Cancellation;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionsTest {
  private static final Call CALL = new Call(Actor.SYSTEM, "203.0.113.7/32", Cancellation.NEVER);
  private static final Password PASSWORD = Password.parse(TestUsers.PASSWORD);

  private final AtomicInteger users = new AtomicInteger();
  private final AtomicLong passed = new AtomicLong();
  private TestDatabase database;
  private TestCore testCore;
  private TestCore otherInstance;
  private Sessions sessions;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    testCore =
        TestCore.on(database, builder -> builder.nanoTime(() -> System.nanoTime() + passed.get()));
    otherInstance = TestCore.on(database, builder -> builder.clock(testCore.clock()));
    sessions = testCore.core().sessions();
  }

  @AfterAll
  void stop() {
    otherInstance.close();
    testCore.close();
  }

  private User aUser(Role... roles) {
    String email = "user" + users.incrementAndGet() + "@example.com";
    return testCore
        .core()
        .users()
        .create(CALL, TestUsers.aUser(email, "Ada", "Lovelace", Set.of(roles)));
  }

  private SignedIn login(User user) {
    return sessions.login(CALL, user.email(), PASSWORD, "phone");
  }

  @Test
  void login_tellsTheTimeThatIsKept() {
    try (var ticking = TestCore.on(database, builder -> builder.clock(Clock.systemUTC()))) {
      var user = aUser();

      var seen = ticking.core().sessions().login(CALL, user.email(), PASSWORD, "").user();

      assertEquals(seen, ticking.core().users().get(CALL, user.id()));
    }
  }

  private User setStatus(User user, UserStatus status) {
    return testCore
        .core()
        .users()
        .update(CALL, user.id(), UserPatch.builder().status(status).build());
  }

  private Call from(SignedIn signedIn) {
    return sessions.authenticate(signedIn.tokens().accessToken()).identify(CALL);
  }

  private static ErrorReason reasonOf(Executable failing) {
    return assertThrows(UserServiceException.class, failing).reason();
  }

  private void assertEnded(SignedIn signedIn) {
    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(() -> sessions.authenticate(signedIn.tokens().accessToken())));
    assertFalse(sessions.validate(signedIn.tokens().accessToken()).valid());
    assertNotRenewed(signedIn);
  }

  private void assertNotRenewed(SignedIn signedIn) {
    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(() -> sessions.refresh(CALL, signedIn.tokens().refreshToken())));
  }

  private void assertLive(SignedIn signedIn) {
    var caller = sessions.authenticate(signedIn.tokens().accessToken());
    assertEquals(Optional.of(signedIn.session().id()), caller.ownSession());
  }

  private List<String> events(UserId user) {
    return database
        .query("select type from events where user_id = ? order by id", user.value())
        .stream()
        .map(row -> (String) row.get("type"))
        .toList();
  }

  private Map<String, Object> lastEvent(UserId user) {
    return database
        .query(
            "select type, actor, reason from events where user_id = ? order by id desc limit 1",
            user.value())
        .get(0);
  }

  @Test
  void login_startsASessionAndNotesTheTimeWithoutAChangeOfTheUser() {
    var user = aUser();

    var signedIn = login(user);

    var now = testCore.clock().instant();
    assertEquals(user.id(), signedIn.user().id());
    assertEquals(Optional.of(now), signedIn.user().lastLoginAt());
    assertEquals(signedIn.user(), testCore.core().users().get(CALL, user.id()));
    assertEquals(user.audit(), signedIn.user().audit());
    assertEquals(
        new Session(
            signedIn.session().id(),
            user.id(),
            "phone",
            "203.0.113.7/32",
            now,
            now,
            now.plus(Duration.ofDays(7))),
        signedIn.session());
    assertEquals(Duration.ofMinutes(15), signedIn.tokens().accessLifetime());
    assertEquals(Duration.ofDays(7), signedIn.tokens().refreshLifetime());
    assertEquals(
        Map.of(
            "type",
            "session.started",
            "actor",
            user.id().toString(),
            "reason",
            "session " + signedIn.session().id()),
        lastEvent(user.id()));
  }

  @Test
  void login_refusesAWrongPasswordAndAnUnknownAccountAlike() {
    var user = aUser();

    var wrong =
        assertThrows(
            UserServiceException.class,
            () -> sessions.login(CALL, user.email(), Password.parse("not the password"), ""));
    var unknown =
        assertThrows(
            UserServiceException.class,
            () -> sessions.login(CALL, Email.parse("nobody@example.com"), PASSWORD, ""));

    assertEquals(ErrorReason.CREDENTIALS_INVALID, wrong.reason());
    assertEquals(wrong.reason(), unknown.reason());
    assertEquals(wrong.getMessage(), unknown.getMessage());
    assertEquals(List.of(), sessions.list(CALL, user.id()));
  }

  @Test
  void login_refusesTheRightPasswordAtAClosedDoorLikeAWrongOne() {
    var user = aUser();
    var guesser = new Call(Actor.SYSTEM, "198.51.100.9/32", Cancellation.NEVER);
    for (int i = 0; i < 6; i++) {
      assertThrows(
          UserServiceException.class,
          () -> sessions.login(guesser, user.email(), Password.parse("not the password"), ""));
    }

    assertEquals(
        ErrorReason.CREDENTIALS_INVALID,
        reasonOf(() -> sessions.login(guesser, user.email(), PASSWORD, "")));
    assertLive(login(user));
  }

  @ParameterizedTest
  @EnumSource(
      value = UserStatus.class,
      names = {"DEACTIVATED", "SUSPENDED", "BANNED"})
  void login_tellsWhoKnowsThePasswordThatTheAccountIsClosed(UserStatus status) {
    var user = aUser();
    setStatus(user, status);

    assertEquals(ErrorReason.valueOf("ACCOUNT_" + status), reasonOf(() -> login(user)));
    assertEquals(
        ErrorReason.valueOf("ACCOUNT_" + status),
        reasonOf(() -> sessions.signIn(CALL, user.id(), "")));
    assertEquals(
        ErrorReason.CREDENTIALS_INVALID,
        reasonOf(() -> sessions.login(CALL, user.email(), Password.parse("not the password"), "")));
    assertEquals(
        0, database.query("select 1 from sessions where user_id = ?", user.id().value()).size());
  }

  @Test
  void signIn_startsASessionWithoutAPassword() {
    var user = aUser();

    assertLive(sessions.signIn(CALL, user.id(), ""));
    assertEquals(
        ErrorReason.USER_NOT_FOUND,
        reasonOf(() -> sessions.signIn(CALL, new UserId(new UUID(1, 2)), "")));
  }

  @Test
  void database_hasNoTokenInIt() {
    var signedIn = login(aUser());
    String secret = signedIn.tokens().refreshToken();

    var dump = database.query("select s::text as row from sessions s").toString();

    assertFalse(dump.contains(secret));
    assertFalse(signedIn.toString().contains(secret));
    assertFalse(signedIn.toString().contains(signedIn.tokens().accessToken()));
  }

  @Test
  void refresh_exchangesTheTokenAndProlongsTheSession() {
    var first = login(aUser());
    testCore.clock().advance(Duration.ofDays(6));
    var call = new Call(Actor.SYSTEM, "198.51.100.1/32", Cancellation.NEVER);

    var second = sessions.refresh(call, first.tokens().refreshToken());

    var now = testCore.clock().instant();
    assertNotEquals(first.tokens().refreshToken(), second.tokens().refreshToken());
    assertEquals(first.session().id(), second.session().id());
    assertEquals(now, second.session().lastUsedAt());
    assertEquals(now.plus(Duration.ofDays(7)), second.session().expiresAt());
    assertEquals("198.51.100.1/32", second.session().clientNetwork());
    assertEquals(List.of(second.session()), sessions.list(CALL, first.user().id()));
    assertLive(second);
  }

  @Test
  void refresh_givesThePreviousTokenTheCurrentOneFor30Seconds() {
    var first = login(aUser());
    var second = sessions.refresh(CALL, first.tokens().refreshToken());
    testCore.clock().advance(Duration.ofSeconds(30));

    var again = sessions.refresh(CALL, first.tokens().refreshToken());

    assertEquals(second.tokens().refreshToken(), again.tokens().refreshToken());
    assertEquals(second.session(), again.session());
    assertLive(again);
    assertNotEquals(
        second.tokens().refreshToken(),
        sessions.refresh(CALL, second.tokens().refreshToken()).tokens().refreshToken());
  }

  @Test
  void refresh_endsTheSessionWhenThePreviousTokenComesLater() {
    var first = login(aUser());
    var second = sessions.refresh(CALL, first.tokens().refreshToken());
    testCore.clock().advance(Duration.ofSeconds(31));

    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(() -> sessions.refresh(CALL, first.tokens().refreshToken())));

    assertEnded(second);
    assertEquals(
        List.of("user.created", "session.started", "session.reuse_detected", "session.ended"),
        events(first.user().id()));
    assertTrue(
        ((String) lastEvent(first.user().id()).get("reason")).startsWith("token_reused (session "));
  }

  @Test
  void refresh_endsTheSessionAtOnceWhenATokenFromFurtherBackComes() {
    var first = login(aUser());
    var second = sessions.refresh(CALL, first.tokens().refreshToken());
    var third = sessions.refresh(CALL, second.tokens().refreshToken());

    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(() -> sessions.refresh(CALL, first.tokens().refreshToken())));
    assertEnded(third);
    assertTrue(events(first.user().id()).contains("session.reuse_detected"));
  }

  @Test
  void refresh_atTheSameTime_givesEverybodyTheSameToken() {
    var first = login(aUser());

    var answers =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> sessions.refresh(CALL, first.tokens().refreshToken())))
            .toList();

    var tokens =
        answers.stream().map(answer -> answer.join().tokens().refreshToken()).distinct().toList();
    assertEquals(1, tokens.size());
    assertEquals(
        List.of(Map.of("generation", 1L)),
        database.query(
            "select generation from sessions where id = ?", first.session().id().value()));
  }

  @Test
  void refresh_worksOnEveryInstance() {
    var first = login(aUser());

    var second = otherInstance.core().sessions().refresh(CALL, first.tokens().refreshToken());

    assertLive(second);
    assertEquals(
        second.tokens().refreshToken(),
        sessions.refresh(CALL, first.tokens().refreshToken()).tokens().refreshToken());
  }

  @Test
  void refresh_afterTheIdleLimitFails() {
    var signedIn = login(aUser());
    testCore.clock().advance(Duration.ofDays(7));

    assertNotRenewed(signedIn);
    assertEquals(List.of(), sessions.list(CALL, signedIn.user().id()));
  }

  @Test
  void refresh_afterTheAbsoluteLimitFailsHoweverOftenItWasUsed() {
    var signedIn = login(aUser());
    for (int day = 0; day < 84; day += 6) {
      testCore.clock().advance(Duration.ofDays(6));
      signedIn = sessions.refresh(CALL, signedIn.tokens().refreshToken());
    }
    assertEquals(Duration.ofDays(6), signedIn.tokens().refreshLifetime());
    testCore.clock().advance(Duration.ofDays(6));

    assertNotRenewed(signedIn);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "", "not base64 at all!", "AAAA"})
  void refresh_rejectsWhatIsNoToken(String text) {
    assertEquals(ErrorReason.CREDENTIALS_INVALID, reasonOf(() -> sessions.refresh(CALL, text)));
  }

  @Test
  void refresh_withAForgedSecretOfAKnownSessionLeavesItAlone() {
    var signedIn = login(aUser());
    sessions.refresh(CALL, signedIn.tokens().refreshToken());
    var forged = RefreshToken.first(signedIn.session().id(), new java.security.SecureRandom());

    assertEquals(
        ErrorReason.CREDENTIALS_INVALID, reasonOf(() -> sessions.refresh(CALL, forged.text())));
    assertEquals(
        ErrorReason.CREDENTIALS_INVALID, reasonOf(() -> sessions.logout(CALL, forged.text())));
    assertLive(signedIn);
  }

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
    otherInstance.core().eventFeed().catchUp();

    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(() -> elsewhere.authenticate(signedIn.tokens().accessToken())));
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
    passed.addAndGet(SessionChecks.MAX_AGE.toNanos());

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
    otherInstance.core().eventFeed().catchUp();
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

    testCore.core().purgeJob().run();

    assertEquals(0, rows(over) + rows(ended));
    assertEquals(1, rows(live));
  }

  private int rows(SignedIn signedIn) {
    return database
        .query("select 1 from sessions where id = ?", signedIn.session().id().value())
        .size();
  }
}
