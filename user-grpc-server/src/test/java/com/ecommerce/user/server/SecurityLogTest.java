package com.ecommerce.user.server;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.bulk.ImportOptions;
import com.ecommerce.user.core.bulk.ImportedUser;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.RefreshTokenRequest;
import com.ecommerce.user.v1.UserRole;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the lines of the security log, with the production interceptors. */
@ExtendWith(PostgresExtension.class)
class SecurityLogTest {
  private TestService service;
  private CapturedLog log;

  @BeforeEach
  void start(TestDatabase database) {
    service = TestService.guardedOn(database);
    log = new CapturedLog();
  }

  @AfterEach
  void stop() {
    log.close();
    service.close();
  }

  private List<String> lines() {
    service.core().securityLog().writeSums();
    return log.events().stream()
        .filter(event -> event.getLoggerName().equals("com.ecommerce.user.security"))
        .peek(event -> assertEquals(Level.INFO, event.getLevel()))
        .map(event -> event.getFormattedMessage())
        .toList();
  }

  private static LoginRequest login(String email, String password) {
    return LoginRequest.newBuilder()
        .setEmail(email)
        .setPassword(password)
        .setDeviceName("qvnrwxk")
        .build();
  }

  private void loginWrong(String email) {
    assertFails(
        Status.Code.UNAUTHENTICATED,
        "CREDENTIALS_INVALID",
        () -> service.auth().login(login(email, "wrong qvnrwxk")));
  }

  @Test
  void failedLogins_areOneLineWithIdsAndSums() {
    String id = service.create("qvnrwxk@example.com").getId();
    for (int i = 0; i < 4; i++) {
      loginWrong("qvnrwxk@example.com");
    }
    loginWrong("nobody-qvnrwxk@example.com");

    assertEquals(
        List.of(
            "Failed logins in the last 60 s: 5, of 2 subjects from 1 networks; most of "
                + (id + " (4), unknown accounts (1), most from local (5)")),
        lines());
  }

  @Test
  void refusedRights_areOneLineWithTheMethods() {
    service.create("nosy-qvnrwxk@example.com");
    var session = service.auth().login(login("nosy-qvnrwxk@example.com", TestUsers.PASSWORD));
    var users = TestService.with(session.getAccessToken(), service.users());
    for (int i = 0; i < 3; i++) {
      assertFails(
          Status.Code.PERMISSION_DENIED,
          "ACCESS_DENIED",
          () -> users.listUsers(ListUsersRequest.getDefaultInstance()));
    }
    var other = GetUserRequest.newBuilder().setUserId(UUID.randomUUID().toString()).build();
    assertFails(Status.Code.PERMISSION_DENIED, "ACCESS_DENIED", () -> users.getUser(other));
    var admin = CreateUserRequest.newBuilder().addRoles(UserRole.USER_ROLE_ADMIN).build();
    assertFails(
        Status.Code.PERMISSION_DENIED, "ACCESS_DENIED", () -> service.users().createUser(admin));

    var lines = lines();

    assertEquals(1, lines.size(), lines.toString());
    assertTrue(
        lines
            .get(0)
            .startsWith(
                "Calls refused for lack of rights in the last 60 s: 5, of 2 subjects from 1 networks"),
        lines.get(0));
    assertTrue(lines.get(0).contains("most in user.v1.UserService/ListUsers (3)"), lines.get(0));
    assertFalse(lines.get(0).contains("qvnrwxk"), lines.get(0));
  }

  @Test
  void aRefreshTokenThatIsUsedAgain_isALine() {
    String id = service.create("reused@example.com").getId();
    var stolen =
        RefreshTokenRequest.newBuilder()
            .setRefreshToken(
                service
                    .auth()
                    .login(login("reused@example.com", TestUsers.PASSWORD))
                    .getRefreshToken())
            .build();
    service.auth().refreshToken(stolen);
    service.clock().advance(Duration.ofMinutes(1));
    assertFails(
        Status.Code.UNAUTHENTICATED, "SESSION_ENDED", () -> service.auth().refreshToken(stolen));

    var lines = lines();

    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).startsWith("Refresh tokens used a second time"), lines.get(0));
    assertTrue(lines.get(0).contains(id), lines.get(0));
  }

  @Test
  void changesOfRoles_areLinesAtOnceAndTwentyAMinute() {
    var users = service.core().users();
    var admin = RequestContext.by(new Actor("service:backoffice"));
    var id = users.create(admin, TestUsers.aUser("promoted-qvnrwxk@example.com")).id();
    for (int i = 0; i < 15; i++) {
      for (Role role : List.of(Role.SUPPORT, Role.CUSTOMER)) {
        users.update(admin, id, UserPatch.builder().roles(Set.of(role)).build());
      }
    }

    var lines = lines();

    assertEquals(21, lines.size(), lines.toString());
    assertEquals(
        "Roles of user "
            + (id + " were changed from CUSTOMER to SUPPORT, by service:backoffice from local"),
        lines.get(0));
    assertEquals(
        "Lines about roles, clients and webhooks left out because there were too many: 10",
        lines.get(20));
  }

  @Test
  void importedRoles_areAnEventForEachUser_andTwentyLinesAMinute(TestDatabase database) {
    importUsers(Role.SUPPORT, 30);
    assertEquals(21, lines().size());
    importUsers(Role.SELLER, 2);

    var lines = lines();

    assertEquals(
        List.of(true, true),
        lines.stream()
            .skip(21)
            .map(line -> line.endsWith("changed from SUPPORT to SELLER, by system from local"))
            .toList(),
        lines.toString());
    String types =
        "select e.type from events e join users u on u.id = e.user_id where u.email like ? order by 1";
    assertEquals(
        Map.of("user.imported", 32L, "user.roles_changed", 32L, "user.updated", 2L),
        database.query(types, "imported-qvnrwxk-%").stream()
            .collect(Collectors.groupingBy(row -> row.get("type"), Collectors.counting())));
  }

  private void importUsers(Role role, int users) {
    List<Supplier<ImportedUser>> rows = new ArrayList<>();
    for (int i = 1; i <= users; i++) {
      var row =
          ImportedUser.builder()
              .email("imported-qvnrwxk-" + i + "@example.com")
              .roles(Set.of(role))
              .build();
      rows.add(() -> row);
    }
    var results =
        Stages.join(
            service
                .core()
                .userImports()
                .importAsync(RequestContext.system(), ImportOptions.DEFAULT, rows));
    assertTrue(results.stream().allMatch(result -> result.failure().isEmpty()));
  }

  @Test
  void imports_areTwentyLinesAMinute() {
    for (int i = 0; i < 23; i++) {
      service
          .core()
          .userImports()
          .logEnd(RequestContext.system(), new ImportOptions(true, false), Map.of());
    }

    var lines = lines();

    assertEquals(21, lines.size(), lines.toString());
    assertEquals("Lines about imports left out because there were too many: 3", lines.get(20));
  }

  @Test
  void aNewAdmin_isALine() {
    var admin =
        service
            .core()
            .users()
            .createVerified(
                RequestContext.system(),
                TestUsers.aUser("chief-qvnrwxk@example.com", "Ada", "King", Set.of(Role.ADMIN)));

    assertEquals(
        List.of("User " + admin.id() + " was created with ADMIN, by system from local"), lines());
  }
}
