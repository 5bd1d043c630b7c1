package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static com.ecommerce.user.server.testing.TestService.aRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserStatus;
import io.grpc.Status.Code;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CreateUserGrpcTest {
  private TestService service;

  @BeforeAll
  void start(TestDatabase database) {
    service = TestService.on(database);
  }

  @AfterAll
  void stop() {
    service.close();
  }

  @Test
  void language_becomesThatOfTheProfile() {
    User created = service.create(aRequest("language@example.com").setLanguage("DE"));

    assertEquals("de", created.getProfile().getLanguage());
    assertInvalid(
        () -> service.create(aRequest("tongue@example.com").setLanguage("german")),
        "language INVALID_LANGUAGE");
  }

  @Test
  void createUser_answersTheUserThatGetUserAnswers() {
    User created = service.create(aRequest(" First@Example.COM ").setFirstName(" Ada\u2003"));

    assertEquals(
        created,
        service
            .users()
            .getUser(GetUserRequest.newBuilder().setUserId(created.getId()).build())
            .getUser());
    assertEquals("first@example.com", created.getEmail());
    assertEquals("first", created.getDisplayName());
    assertEquals("Ada", created.getFirstName());
    assertEquals("Lovelace", created.getLastName());
    assertEquals(UserStatus.USER_STATUS_PENDING_VERIFICATION, created.getStatus());
    assertEquals(List.of(UserRole.USER_ROLE_CUSTOMER), created.getRolesList());
    assertFalse(created.getEmailVerified());
    assertFalse(created.hasPhone());
    assertFalse(created.hasLastLoginAt());
    assertEquals(UserProfile.getDefaultInstance(), created.getProfile());
    assertEquals("", created.getPendingEmail());
  }

  @Test
  void createUser_startsTheAudit() {
    User created = service.create("audit@example.com");

    assertEquals(7, UUID.fromString(created.getId()).version());
    assertEquals(1, created.getAudit().getVersion());
    assertEquals(created.getId(), created.getAudit().getCreatedBy());
    assertEquals(created.getId(), created.getAudit().getUpdatedBy());
    assertEquals(created.getAudit().getCreatedAt(), created.getAudit().getUpdatedAt());
    Instant createdAt = CommonProtos.instant(created.getAudit().getCreatedAt());
    assertEquals(service.clock().instant(), createdAt);
  }

  @Test
  void createUser_takesEverythingThatIsTold() {
    var request =
        aRequest("all@example.com")
            .setDisplayName("Ada, Countess of Lovelace")
            .setPhone(
                PhoneNumber.newBuilder().setCountryCode("44").setNationalNumber("020 7946 0958"))
            .addRoles(UserRole.USER_ROLE_SELLER)
            .addRoles(UserRole.USER_ROLE_CUSTOMER)
            .addRoles(UserRole.USER_ROLE_SELLER);

    User created = service.create(request);

    assertEquals("Ada, Countess of Lovelace", created.getDisplayName());
    assertEquals(
        PhoneNumber.newBuilder()
            .setCountryCode("44")
            .setNationalNumber("2079460958")
            .setE164("+442079460958")
            .build(),
        created.getPhone());
    assertEquals(
        List.of(UserRole.USER_ROLE_CUSTOMER, UserRole.USER_ROLE_SELLER), created.getRolesList());
  }

  @Test
  void createUser_rejectsTakenEmailInAnyCase() {
    service.create("taken@example.com");

    var failure = Failure.of(() -> service.create("TAKEN@example.com"));

    failure.assertIs(Code.ALREADY_EXISTS, "EMAIL_TAKEN");
    assertEquals("user", failure.resource().orElseThrow().getResourceType());
    assertEquals("email", failure.resource().orElseThrow().getResourceName());
    assertFalse(failure.toString().contains("taken@example.com"));
  }

  @Test
  void createUser_ofNothing_namesEveryMissingField() {
    assertInvalid(
        () -> service.create(CreateUserRequest.newBuilder()),
        "email REQUIRED",
        "password REQUIRED");
  }

  @Test
  void createUser_namesEveryBrokenRuleAtOnce() {
    var request =
        CreateUserRequest.newBuilder()
            .setEmail("no address")
            .setPassword("dragon")
            .setFirstName("a\u0000b")
            .setLastName("x".repeat(151))
            .setDisplayName("Dragon")
            .setPhone(PhoneNumber.newBuilder().setE164("12"))
            .addRoles(UserRole.USER_ROLE_UNSPECIFIED);

    assertInvalid(
        () -> service.create(request),
        "email INVALID_EMAIL",
        "password TOO_SHORT",
        "password COMMON_PASSWORD",
        "password PERSONAL_PASSWORD",
        "first_name INVALID_CHARACTER",
        "last_name TOO_LONG",
        "phone INVALID_PHONE",
        "roles UNKNOWN_VALUE");
  }

  @Test
  void createUser_rejectsUnknownNumbersOfEnums() {
    assertInvalid(
        () -> service.create(aRequest("unknown-role@example.com").addRolesValue(99)),
        "roles UNKNOWN_VALUE");
  }

  @Test
  void createUser_checksThePasswordAgainstThePerson() {
    assertInvalid(
        () -> service.create(aRequest("grace.hopper@example.com").setPassword("Grace Hopper")),
        "password PERSONAL_PASSWORD");
    assertInvalid(
        () -> service.create(aRequest("x@example.com").setPassword("ada-lovelace")),
        "password PERSONAL_PASSWORD");
  }

  @Test
  void createUser_refused_leavesTheEmailFree() {
    assertInvalid(
        () -> service.create(aRequest("free@example.com").setPassword("short")),
        "password TOO_SHORT");

    assertEquals("free@example.com", service.create("free@example.com").getEmail());
  }

  @Test
  void createUser_withContradictoryPhone_isRefused() {
    var phone = PhoneNumber.newBuilder().setCountryCode("49").setE164("+14155552671");

    assertInvalid(
        () -> service.create(aRequest("phone@example.com").setPhone(phone)),
        "phone CONTRADICTORY_PHONE");
  }

  @Test
  void createUser_withHugeFields_isRefusedForTheirLength() {
    String huge = "a.".repeat(5_000);

    assertInvalid(
        () -> service.create(aRequest(huge + "@example.com").setFirstName(huge).setPassword(huge)),
        "email TOO_LONG",
        "first_name TOO_LONG",
        "password TOO_LONG");
  }

  @Test
  void createUser_keepsTheBookOfEvents(TestDatabase database) {
    User created = service.create("events@example.com");

    var events =
        database.query(
            "select actor, type, reason from events where user_id = ?",
            UUID.fromString(created.getId()));

    assertEquals(
        "[{actor=" + created.getId() + ", type=user.created, reason=}]", events.toString());
  }

  @Test
  void callerWithoutAToken_whoCreatesAnAdmin_isAnonymous(TestDatabase database) {
    User admin =
        service.create(aRequest("an-admin@example.com").addRoles(UserRole.USER_ROLE_ADMIN));
    User changed =
        service
            .users()
            .updateUser(
                TestService.anUpdate(admin, User.newBuilder().setFirstName("Grace"), "first_name")
                    .build())
            .getUser();

    assertEquals("anonymous", admin.getAudit().getCreatedBy());
    assertEquals("anonymous", changed.getAudit().getUpdatedBy());
    assertEquals(
        "[{actor=anonymous}]",
        database
            .query(
                "select distinct actor from events where user_id = ?",
                UUID.fromString(admin.getId()))
            .toString());
  }
}
