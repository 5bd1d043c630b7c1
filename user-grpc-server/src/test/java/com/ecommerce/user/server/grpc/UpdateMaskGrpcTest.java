package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.Date;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.FieldMask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the field mask of UpdateUser. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpdateMaskGrpcTest {
  private static final UserProfile FULL_PROFILE =
      UserProfile.newBuilder()
          .setBio("first line\nsecond line")
          .setDateOfBirth(Date.newBuilder().setYear(1990).setMonth(12).setDay(10))
          .setGender("female")
          .setLanguage("en")
          .setCurrency("GBP")
          .setTimezone("Europe/London")
          .setCompany("Analytical Engines")
          .setWebsite("https://ada.example")
          .putSocialLinks("github", "https://github.com/ada")
          .build();

  private TestService service;
  private int count;

  /** A user with a value in every writable field. */
  private User user;

  @BeforeAll
  void start(TestDatabase database) {
    service = TestService.on(database);
  }

  @AfterAll
  void stop() {
    service.close();
  }

  @BeforeEach
  void createUser(TestInfo test) {
    count++;
    var full =
        User.newBuilder()
            .setDisplayName("Ada")
            .setFirstName("Ada")
            .setLastName("Lovelace")
            .setAvatarUrl("https://ada.example/ada.png")
            .setPhone(PhoneNumber.newBuilder().setE164("+442079460958"))
            .setProfile(FULL_PROFILE);
    user = service.update(service.create("user" + count + "@example.com"), full, "*");
    assertEquals(FULL_PROFILE, user.getProfile(), test.getDisplayName());
  }

  private User get() {
    return service
        .users()
        .getUser(GetUserRequest.newBuilder().setUserId(user.getId()).build())
        .getUser();
  }

  private User updateWithoutMask(User.Builder values) {
    var request = UpdateUserRequest.newBuilder().setUserId(user.getId()).setUser(values);
    return service.users().updateUser(request.build()).getUser();
  }

  private User expected(User.Builder changed, User answer) {
    return changed.setAudit(answer.getAudit()).build();
  }

  @Test
  void emptyMessage_withoutMask_clearsNothing() {
    var values =
        User.newBuilder()
            .setPhone(PhoneNumber.getDefaultInstance())
            .setProfile(UserProfile.newBuilder().setDateOfBirth(Date.getDefaultInstance()));

    assertEquals(user, updateWithoutMask(values));
  }

  @Test
  void namedPath_changesThatFieldAlone() {
    var values = User.newBuilder().setFirstName("Augusta").setLastName("King");

    User updated = service.update(user, values, "first_name");

    assertEquals(expected(user.toBuilder().setFirstName("Augusta"), updated), updated);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "first_name",
        "last_name",
        "phone",
        "avatar_url",
        "profile",
        "profile.bio",
        "profile.date_of_birth",
        "profile.gender",
        "profile.language",
        "profile.currency",
        "profile.timezone",
        "profile.company",
        "profile.website",
        "profile.social_links"
      })
  void namedPath_thatIsEmpty_clearsTheField(String path) {
    User updated = service.update(user, User.newBuilder(), path);

    assertEquals(expected(cleared(path), updated), updated);
  }

  private User.Builder cleared(String path) {
    var builder = user.toBuilder();
    if (path.equals("profile")) {
      return builder.setProfile(UserProfile.getDefaultInstance());
    }
    if (path.startsWith("profile.")) {
      var field = UserProfile.getDescriptor().findFieldByName(path.substring("profile.".length()));
      return builder.setProfile(user.getProfile().toBuilder().clearField(field));
    }
    return builder.clearField(User.getDescriptor().findFieldByName(path));
  }

  @Test
  void namedPath_thatMustNotBeEmpty_isRefused() {
    assertInvalid(
        () -> service.update(user, User.newBuilder(), "display_name", "email", "roles", "status"),
        "user.display_name REQUIRED",
        "user.email REQUIRED",
        "user.roles REQUIRED",
        "user.status UNKNOWN_VALUE");
    assertEquals(user, get());
  }

  @Test
  void nestedPath_changesThatFieldAlone() {
    var values =
        User.newBuilder().setProfile(UserProfile.newBuilder().setLanguage("DE").setBio("other"));

    User updated = service.update(user, values, "profile.language");

    var profile = user.getProfile().toBuilder().setLanguage("de");
    assertEquals(expected(user.toBuilder().setProfile(profile), updated), updated);
  }

  @Test
  void parentPath_replacesTheWholeMessage() {
    var profile = UserProfile.newBuilder().setLanguage("de");

    User updated = service.update(user, User.newBuilder().setProfile(profile), "profile");

    assertEquals(profile.build(), updated.getProfile());
  }

  @Test
  void star_writesEveryFieldButThoseThatMustBeNamed() {
    var values =
        User.newBuilder()
            .setDisplayName("Countess")
            .setEmail("star@example.com")
            .setStatus(UserStatus.USER_STATUS_BANNED)
            .addRoles(UserRole.USER_ROLE_ADMIN);

    User updated = service.update(user, values, "*");

    assertEquals("Countess", updated.getDisplayName());
    assertEquals("", updated.getFirstName());
    assertFalse(updated.hasPhone());
    assertEquals(UserProfile.getDefaultInstance(), updated.getProfile());
    assertEquals(user.getEmail(), updated.getEmail());
    assertEquals(user.getStatus(), updated.getStatus());
    assertEquals(user.getRolesList(), updated.getRolesList());
  }

  @Test
  void star_besideNamedPaths_writesThoseToo() {
    var values = user.toBuilder().setEmail("star-" + user.getEmail()).setFirstName("Augusta");

    User updated = service.update(user, values, "*", "email");

    assertEquals("star-" + user.getEmail(), updated.getEmail());
    assertEquals("Augusta", updated.getFirstName());
  }

  @Test
  void noMask_writesWhatIsPresent() {
    var values =
        User.newBuilder()
            .setFirstName("Augusta")
            .setProfile(UserProfile.newBuilder().setCurrency("eur"));

    User updated = updateWithoutMask(values);

    var profile = user.getProfile().toBuilder().setCurrency("EUR");
    var changed = user.toBuilder().setFirstName("Augusta").setProfile(profile);
    assertEquals(expected(changed, updated), updated);
  }

  @Test
  void noMask_writesEmailRolesAndStatusThatArePresent() {
    var values =
        User.newBuilder()
            .setEmail("present-" + user.getEmail())
            .setStatus(UserStatus.USER_STATUS_SUSPENDED)
            .addRoles(UserRole.USER_ROLE_SELLER);

    User updated = updateWithoutMask(values);

    assertEquals("present-" + user.getEmail(), updated.getEmail());
    assertEquals(UserStatus.USER_STATUS_SUSPENDED, updated.getStatus());
    assertEquals(UserRole.USER_ROLE_SELLER, updated.getRoles(0));
  }

  @Test
  void noMask_ignoresOutputOnlyFields() {
    var values =
        user.toBuilder().setId("other").setEmailVerified(true).setPhoneVerified(true).clearAudit();

    assertEquals(user, updateWithoutMask(values));
  }

  @Test
  void noMask_ofAnEmptyMessage_changesNothing() {
    assertEquals(user, updateWithoutMask(User.newBuilder()));
  }

  @Test
  void maskWithoutPaths_isNoMask() {
    var request =
        UpdateUserRequest.newBuilder()
            .setUserId(user.getId())
            .setUser(User.newBuilder().setFirstName("Augusta"))
            .setUpdateMask(FieldMask.getDefaultInstance());

    User updated = service.users().updateUser(request.build()).getUser();

    assertEquals("Augusta", updated.getFirstName());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id",
        "audit",
        "audit.version",
        "email_verified",
        "phone_verified",
        "last_login_at",
        "pending_email",
        "external_id",
        "shoe_size",
        "",
        " ",
        ".",
        "profile.",
        "profile.shoe_size",
        "profile.*",
        "profile.social_links.github",
        "phone.e164",
        "firstName",
        "First_name",
        "user.first_name",
        "first_name,last_name",
        "**"
      })
  void unknownOrOutputOnlyPath_isRefusedAndNothingChanges(String path) {
    var values = user.toBuilder().setFirstName("Augusta");

    assertInvalid(
        () -> service.update(user, values, "first_name", path), "update_mask UNKNOWN_PATH");
    assertEquals(user, get());
  }

  @Test
  void unknownPaths_areShownInPart() {
    String path = "x" + "🐎".repeat(20_000);

    var failure = Failure.of(() -> service.update(user, User.newBuilder(), path));

    assertTrue(failure.message().startsWith("update_mask: x🐎"));
    assertTrue(failure.message().length() < 1_000);
    assertFalse(failure.message().contains("?"), "half a character was cut off");
  }
}
