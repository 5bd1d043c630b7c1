package com.ecommerce.user.core.internal.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.testing.TestMailbox;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests repeated changes of passwords, logins and refreshes with an idempotency key. */
class IdempotentCredentialsTest extends IdempotencyTesting {
  @Test
  void passwordChange_isRepeatedWithThePasswordThatWasReplaced() {
    User user = aUser();
    String key = aKey();
    var next = Password.parse("another horse battery");
    one.core().passwords().change(keyed(key), user.id(), PASSWORD, next);

    var again = keyed(key);
    other.core().passwords().change(again, user.id(), PASSWORD, next);

    assertTrue(again.isReplayed());
    assertThrows(
        UserServiceException.class,
        () -> one.core().passwords().change(keyed(aKey()), user.id(), PASSWORD, next));
  }

  @Test
  void passwordReset_isRepeatedWithItsUsedToken() {
    User user = aUser();
    one.core().passwordResets().request(CALL, user.email());
    String token = TestMailbox.of(database, one.clock()).newestTokenTo(user.email().address());
    String key = aKey();
    var next = Password.parse("another horse battery");
    one.core().passwordResets().reset(keyed(key), token, next);

    var again = keyed(key);
    other.core().passwordResets().reset(again, token, next);

    assertTrue(again.isReplayed());
    var without = failureOf(() -> one.core().passwordResets().reset(CALL, token, next));
    assertEquals(ErrorReason.TOKEN_INVALID, without.reason());
  }

  @Test
  void login_isRepeatedWithNewTokensOfTheSameSession() {
    User user = aUser();
    String key = aKey();
    var first = login(keyed(key), user);

    var again = login(keyed(key), user);

    assertEquals(first.session().id(), again.session().id());
    assertNotEquals(first.tokens().refreshToken(), again.tokens().refreshToken());
    assertEquals(1, count("select count(*) from sessions where user_id = ?", user.id().value()));
    assertEquals(
        first.session().id(),
        other.core().sessions().refresh(CALL, again.tokens().refreshToken()).session().id());
  }

  @Test
  void login_isNotRepeatedWithAWrongPassword() {
    User user = aUser();
    String key = aKey();
    login(keyed(key), user);

    var failure =
        failureOf(
            () ->
                one.core()
                    .sessions()
                    .login(
                        keyed(key),
                        user.email(),
                        Password.parse("a wrong horse battery"),
                        "phone"));

    assertEquals(ErrorReason.CREDENTIALS_INVALID, failure.reason());
  }

  @Test
  void refresh_isRepeatedLongAfterThePreviousTokenHasExpired() {
    User user = aUser();
    var signedIn = login(CALL, user);
    String key = aKey();
    var first = one.core().sessions().refresh(keyed(key), signedIn.tokens().refreshToken());
    one.clock().advance(Duration.ofHours(1));

    var again = other.core().sessions().refresh(keyed(key), signedIn.tokens().refreshToken());

    assertEquals(first.tokens().refreshToken(), again.tokens().refreshToken());
  }

  @Test
  void refresh_thatIsRepeatedAfterItsTokenWasUsed_endsTheSession() {
    User user = aUser();
    var sessions = one.core().sessions();
    var signedIn = login(CALL, user);
    String key = aKey();
    var first = sessions.refresh(keyed(key), signedIn.tokens().refreshToken());
    var second = sessions.refresh(CALL, first.tokens().refreshToken());

    assertThrows(
        UserServiceException.class,
        () -> sessions.refresh(keyed(key), signedIn.tokens().refreshToken()));

    var ended =
        assertThrows(
            UserServiceException.class,
            () -> sessions.refresh(CALL, second.tokens().refreshToken()));
    assertEquals(ErrorReason.SESSION_ENDED, ended.reason());
  }
}
