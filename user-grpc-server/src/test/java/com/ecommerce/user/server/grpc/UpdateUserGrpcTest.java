package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static com.ecommerce.user.server.testing.TestService.aRequest;
import static com.ecommerce.user.server.testing.TestService.anUpdate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.ecommerce.common.v1.AuditInfo;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.Timestamp;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests UpdateUser apart from its field mask: versions, emails, phones, and fields for staff. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpdateUserGrpcTest {
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

  private User get(User user) {
    return service
        .users()
        .getUser(GetUserRequest.newBuilder().setUserId(user.getId()).build())
        .getUser();
  }

  private int eventsOf(User user) {
    return database
        .query("select 1 from events where user_id = ?", UUID.fromString(user.getId()))
        .size();
  }

  private static User.Builder firstName(String name) {
    return User.newBuilder().setFirstName(name);
  }

  private static User.Builder withVersion(User.Builder values, long version) {
    return values.setAudit(AuditInfo.newBuilder().setVersion(version));
  }

  @Test
  void updateUser_growsTheVersionAndMovesUpdatedAtAlone() {
    User user = service.create("version@example.com");
    service.clock().advance(Duration.ofMinutes(1));

    User updated = service.update(user, firstName("Augusta"), "first_name");

    assertEquals(2, updated.getAudit().getVersion());
    assertEquals(user.getAudit().getCreatedAt(), updated.getAudit().getCreatedAt());
    Timestamp updatedAt = updated.getAudit().getUpdatedAt();
    assertEquals(60, updatedAt.getSeconds() - user.getAudit().getUpdatedAt().getSeconds());
    assertEquals(updated, get(user));
  }

  @Test
  void updateUser_thatChangesNothing_growsNothingAndLogsNothing() {
    User user = service.create("same@example.com");

    assertEquals(user, service.update(user, user.toBuilder(), "*", "email", "roles", "status"));
    assertEquals(1, eventsOf(user));
  }

  @Test
  void updateUser_withTheCurrentVersion_isDone() {
    User user = service.create("current@example.com");

    User updated = service.update(user, withVersion(firstName("Augusta"), 1), "first_name");

    assertEquals(2, updated.getAudit().getVersion());
  }

  @Test
  void updateUser_withAnotherVersion_isAbortedAndChangesNothing() {
    User user = service.create("stale@example.com");
    User updated = service.update(user, firstName("Augusta"), "first_name");

    var failure =
        Failure.of(() -> service.update(user, withVersion(firstName("Late"), 1), "first_name"));

    failure.assertIs(Code.ABORTED, "VERSION_MISMATCH");
    assertEquals("2", failure.info().orElseThrow().getMetadataOrThrow("current_version"));
    assertFails(
        Code.ABORTED,
        "VERSION_MISMATCH",
        () -> service.update(user, withVersion(firstName("Early"), 3), "first_name"));
    assertEquals(updated, get(user));
  }

  @Test
  void updateUser_withNegativeVersion_isRefused() {
    User user = service.create("negative@example.com");

    assertInvalid(
        () -> service.update(user, withVersion(firstName("x"), -1), "first_name"),
        "user.audit.version NEGATIVE");
  }

  @Test
  void updateUser_ofAnUnverifiedEmail_replacesItAtOnce() {
    User user = service.create("old@example.com");

    User updated = service.update(user, User.newBuilder().setEmail("New@Example.com"), "email");

    assertEquals("new@example.com", updated.getEmail());
    assertEquals("", updated.getPendingEmail());
    assertEquals("old@example.com", service.create("old@example.com").getEmail());
  }

  @Test
  void updateUser_ofAVerifiedEmail_keepsItAndShowsThePendingOne() {
    User user = service.create("verified@example.com");
    database.execute("update users set email_verified = true where id = ?::uuid", user.getId());

    User updated = service.update(user, User.newBuilder().setEmail("next@example.com"), "email");

    assertEquals("verified@example.com", updated.getEmail());
    assertEquals("next@example.com", updated.getPendingEmail());
    User later = service.update(user, User.newBuilder().setEmail("later@example.com"), "email");
    assertEquals("later@example.com", later.getPendingEmail());
    User back = service.update(user, User.newBuilder().setEmail("verified@example.com"), "email");
    assertEquals("", back.getPendingEmail());
  }

  @Test
  void updateUser_toATakenEmail_isRefused() {
    service.create("owner@example.com");
    User unverified = service.create("wants@example.com");
    User verified = service.create("wants-too@example.com");
    database.execute("update users set email_verified = true where id = ?::uuid", verified.getId());

    for (User user : List.of(unverified, verified)) {
      assertFails(
          Code.ALREADY_EXISTS,
          "EMAIL_TAKEN",
          () -> service.update(user, User.newBuilder().setEmail("OWNER@example.com"), "email"));
    }
    assertEquals(unverified, get(unverified));
  }

  @Test
  void updateUser_ofThePhone_makesItUnverified() {
    var phone = PhoneNumber.newBuilder().setE164("+14155552671");
    User user = service.create(aRequest("phone@example.com").setPhone(phone));
    database.execute("update users set phone_verified = true where id = ?::uuid", user.getId());

    var same = User.newBuilder().setPhone(phone).setFirstName("Augusta");
    assertEquals(true, service.update(user, same, "phone", "first_name").getPhoneVerified());

    var other = User.newBuilder().setPhone(phone.setE164("+14155552672"));
    User updated = service.update(user, other, "phone");
    assertFalse(updated.getPhoneVerified());
    assertEquals("4155552672", updated.getPhone().getNationalNumber());
    assertFalse(service.update(user, User.newBuilder(), "phone").hasPhone());
  }

  @Test
  void updateUser_ofRolesAndStatus_setsThemWhenNamed() {
    User user = service.create("staff@example.com");
    var values =
        User.newBuilder()
            .setStatus(UserStatus.USER_STATUS_SUSPENDED)
            .addRoles(UserRole.USER_ROLE_SUPPORT);

    User updated = service.update(user, values, "roles", "status");

    assertEquals(List.of(UserRole.USER_ROLE_SUPPORT), updated.getRolesList());
    assertEquals(UserStatus.USER_STATUS_SUSPENDED, updated.getStatus());
  }

  @Test
  void updateUser_namesEveryBrokenRuleAtOnce() {
    var values =
        User.newBuilder()
            .setFirstName("x".repeat(151))
            .setLastName("a\tb")
            .setAvatarUrl("ftp://example.com")
            .setPhone(PhoneNumber.newBuilder().setE164("1"))
            .setEmail("nobody");
    var request =
        anUpdate(
                User.newBuilder().setId("x").build(),
                withVersion(values, -5),
                "*",
                "email",
                "roles",
                "status",
                "id",
                "shoe_size")
            .build();

    assertInvalid(
        () -> service.users().updateUser(request),
        "user_id INVALID_UUID",
        "update_mask UNKNOWN_PATH",
        "user.email INVALID_EMAIL",
        "user.display_name REQUIRED",
        "user.first_name TOO_LONG",
        "user.last_name INVALID_CHARACTER",
        "user.avatar_url INVALID_URL",
        "user.phone INVALID_PHONE",
        "user.roles REQUIRED",
        "user.status UNKNOWN_VALUE",
        "user.audit.version NEGATIVE");
  }

  @Test
  void updateUser_ofNobody_isNotFound() {
    var request =
        UpdateUserRequest.newBuilder()
            .setUserId("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e")
            .setUser(firstName("Ada"));

    assertFails(
        Code.NOT_FOUND, "USER_NOT_FOUND", () -> service.users().updateUser(request.build()));
  }
}
