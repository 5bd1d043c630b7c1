package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.DeactivateUserRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ReactivateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.Empty;
import io.grpc.Status.Code;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests DeactivateUser, ReactivateUser and DeleteUser. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UserStatusGrpcTest {
  private static final String NOBODY = "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e";

  private TestDatabase database;
  private TestService service;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    service = TestService.on(database);
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private User deactivate(String id, String reason) {
    var request = DeactivateUserRequest.newBuilder().setUserId(id).setReason(reason);
    return service.users().deactivateUser(request.build()).getUser();
  }

  private User reactivate(String id) {
    return service
        .users()
        .reactivateUser(ReactivateUserRequest.newBuilder().setUserId(id).build())
        .getUser();
  }

  private Empty delete(String id, String reason) {
    var request = DeleteUserRequest.newBuilder().setUserId(id).setReason(reason);
    return service.users().deleteUser(request.build());
  }

  private String lastEventOf(User user) {
    return database
        .query(
            "select type || ' ' || reason as event from events where user_id = ? order by id desc",
            UUID.fromString(user.getId()))
        .get(0)
        .get("event")
        .toString();
  }

  @Test
  void deactivateUser_closesAPendingUserAndKeepsTheReason() {
    User user = service.create("close@example.com");

    User closed = deactivate(user.getId(), " moved\nabroad ");

    assertEquals(UserStatus.USER_STATUS_DEACTIVATED, closed.getStatus());
    assertEquals(2, closed.getAudit().getVersion());
    assertEquals("user.deactivated moved\nabroad", lastEventOf(user));
  }

  @Test
  void deactivateUser_closesAnActiveUser() {
    User user = service.create("close-active@example.com");
    service.withStatus(user, UserStatus.USER_STATUS_ACTIVE);

    assertEquals(UserStatus.USER_STATUS_DEACTIVATED, deactivate(user.getId(), "").getStatus());
  }

  @Test
  void deactivateUser_again_changesNothing() {
    User user = service.create("close-twice@example.com");
    User closed = deactivate(user.getId(), "first");

    assertEquals(closed, deactivate(user.getId(), "second"));
    assertEquals("user.deactivated first", lastEventOf(user));
  }

  @Test
  void deactivateAndReactivate_ofStaffsDecisions_areForbidden() {
    User suspended = service.create("suspended@example.com");
    service.withStatus(suspended, UserStatus.USER_STATUS_SUSPENDED);
    User banned = service.create("banned@example.com");
    service.withStatus(banned, UserStatus.USER_STATUS_BANNED);

    assertFails(
        Code.FAILED_PRECONDITION, "USER_SUSPENDED", () -> deactivate(suspended.getId(), ""));
    assertFails(Code.FAILED_PRECONDITION, "USER_SUSPENDED", () -> reactivate(suspended.getId()));
    assertFails(Code.FAILED_PRECONDITION, "USER_BANNED", () -> deactivate(banned.getId(), ""));
    assertFails(Code.FAILED_PRECONDITION, "USER_BANNED", () -> reactivate(banned.getId()));
  }

  @Test
  void reactivateUser_opensAsTheEmailAllows() {
    User unproven = service.create("unproven@example.com");
    User proven = service.create("proven@example.com");
    database.execute("update users set email_verified = true where email = 'proven@example.com'");
    deactivate(unproven.getId(), "");
    deactivate(proven.getId(), "");

    User reopened = reactivate(unproven.getId());
    assertEquals(UserStatus.USER_STATUS_PENDING_VERIFICATION, reopened.getStatus());
    assertEquals(3, reopened.getAudit().getVersion());
    assertEquals(UserStatus.USER_STATUS_ACTIVE, reactivate(proven.getId()).getStatus());
  }

  @Test
  void reactivateUser_ofAnOpenOne_changesNothing() {
    User user = service.create("open@example.com");

    assertEquals(user, reactivate(user.getId()));
    assertEquals("user.created ", lastEventOf(user));
  }

  @Test
  void deleteUser_isForGoodAndFreesTheEmail() {
    User user = service.create("gone@example.com");

    assertEquals(Empty.getDefaultInstance(), delete(user.getId(), "asked for it"));

    var get = GetUserRequest.newBuilder().setUserId(user.getId()).build();
    assertFails(Code.NOT_FOUND, "USER_NOT_FOUND", () -> service.users().getUser(get));
    assertFails(Code.NOT_FOUND, "USER_NOT_FOUND", () -> delete(user.getId(), ""));
    assertEquals("user.deleted asked for it", lastEventOf(user));
    assertEquals("gone@example.com", service.create("gone@example.com").getEmail());
  }

  @Test
  void all_ofNobody_areNotFound() {
    assertFails(Code.NOT_FOUND, "USER_NOT_FOUND", () -> deactivate(NOBODY, ""));
    assertFails(Code.NOT_FOUND, "USER_NOT_FOUND", () -> reactivate(NOBODY));
    assertFails(Code.NOT_FOUND, "USER_NOT_FOUND", () -> delete(NOBODY, ""));
  }

  @Test
  void all_nameEveryBrokenRule() {
    String tooLong = "x".repeat(501);

    assertInvalid(() -> deactivate("", tooLong), "user_id REQUIRED", "reason TOO_LONG");
    assertInvalid(() -> reactivate("x"), "user_id INVALID_UUID");
    assertInvalid(
        () -> delete("x", "a\u0000b"), "user_id INVALID_UUID", "reason INVALID_CHARACTER");
  }
}
