package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.common.v1.Date;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserProfile;
import com.google.protobuf.FieldMask;
import io.grpc.Status.Code;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpdateUserProfileGrpcTest {
  private TestService service;
  private User user;

  @BeforeAll
  void start(TestDatabase database) {
    service = TestService.on(database);
    user = service.create("profile@example.com");
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private User update(String id, UserProfile.Builder profile, String... mask) {
    var request = UpdateUserProfileRequest.newBuilder().setUserId(id).setProfile(profile);
    if (mask.length > 0) {
      request.setUpdateMask(FieldMask.newBuilder().addAllPaths(Arrays.asList(mask)));
    }
    return service.users().updateUserProfile(request.build()).getUser();
  }

  private static UserProfile.Builder bornOn(int year, int month, int day) {
    return UserProfile.newBuilder()
        .setDateOfBirth(Date.newBuilder().setYear(year).setMonth(month).setDay(day));
  }

  @Test
  void updateUserProfile_normalisesAndAnswersTheWholeUser() {
    var profile =
        UserProfile.newBuilder()
            .setBio(" line\r\nline\t")
            .setLanguage("EN")
            .setCurrency("gbp")
            .setTimezone("Europe/London")
            .setWebsite(" https://ada.example ")
            .putSocialLinks(" github ", "https://github.com/ada");

    User updated = update(user.getId(), profile, "*");

    assertEquals(user.getEmail(), updated.getEmail());
    assertEquals("line\nline", updated.getProfile().getBio());
    assertEquals("en", updated.getProfile().getLanguage());
    assertEquals("GBP", updated.getProfile().getCurrency());
    assertEquals("https://ada.example", updated.getProfile().getWebsite());
    assertEquals("https://github.com/ada", updated.getProfile().getSocialLinksOrThrow("github"));
  }

  @Test
  void updateUserProfile_withoutMask_writesWhatIsPresent() {
    update(user.getId(), UserProfile.newBuilder().setGender("female").setCompany("Engines"), "*");

    User updated = update(user.getId(), UserProfile.newBuilder().setCompany("Looms"));

    assertEquals("female", updated.getProfile().getGender());
    assertEquals("Looms", updated.getProfile().getCompany());
  }

  @Test
  void updateUserProfile_withPath_changesThatFieldAlone() {
    update(user.getId(), UserProfile.newBuilder().setGender("female").setCompany("Engines"), "*");

    User updated = update(user.getId(), UserProfile.newBuilder().setGender("x"), "company");

    assertEquals("female", updated.getProfile().getGender());
    assertEquals("", updated.getProfile().getCompany());
  }

  @Test
  void updateUserProfile_thatChangesNothing_growsNothing() {
    User before = update(user.getId(), UserProfile.newBuilder().setLanguage("fr"), "language");

    assertEquals(before, update(user.getId(), UserProfile.newBuilder().setLanguage("fr")));
  }

  @ParameterizedTest
  @CsvSource({"1901, 1, 1", "2000, 2, 29", "2026, 6, 14"})
  void dateOfBirth_mayBeAnyPastDayAfter1900(int year, int month, int day) {
    User updated = update(user.getId(), bornOn(year, month, day), "date_of_birth");

    assertEquals(bornOn(year, month, day).getDateOfBirth(), updated.getProfile().getDateOfBirth());
  }

  @ParameterizedTest
  @CsvSource({
    "1900, 12, 31",
    "2026, 6, 15",
    "2026, 6, 16",
    "2023, 2, 29",
    "2000, 13, 1",
    "2000, 0, 1",
    "2000, 1, 0",
    "0, 1, 1",
    "-2000, 1, 1",
    "2147483647, 1, 1"
  })
  void dateOfBirth_mustBeRealAndPast(int year, int month, int day) {
    assertInvalid(
        () -> update(user.getId(), bornOn(year, month, day)), "profile.date_of_birth INVALID_DATE");
  }

  @Test
  void updateUserProfile_namesEveryBrokenRuleAtOnce() {
    var profile =
        bornOn(1, 1, 1)
            .setBio("x".repeat(2_001))
            .setGender("x".repeat(51))
            .setLanguage("english")
            .setCurrency("pounds")
            .setTimezone("Mars/Olympus")
            .setCompany("x".repeat(201))
            .setWebsite("ada.example")
            .putSocialLinks("github", "nothing");

    assertInvalid(
        () -> update("x", profile),
        "user_id INVALID_UUID",
        "profile.bio TOO_LONG",
        "profile.date_of_birth INVALID_DATE",
        "profile.gender TOO_LONG",
        "profile.language INVALID_LANGUAGE",
        "profile.currency INVALID_CURRENCY",
        "profile.timezone INVALID_TIMEZONE",
        "profile.company TOO_LONG",
        "profile.website INVALID_URL",
        "profile.social_links INVALID_URL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"profile.bio", "display_name", "date_of_birth.year", "dateOfBirth"})
  void updateUserProfile_withUnknownPath_isRefused(String path) {
    assertInvalid(
        () -> update(user.getId(), UserProfile.newBuilder(), path), "update_mask UNKNOWN_PATH");
  }

  @Test
  void updateUserProfile_ofNobody_isNotFound() {
    assertFails(
        Code.NOT_FOUND,
        "USER_NOT_FOUND",
        () -> update("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e", bornOn(1990, 1, 1)));
  }
}
