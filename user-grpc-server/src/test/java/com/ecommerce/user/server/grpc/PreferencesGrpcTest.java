package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.EmailPreferences;
import com.ecommerce.user.v1.GetUserPreferencesRequest;
import com.ecommerce.user.v1.PrivacyPreferences;
import com.ecommerce.user.v1.PushPreferences;
import com.ecommerce.user.v1.SmsPreferences;
import com.ecommerce.user.v1.UpdateUserPreferencesRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserPreferences;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import io.grpc.Status.Code;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PreferencesGrpcTest {
  private static final UserPreferences DEFAULTS =
      UserPreferences.newBuilder()
          .setEmail(
              EmailPreferences.newBuilder()
                  .setOrderUpdates(true)
                  .setSellerUpdates(true)
                  .setSecurityAlerts(true))
          .setPush(PushPreferences.newBuilder().setOrderUpdates(true).setMessages(true))
          .setSms(SmsPreferences.getDefaultInstance())
          .setPrivacy(PrivacyPreferences.newBuilder().setSearchable(true))
          .build();

  private TestDatabase database;
  private TestService service;
  private User user;
  private int count;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    service = TestService.on(database);
  }

  @AfterAll
  void stop() {
    service.close();
  }

  @BeforeEach
  void createUser() {
    count++;
    user = service.create("user" + count + "@example.com");
  }

  private UserPreferences get(String userId) {
    var request = GetUserPreferencesRequest.newBuilder().setUserId(userId).build();
    return service.users().getUserPreferences(request).getPreferences();
  }

  private UserPreferences update(UserPreferences values, String... mask) {
    return update(user.getId(), values, mask);
  }

  private UserPreferences update(String userId, UserPreferences values, String... mask) {
    var request =
        UpdateUserPreferencesRequest.newBuilder().setUserId(userId).setPreferences(values);
    if (mask.length > 0) {
      request.setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(mask)));
    }
    return service.users().updateUserPreferences(request.build()).getPreferences();
  }

  /** Returns the paths of all fields, such as {@code email.promotions}. */
  static Stream<String> paths() {
    return UserPreferences.getDescriptor().getFields().stream()
        .flatMap(
            group ->
                group.getMessageType().getFields().stream()
                    .map(field -> group.getName() + "." + field.getName()));
  }

  private static UserPreferences flipped(UserPreferences preferences, String path) {
    var names = path.split("\\.");
    var group = UserPreferences.getDescriptor().findFieldByName(names[0]);
    var field = group.getMessageType().findFieldByName(names[1]);
    var message = (Message) preferences.getField(group);
    boolean before = (Boolean) message.getField(field);
    return preferences.toBuilder()
        .setField(group, message.toBuilder().setField(field, !before).build())
        .build();
  }

  private static UserPreferences allFlipped() {
    return paths().reduce(DEFAULTS, PreferencesGrpcTest::flipped, (one, other) -> other);
  }

  private int events() {
    return database
        .query(
            "select 1 from events where user_id = ? and type = 'preferences.updated'",
            UUID.fromString(user.getId()))
        .size();
  }

  @Test
  void get_ofAUserWhoNeverChose_givesTheDefaults() {
    assertEquals(16, paths().count());
    assertEquals(DEFAULTS, get(user.getId()));
  }

  @ParameterizedTest
  @MethodSource("paths")
  void namedPath_changesThatFieldAlone(String path) {
    UserPreferences expected = flipped(DEFAULTS, path);

    assertEquals(expected, update(allFlipped(), path));
    assertEquals(expected, get(user.getId()));
    assertEquals(DEFAULTS, update(DEFAULTS, path));
    assertEquals(DEFAULTS, get(user.getId()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"email", "push", "sms", "privacy"})
  void namedGroup_isReplacedWhole(String name) {
    var group = UserPreferences.getDescriptor().findFieldByName(name);
    var expected = DEFAULTS.toBuilder().setField(group, allFlipped().getField(group)).build();

    assertEquals(expected, update(allFlipped(), name));
    assertEquals(expected, get(user.getId()));
  }

  @Test
  void namedGroupThatIsAbsent_isTurnedOff() {
    UserPreferences updated = update(UserPreferences.getDefaultInstance(), "email");

    assertEquals(
        DEFAULTS.toBuilder().setEmail(EmailPreferences.getDefaultInstance()).build(), updated);
  }

  @Test
  void star_writesEverything() {
    assertEquals(allFlipped(), update(allFlipped(), "*"));
    assertEquals(allFlipped(), get(user.getId()));
    UserPreferences off = update(UserPreferences.getDefaultInstance(), "*");
    paths().forEach(path -> assertEquals(1, ones(flipped(off, path)), path));
  }

  private static long ones(UserPreferences preferences) {
    return preferences.getAllFields().values().stream()
        .mapToLong(group -> ((Message) group).getAllFields().size())
        .sum();
  }

  @Test
  void noMask_replacesThePresentGroupsWhole() {
    var values =
        UserPreferences.newBuilder()
            .setEmail(EmailPreferences.newBuilder().setNewsletter(true))
            .setPush(PushPreferences.getDefaultInstance())
            .build();

    UserPreferences updated = update(values);

    assertEquals(
        DEFAULTS.toBuilder().setEmail(values.getEmail()).setPush(values.getPush()).build(),
        updated);
    assertEquals(updated, get(user.getId()));
  }

  @Test
  void noMaskAndNoGroup_changesNothing() {
    assertEquals(DEFAULTS, update(UserPreferences.getDefaultInstance()));
    assertEquals(DEFAULTS, update(DEFAULTS, "*"));
    assertEquals(0, events());
  }

  @ParameterizedTest
  @ValueSource(strings = {"emails", "email.promotion", "email.", "email.promotions.x", "Email", ""})
  void unknownPath_isInvalidAndNothingChanges(String path) {
    assertInvalid(() -> update(allFlipped(), "sms", path), "update_mask UNKNOWN_PATH");

    assertEquals(DEFAULTS, get(user.getId()));
  }

  @Test
  void badRequests_reportEveryViolation() {
    assertInvalid(() -> get(""), "user_id REQUIRED");
    assertInvalid(
        () -> update("no-uuid", DEFAULTS, "x", "y"),
        "user_id INVALID_UUID",
        "update_mask UNKNOWN_PATH");
  }

  @Test
  void unknownUser_isNotFound() {
    String nobody = UUID.randomUUID().toString();

    assertFails(Code.NOT_FOUND, "USER_NOT_FOUND", () -> get(nobody));
    assertFails(Code.NOT_FOUND, "USER_NOT_FOUND", () -> update(nobody, DEFAULTS, "*"));
  }

  @Test
  void story_ofAUsersPreferences() {
    var wantsOffers =
        UserPreferences.newBuilder()
            .setEmail(EmailPreferences.newBuilder().setPromotions(true))
            .build();
    UserPreferences offers = update(wantsOffers, "email.promotions");
    assertEquals(flipped(DEFAULTS, "email.promotions"), offers);

    UserPreferences offersAlone = update(wantsOffers);
    assertEquals(DEFAULTS.toBuilder().setEmail(wantsOffers.getEmail()).build(), offersAlone);

    var texts = SmsPreferences.newBuilder().setEnabled(true).setTwoFactorAuth(true);
    UserPreferences withTexts = update(UserPreferences.newBuilder().setSms(texts).build());
    assertEquals(offersAlone.toBuilder().setSms(texts).build(), withTexts);
    assertEquals(3, events());
  }
}
