package com.ecommerce.user.core.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/** The base of tests of sessions: two instances on one database, and common actions. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SessionTesting {
  static final RequestContext CALL =
      new RequestContext(Actor.SYSTEM, "203.0.113.7/32", Cancellation.NEVER);
  static final Password PASSWORD = Password.parse(TestUsers.PASSWORD);

  private final AtomicInteger users = new AtomicInteger();
  final AtomicLong passed = new AtomicLong();
  TestDatabase database;
  TestCore testCore;
  TestCore otherInstance;
  Sessions sessions;

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

  User aUser(Role... roles) {
    String email = "user" + users.incrementAndGet() + "@example.com";
    return testCore
        .core()
        .users()
        .create(CALL, TestUsers.aUser(email, "Ada", "Lovelace", Set.of(roles)));
  }

  LoginResult login(User user) {
    return sessions.login(CALL, user.email(), PASSWORD, "phone");
  }

  User setStatus(User user, UserStatus status) {
    return testCore
        .core()
        .users()
        .update(CALL, user.id(), UserPatch.builder().status(status).build());
  }

  RequestContext from(LoginResult signedIn) {
    return sessions.authenticate(signedIn.tokens().accessToken()).identify(CALL);
  }

  static ErrorReason reasonOf(Executable failing) {
    return assertThrows(UserServiceException.class, failing).reason();
  }

  void assertEnded(LoginResult signedIn) {
    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(() -> sessions.authenticate(signedIn.tokens().accessToken())));
    assertFalse(sessions.validate(signedIn.tokens().accessToken()).valid());
    assertNotRenewed(signedIn);
  }

  void assertNotRenewed(LoginResult signedIn) {
    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(() -> sessions.refresh(CALL, signedIn.tokens().refreshToken())));
  }

  void assertLive(LoginResult signedIn) {
    var caller = sessions.authenticate(signedIn.tokens().accessToken());
    assertEquals(Optional.of(signedIn.session().id()), caller.ownSession());
  }

  List<String> events(UserId user) {
    return database
        .query("select type from events where user_id = ? order by id", user.value())
        .stream()
        .map(row -> (String) row.get("type"))
        .toList();
  }

  Map<String, Object> lastEvent(UserId user) {
    return database
        .query(
            "select type, actor, reason from events where user_id = ? order by id desc limit 1",
            user.value())
        .get(0);
  }
}
