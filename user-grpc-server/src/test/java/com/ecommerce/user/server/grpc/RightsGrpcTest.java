package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.common.v1.HealthStatus;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.DeactivateUserRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.Empty;
import com.google.protobuf.FieldMask;
import io.grpc.Status;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the conditions of rights besides the method: the account, the content of the request, and
 * the caller.
 */
class RightsGrpcTest extends RightsGrpcTesting {
  @Test
  void ownUser_mayCloseAndDeleteTheOwnAccount() {
    var closes = signIn("closes@example.com", Role.CUSTOMER);
    String closed = closes.user().id().toString();
    var closing = TestService.with(closes.tokens().accessToken(), service.users());
    closing.deactivateUser(DeactivateUserRequest.newBuilder().setUserId(closed).build());
    assertSessionEnded(closing, closed);

    var deletes = signIn("deletes@example.com", Role.CUSTOMER);
    String deleted = deletes.user().id().toString();
    var deleting = TestService.with(deletes.tokens().accessToken(), service.users());
    deleting.deleteUser(DeleteUserRequest.newBuilder().setUserId(deleted).build());
    assertSessionEnded(deleting, deleted);
  }

  private static void assertSessionEnded(UserServiceGrpc.UserServiceBlockingStub stub, String id) {
    assertFails(
        Status.Code.UNAUTHENTICATED,
        "SESSION_ENDED",
        () -> stub.getUser(GetUserRequest.newBuilder().setUserId(id).build()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Who.class,
      names = {"ANONYMOUS", "OWN_USER", "OTHER_USER", "SUPPORT"})
  void createUser_withRoles_isForAdmins(Who who) {
    for (var role : List.of(UserRole.USER_ROLE_ADMIN, UserRole.USER_ROLE_SELLER)) {
      // The rest is malformed, since rights are checked before the form.
      var request =
          CreateUserRequest.newBuilder().addRoles(UserRole.USER_ROLE_CUSTOMER).addRoles(role);
      assertFails(
          Status.Code.PERMISSION_DENIED,
          "ACCESS_DENIED",
          () -> users(who).createUser(request.build()));
    }
    String email = "customer-" + who.name().toLowerCase(Locale.ROOT) + "@example.com";
    var plain = TestService.aRequest(email).addRoles(UserRole.USER_ROLE_CUSTOMER);
    assertEquals(email, users(who).createUser(plain.build()).getUser().getEmail());
  }

  @ParameterizedTest
  @EnumSource(
      value = Who.class,
      names = {"ADMIN", "SERVICE"})
  void createUser_withRoles_byWhoMay(Who who) {
    var request =
        TestService.aRequest("seller-" + who.name().toLowerCase(Locale.ROOT) + "@example.com")
            .addRoles(UserRole.USER_ROLE_SELLER);

    var user = users(who).createUser(request.build()).getUser();

    assertEquals(List.of(UserRole.USER_ROLE_SELLER), user.getRolesList());
  }

  @Test
  void updateUser_ofRolesAndStatus_isForAdmins() {
    var values =
        User.newBuilder()
            .setFirstName("Augusta")
            .setStatus(UserStatus.USER_STATUS_ACTIVE)
            .addRoles(UserRole.USER_ROLE_ADMIN);
    for (var mask :
        List.of(
            FieldMask.newBuilder().addPaths("roles"),
            FieldMask.newBuilder().addPaths("first_name").addPaths("status"),
            FieldMask.newBuilder().addPaths("*").addPaths("roles"),
            FieldMask.newBuilder())) {
      var request =
          UpdateUserRequest.newBuilder().setUserId(target).setUser(values).setUpdateMask(mask);
      assertFails(
          Status.Code.PERMISSION_DENIED,
          "ACCESS_DENIED",
          () -> users(Who.OWN_USER).updateUser(request.build()));
    }
    var ownFields =
        UpdateUserRequest.newBuilder()
            .setUserId(target)
            .setUser(values)
            .setUpdateMask(FieldMask.newBuilder().addPaths("first_name"));

    var own = users(Who.OWN_USER).updateUser(ownFields.build()).getUser();
    assertEquals("Augusta", own.getFirstName());
    assertEquals(List.of(UserRole.USER_ROLE_CUSTOMER), own.getRolesList());
    var byAdmin =
        UpdateUserRequest.newBuilder()
            .setUserId(target)
            .setUser(User.newBuilder().setStatus(UserStatus.USER_STATUS_ACTIVE))
            .setUpdateMask(FieldMask.newBuilder().addPaths("status"));
    assertEquals(
        UserStatus.USER_STATUS_ACTIVE,
        users(Who.ADMIN).updateUser(byAdmin.build()).getUser().getStatus());
  }

  @Test
  void another_isDeniedAlikeWhetherOrNotTheUserExists() {
    var existing = Failure.of(() -> get(Who.OTHER_USER, target));
    var missing = Failure.of(() -> get(Who.OTHER_USER, NOBODY));

    assertEquals(existing.withoutCallId(), missing.withoutCallId());
    existing.assertIs(Status.Code.PERMISSION_DENIED, "ACCESS_DENIED");
    assertFails(Status.Code.NOT_FOUND, "USER_NOT_FOUND", () -> get(Who.ADMIN, NOBODY));
  }

  private User get(Who who, String id) {
    return users(who).getUser(GetUserRequest.newBuilder().setUserId(id).build()).getUser();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic YTpi", "Bearer", "Bearer not-a-token", "Bearer a b", "", "x"})
  void badCredentials_areRefusedBeforeAnythingElse(String authorization) {
    var stub = TestService.withAuthorization(authorization, service.users());

    assertFails(
        Status.Code.UNAUTHENTICATED,
        "CREDENTIALS_INVALID",
        () -> stub.getUser(GetUserRequest.getDefaultInstance()));
    assertFails(
        Status.Code.UNAUTHENTICATED,
        "CREDENTIALS_INVALID",
        () -> stub.createUser(CreateUserRequest.getDefaultInstance()));
    var health = stub.healthCheck(Empty.getDefaultInstance());
    assertEquals(HealthStatus.HEALTH_STATUS_HEALTHY, health.getStatus());
  }

  @Test
  void goodCredentials_areReadInAnyLetterCaseOfTheScheme() {
    var stub =
        TestService.withAuthorization("bEARER  " + tokens.get(Who.OWN_USER), service.users());

    var request = GetUserRequest.newBuilder().setUserId(target.toUpperCase(Locale.ROOT)).build();
    assertEquals(target, stub.getUser(request).getUser().getId());
  }

  @Test
  void actor_isInTheAuditAndTheEventLog() {
    assertActor(Who.OWN_USER, target);
    assertActor(Who.SERVICE, "service:orders");
  }

  @Test
  void personWhoRegisters_isTheirOwnCreator() {
    var request = TestService.aRequest("registers-alone@example.com").build();
    var created = users(Who.ANONYMOUS).createUser(request).getUser();

    assertEquals(created.getId(), created.getAudit().getCreatedBy());
    assertEquals(created.getId(), created.getAudit().getUpdatedBy());
    assertEquals(
        List.of(Map.of("actor", created.getId())),
        database.query(
            "select actor from events where user_id = ?", UUID.fromString(created.getId())));
  }

  private void assertActor(Who who, String actor) {
    String email = who.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-creates@example.com";
    var created = users(who).createUser(TestService.aRequest(email).build()).getUser();

    assertEquals(actor, created.getAudit().getCreatedBy());
    assertEquals(actor, created.getAudit().getUpdatedBy());
    assertEquals(
        List.of(Map.of("actor", actor)),
        database.query(
            "select actor from events where user_id = ?", UUID.fromString(created.getId())));
  }
}
