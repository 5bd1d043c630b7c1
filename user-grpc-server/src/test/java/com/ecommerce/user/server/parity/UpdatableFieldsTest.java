package com.ecommerce.user.server.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.common.v1.Date;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserField;
import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.address.AddressField;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.patch.PatchField;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestAddresses;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.server.testing.TestRest;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.UpdateUserAddressRequest;
import com.ecommerce.user.v1.UpdateUserPreferencesRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.UserAddress;
import com.ecommerce.user.v1.UserPreferences;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.FieldMask;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests that each field of the core's tables can be set and cleared over both transports, with the
 * same effect and by the same callers. A new constant fails here until both transports map it.
 */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpdatableFieldsTest {
  private static final RequestContext SYSTEM = RequestContext.system();

  /** A user with another value than a new user in each field. */
  private static final com.ecommerce.user.v1.User USER =
      com.ecommerce.user.v1.User.newBuilder()
          .setEmail("countess@example.com")
          .setDisplayName("countess")
          .setFirstName("Augusta")
          .setLastName("King")
          .setPhone(PhoneNumber.newBuilder().setE164("+442079460958"))
          .setAvatarUrl("https://ada.example/ada.png")
          .setStatus(UserStatus.USER_STATUS_ACTIVE)
          .addRoles(UserRole.USER_ROLE_SELLER)
          .setProfile(
              UserProfile.newBuilder()
                  .setBio("Wrote\nprograms.")
                  .setDateOfBirth(Date.newBuilder().setYear(1915).setMonth(12).setDay(10))
                  .setGender("female")
                  .setLanguage("en")
                  .setCurrency("GBP")
                  .setTimezone("Europe/London")
                  .setCompany("Analytical Engines")
                  .setWebsite("https://ada.example")
                  .putSocialLinks("web", "https://ada.example"))
          .build();

  /** An address with another value than a new address in each field. */
  private static final UserAddress ADDRESS =
      UserAddress.newBuilder()
          .setLabel("Office")
          .setFullName("Augusta King")
          .setPhone(PhoneNumber.newBuilder().setE164("+33142685300"))
          .setAddress(
              com.ecommerce.common.v1.Address.newBuilder()
                  .setLine1("12 Rue Cler")
                  .setLine2("escalier B")
                  .setCity("Paris")
                  .setState("Île-de-France")
                  .setPostalCode("75007")
                  .setCountryCode("FR"))
          .setType(com.ecommerce.user.v1.AddressType.ADDRESS_TYPE_SHIPPING)
          .setDeliveryInstructions("ring twice")
          .build();

  private final HttpClient http = HttpClient.newHttpClient();
  private TestService service;
  private TestRest rest;
  private String adminToken;

  @BeforeAll
  void start(TestDatabase database) throws Exception {
    service = TestService.guardedOn(database);
    rest = TestRest.of(service);
    adminToken = token(create(Set.of(Role.ADMIN)));
  }

  @AfterAll
  void stop() {
    rest.close();
    service.close();
  }

  private User create(Set<Role> roles) {
    String email = UUID.randomUUID() + "@example.com";
    return service.core().users().create(SYSTEM, TestUsers.aUser(email, "Ada", "Lovelace", roles));
  }

  private String token(User user) {
    return service.core().sessions().signIn(SYSTEM, user.id(), "test").tokens().accessToken();
  }

  private UserServiceBlockingStub grpc(String token) {
    return TestService.with(token, service.users());
  }

  /** Returns the status of the answer. */
  private int patch(String token, UserId user, String path, String json) {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://localhost:" + rest.port() + "/api/users/" + user + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString(json))
            .build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException | InterruptedException failed) {
      throw new AssertionError("no answer", failed);
    }
  }

  private static FieldMask mask(String path) {
    return FieldMask.newBuilder().addPaths(path).build();
  }

  /**
   * A member of a JSON body.
   *
   * @param path with a dot behind the name of each object that it is in
   * @param value JSON with single quotes
   */
  private record Member(String path, String value) {
    String set() {
      return body(path, value.replace('\'', '"'));
    }

    String clear() {
      return body(path, "null");
    }

    private static String body(String path, String value) {
      int dot = path.indexOf('.');
      return dot < 0
          ? "{\"" + path + "\":" + value + "}"
          : body(path.substring(0, dot), body(path.substring(dot + 1), value));
    }

    Member ofProfile() {
      return new Member(path.substring("profile.".length()), value);
    }
  }

  /** Returns the JSON form of the value in the message above. */
  private static Member json(UserField field) {
    return switch (field) {
      case EMAIL -> new Member("email", "'countess@example.com'");
      case DISPLAY_NAME -> new Member("username", "'countess'");
      case FIRST_NAME -> new Member("first_name", "'Augusta'");
      case LAST_NAME -> new Member("last_name", "'King'");
      case PHONE -> new Member("phone_number", "'+442079460958'");
      case AVATAR_URL -> new Member("avatar_url", "'https://ada.example/ada.png'");
      case STATUS -> new Member("status", "'active'");
      case ROLES -> new Member("roles", "['seller']");
      case PROFILE_BIO -> new Member("profile.bio", "'Wrote\\nprograms.'");
      case PROFILE_DATE_OF_BIRTH -> new Member("profile.date_of_birth", "'1915-12-10'");
      case PROFILE_GENDER -> new Member("profile.gender", "'female'");
      case PROFILE_LANGUAGE -> new Member("profile.language", "'en'");
      case PROFILE_CURRENCY -> new Member("profile.currency", "'GBP'");
      case PROFILE_TIMEZONE -> new Member("profile.timezone", "'Europe/London'");
      case PROFILE_COMPANY -> new Member("profile.company", "'Analytical Engines'");
      case PROFILE_WEBSITE -> new Member("profile.website", "'https://ada.example'");
      case PROFILE_SOCIAL_LINKS ->
          new Member("profile.social_links", "{'web':'https://ada.example'}");
    };
  }

  private static Member json(AddressField field) {
    return switch (field) {
      case LABEL -> new Member("label", "'Office'");
      case FULL_NAME -> new Member("full_name", "'Augusta King'");
      case PHONE -> new Member("phone_number", "'+33142685300'");
      case LINE1 -> new Member("line1", "'12 Rue Cler'");
      case LINE2 -> new Member("line2", "'escalier B'");
      case CITY -> new Member("city", "'Paris'");
      case STATE -> new Member("state", "'Île-de-France'");
      case POSTAL_CODE -> new Member("postal_code", "'75007'");
      case COUNTRY_CODE -> new Member("country_code", "'FR'");
      case TYPE -> new Member("type", "'shipping'");
      case IS_DEFAULT_SHIPPING -> new Member("is_default_shipping", "false");
      case IS_DEFAULT_BILLING -> new Member("is_default_billing", "false");
      case DELIVERY_INSTRUCTIONS -> new Member("delivery_instructions", "'ring twice'");
    };
  }

  /** Returns the fields in which the two differ. */
  private static <F, R> List<F> changes(F[] fields, Function<F, Function<R, Object>> of, R a, R b) {
    return Arrays.stream(fields)
        .filter(field -> !of.apply(field).apply(a).equals(of.apply(field).apply(b)))
        .toList();
  }

  private User stored(User user) {
    return service.core().users().getCurrent(SYSTEM, user.id());
  }

  private void updateUser(
      String token, User user, UserField field, com.ecommerce.user.v1.User values) {
    grpc(token)
        .updateUser(
            UpdateUserRequest.newBuilder()
                .setUserId(user.id().toString())
                .setUpdateMask(mask(field.path()))
                .setUser(values)
                .build());
  }

  @ParameterizedTest
  @EnumSource
  void userField_isSetAlone(UserField field) {
    var overGrpc = create(Set.of());
    updateUser(adminToken, overGrpc, field, USER);
    var afterGrpc = stored(overGrpc);
    // Both users shall get the same email.
    service.core().users().delete(SYSTEM, overGrpc.id(), "");
    var overRest = create(Set.of());
    assertEquals(200, patch(adminToken, overRest.id(), "", json(field).set()));
    var afterRest = stored(overRest);

    assertEquals(
        List.of(field), changes(UserField.values(), each -> each::of, overGrpc, afterGrpc));
    assertEquals(
        List.of(field), changes(UserField.values(), each -> each::of, overRest, afterRest));
    assertEquals(field.of(afterGrpc), field.of(afterRest));
    service.core().users().delete(SYSTEM, overRest.id(), "");
  }

  @ParameterizedTest
  @EnumSource
  void userField_isClearedOrRefused(UserField field) {
    var overGrpc = create(Set.of());
    var overRest = create(Set.of());
    if (!field.isClearable()) {
      assertInvalid(
          () ->
              updateUser(
                  adminToken, overGrpc, field, com.ecommerce.user.v1.User.getDefaultInstance()));
      assertEquals(400, patch(adminToken, overRest.id(), "", json(field).clear()));
      return;
    }
    for (var user : List.of(overGrpc, overRest)) {
      updateUser(adminToken, user, field, USER);
    }
    updateUser(adminToken, overGrpc, field, com.ecommerce.user.v1.User.getDefaultInstance());
    assertEquals(200, patch(adminToken, overRest.id(), "", json(field).clear()));

    Object empty = field.of(stored(overGrpc));
    assertEquals(empty, field.of(stored(overRest)));
    assertNotEquals(1, stored(overRest).audit().version());
  }

  @ParameterizedTest
  @EnumSource
  void userField_isForAdminsOnlyIfItIsPrivileged(UserField field) {
    var member = create(Set.of());
    String token = token(member);

    int status = patch(token, member.id(), "", json(field).set());
    var grpcStatus = Status.Code.OK;
    try {
      updateUser(token, member, field, USER);
    } catch (StatusRuntimeException refused) {
      grpcStatus = refused.getStatus().getCode();
    }

    assertEquals(field.isPrivileged() ? 403 : 200, status);
    assertEquals(field.isPrivileged() ? Status.Code.PERMISSION_DENIED : Status.Code.OK, grpcStatus);
    service.core().users().delete(SYSTEM, member.id(), "");
  }

  @ParameterizedTest
  @EnumSource
  void userField_ofTheProfile_isSetInTheProfile(UserField field) {
    if (!field.isOfProfile()) {
      assertEquals(-1, field.path().indexOf('.'));
      return;
    }
    var overGrpc = create(Set.of());
    grpc(adminToken)
        .updateUserProfile(
            UpdateUserProfileRequest.newBuilder()
                .setUserId(overGrpc.id().toString())
                .setUpdateMask(mask(field.path().substring("profile.".length())))
                .setProfile(USER.getProfile())
                .build());
    var overRest = create(Set.of());
    String inner = json(field).ofProfile().set();
    assertEquals(200, patch(adminToken, overRest.id(), "/profile", inner));

    assertEquals(
        List.of(field), changes(UserField.values(), each -> each::of, overGrpc, stored(overGrpc)));
    assertEquals(field.of(stored(overGrpc)), field.of(stored(overRest)));
  }

  private Address addAddress(User user) {
    return service
        .core()
        .addresses()
        .add(SYSTEM, user.id(), TestAddresses.anAddress(AddressType.BOTH));
  }

  private Address stored(Address address) {
    return service.core().addresses().list(SYSTEM, address.userId(), Optional.empty()).get(0);
  }

  private void updateAddress(Address address, PatchField<?, ?> field, UserAddress values) {
    grpc(adminToken)
        .updateUserAddress(
            UpdateUserAddressRequest.newBuilder()
                .setUserId(address.userId().toString())
                .setAddressId(address.id().toString())
                .setUpdateMask(mask(field.path()))
                .setAddress(values)
                .build());
  }

  private int patchAddress(Address address, String json) {
    return patch(adminToken, address.userId(), "/addresses/" + address.id(), json);
  }

  @ParameterizedTest
  @EnumSource
  void addressField_isSetAlone(AddressField field) {
    var overGrpc = addAddress(create(Set.of()));
    updateAddress(overGrpc, field, ADDRESS);
    var overRest = addAddress(create(Set.of()));
    assertEquals(200, patchAddress(overRest, json(field).set()));

    // A type that does not cover billing takes that default away.
    var changed =
        field == AddressField.TYPE
            ? List.of(field, AddressField.IS_DEFAULT_BILLING)
            : List.of(field);
    for (var before : List.of(overGrpc, overRest)) {
      assertEquals(
          changed, changes(AddressField.values(), each -> each::of, before, stored(before)));
    }
    assertEquals(field.of(stored(overGrpc)), field.of(stored(overRest)));
  }

  @ParameterizedTest
  @EnumSource
  void addressField_isClearedOrRefused(AddressField field) {
    boolean isFlag = field.of(addAddress(create(Set.of()))) instanceof Boolean;
    if (isFlag) {
      // False is a value of its own; see the test above.
      assertEquals(false, field.isClearable());
      return;
    }
    var overGrpc = addAddress(create(Set.of()));
    var overRest = addAddress(create(Set.of()));
    if (!field.isClearable()) {
      assertInvalid(() -> updateAddress(overGrpc, field, UserAddress.getDefaultInstance()));
      assertEquals(400, patchAddress(overRest, json(field).clear()));
      return;
    }
    for (var address : List.of(overGrpc, overRest)) {
      updateAddress(address, field, ADDRESS);
    }
    updateAddress(overGrpc, field, UserAddress.getDefaultInstance());
    assertEquals(200, patchAddress(overRest, json(field).clear()));

    assertEquals(field.of(stored(overGrpc)), field.of(stored(overRest)));
    assertEquals(3, stored(overRest).audit().version());
  }

  @ParameterizedTest
  @EnumSource
  void preference_isSetAlone(Preference preference) {
    boolean on = !preference.isOnByDefault();
    String[] names = preference.path().split("\\.");
    var overGrpc = create(Set.of());
    var values = UserPreferences.newBuilder();
    var group = values.getDescriptorForType().findFieldByName(names[0]);
    var builder = values.getFieldBuilder(group);
    builder.setField(builder.getDescriptorForType().findFieldByName(names[1]), on);
    grpc(adminToken)
        .updateUserPreferences(
            UpdateUserPreferencesRequest.newBuilder()
                .setUserId(overGrpc.id().toString())
                .setUpdateMask(mask(preference.path()))
                .setPreferences(values)
                .build());
    var overRest = create(Set.of());
    String json = "{\"" + names[0] + "\":{\"" + names[1] + "\":" + on + "}}";
    assertEquals(200, patch(adminToken, overRest.id(), "/preferences", json));

    for (var user : List.of(overGrpc, overRest)) {
      var stored = service.core().preferences().get(SYSTEM, user.id());
      assertEquals(List.of(preference), stored.differences(PreferenceSet.DEFAULT));
    }
  }

  private static void assertInvalid(Runnable update) {
    var refused = assertThrows(StatusRuntimeException.class, update::run);
    assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
  }
}
