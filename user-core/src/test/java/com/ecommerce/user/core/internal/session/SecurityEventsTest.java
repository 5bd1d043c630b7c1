package com.ecommerce.user.core.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.Interception;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the security events in the event log. */
class SecurityEventsTest extends SessionTesting {
  private static final Password WRONG = Password.parse("not the password");
  private static final RequestContext ELSEWHERE =
      new RequestContext(Actor.SYSTEM, "198.51.100.9/32", Cancellation.NEVER);

  @BeforeEach
  void forgetEarlierSums() {
    writeSums();
  }

  private void writeSums() {
    testCore.core().securityLog().writeSums();
  }

  private List<Map<String, Object>> events(String type, UserId user) {
    return database.query(
        "select actor, reason from events where type = ? and user_id = ? order by id",
        type,
        user.value());
  }

  private void loginWrong(RequestContext call, Email email, int times) {
    for (int i = 0; i < times; i++) {
      assertThrows(
          UserServiceException.class, () -> sessions.login(call, email, WRONG, "a device"));
    }
  }

  @Test
  void failedLogins_areOneEventForEachUser() {
    var user = aUser();
    loginWrong(CALL, user.email(), 7);
    loginWrong(ELSEWHERE, user.email(), 2);
    loginWrong(CALL, Email.parse("nobody@example.com"), 2);

    writeSums();
    writeSums();

    assertEquals(
        List.of(
            Map.of("actor", "system", "reason", "9 from 203.0.113.0/24 (7), 198.51.100.0/24 (2)")),
        events("login.failed", user.id()));
  }

  @Test
  void wrongCurrentPasswords_areFailedLoginsToo() {
    var user = aUser();
    assertThrows(
        UserServiceException.class,
        () ->
            testCore
                .core()
                .passwords()
                .change(CALL, user.id(), WRONG, Password.parse("a brand new passphrase")));

    writeSums();

    assertEquals(1, events("login.failed", user.id()).size());
  }

  @Test
  void events_areAHundredOfAKindAtMost() {
    long before = failedLogins();
    IntStream.range(0, 300)
        .forEach(
            i ->
                testCore
                    .core()
                    .securityLog()
                    .failedLogin(CALL, Optional.of(new UserId(UUID.randomUUID()))));

    writeSums();

    assertEquals(before + 100, failedLogins());
  }

  private long failedLogins() {
    return database.query("select 1 from events where type = 'login.failed'").size();
  }

  @Test
  void events_waitForADatabaseThatIsAway() {
    var connections = new Interception(database.dataSource());
    var user = new UserId(UUID.randomUUID());
    try (var core = UserCore.builder(connections.dataSource()).build()) {
      core.securityLog().failedLogin(CALL, Optional.of(user));
      connections.lose();
      assertThrows(UserServiceException.class, () -> core.securityLog().writeSums());
      connections.restore();

      core.securityLog().writeSums();
    }

    assertEquals(1, events("login.failed", user).size());
  }

  @Test
  void aCoreThatCloses_writesItsSums() {
    var user = new UserId(UUID.randomUUID());
    try (var closing = TestCore.on(database)) {
      closing.core().securityLog().failedLogin(CALL, Optional.of(user));
    }

    assertEquals(1, events("login.failed", user).size());
  }

  @Test
  void guessing_isAnEvent() {
    var user = aUser();
    for (int i = 0; i < 100; i++) {
      loginWrong(
          new RequestContext(Actor.SYSTEM, "10.7.1." + i + "/32", Cancellation.NEVER),
          user.email(),
          1);
    }

    writeSums();

    assertEquals(
        List.of(Map.of("actor", "system", "reason", "1 from 10.7.1.0/24 (1)")),
        events("login.guessing_detected", user.id()));
  }

  @Test
  void refusedRights_areOneEventOfTheirCaller() {
    var user = aUser();
    var caller = from(login(user));
    testCore.core().securityLog().accessDenied(caller, "user.v1.UserService/ListUsers");
    testCore.core().securityLog().accessDenied(caller, "user.v1.UserService/ListUsers");
    testCore.core().securityLog().accessDenied(CALL, "user.v1.UserService/CreateUser");

    writeSums();

    assertEquals(
        List.of(
            Map.of(
                "actor",
                user.id().toString(),
                "reason",
                "2 from 203.0.113.0/24 (2) in user.v1.UserService/ListUsers (2)")),
        events("access.denied", user.id()));
  }

  @Test
  void rolesThatChange_areAnEventWithThem() {
    var user = aUser();
    var admin = RequestContext.by(new Actor("service:backoffice"));
    var promotion = UserPatch.builder().roles(Set.of(Role.CUSTOMER, Role.ADMIN)).build();

    testCore.core().users().update(admin, user.id(), promotion);
    testCore.core().users().update(admin, user.id(), promotion);

    assertEquals(
        List.of(Map.of("actor", "service:backoffice", "reason", "from CUSTOMER to CUSTOMER+ADMIN")),
        events("user.roles_changed", user.id()));
  }

  @Test
  void newUsersWithMoreThanACustomersRole_areAnEvent() {
    User admin =
        testCore
            .core()
            .users()
            .createVerified(
                RequestContext.system(),
                TestUsers.aUser("chief@example.com", "Ada", "King", Set.of(Role.ADMIN)));

    assertEquals(
        List.of(Map.of("actor", "system", "reason", "created with ADMIN")),
        events("user.roles_changed", admin.id()));
    assertEquals(List.of("user.created", "user.roles_changed"), events(admin.id()));
    assertEquals(List.of("user.created"), events(aUser().id()));
  }

  @Test
  void serviceClients_areEventsWhenTheyAreMadeAndWhenTheirSecretIsWrong() {
    var clients = testCore.core().serviceClients();
    var created = clients.create(RequestContext.system(), "orders");
    var id = new UserId(created.client().id());
    for (String client : List.of(id.toString(), UUID.randomUUID().toString(), "none")) {
      assertEquals(
          ErrorReason.CREDENTIALS_INVALID, reasonOf(() -> clients.issueToken(CALL, client, "no")));
    }
    clients.issueToken(CALL, id.toString(), created.secret());

    writeSums();

    assertEquals(
        List.of(Map.of("actor", "system", "reason", "service:orders")),
        events("client.created", id));
    assertEquals(
        List.of(Map.of("actor", "system", "reason", "1 from 203.0.113.0/24 (1)")),
        events("client.login_failed", id));
  }

  @Test
  void aRefreshTokenThatIsUsedAgain_isOneEvent() {
    var user = aUser();
    var stolen = login(user).tokens().refreshToken();
    sessions.refresh(CALL, stolen);
    testCore.clock().advance(Duration.ofMinutes(1));
    assertThrows(UserServiceException.class, () -> sessions.refresh(ELSEWHERE, stolen));

    writeSums();

    assertEquals(1, events("session.reuse_detected", user.id()).size());
  }
}
