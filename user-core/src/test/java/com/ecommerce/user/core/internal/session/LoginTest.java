package com.ecommerce.user.core.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Session;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoginTest extends SessionTesting {
  @Test
  void login_tellsTheTimeThatIsKept() {
    try (var ticking = TestCore.on(database, builder -> builder.clock(Clock.systemUTC()))) {
      var user = aUser();

      var seen = ticking.core().sessions().login(CALL, user.email(), PASSWORD, "").user();

      assertEquals(seen, ticking.core().users().get(CALL, user.id()));
    }
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
            now.plus(Duration.ofDays(7)),
            Optional.of(now)),
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
  void login_whileThrottled_refusesTheRightPasswordLikeAWrongOne() {
    var user = aUser();
    var guesser = new RequestContext(Actor.SYSTEM, "198.51.100.9/32", Cancellation.NEVER);
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
}
