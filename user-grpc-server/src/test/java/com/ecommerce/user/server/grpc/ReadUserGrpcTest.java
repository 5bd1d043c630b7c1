package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserStatus;
import io.grpc.Status.Code;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadUserGrpcTest {
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

  private User get(String id) {
    return service.users().getUser(GetUserRequest.newBuilder().setUserId(id).build()).getUser();
  }

  private User getByEmail(String email) {
    return service
        .users()
        .getUserByEmail(GetUserByEmailRequest.newBuilder().setEmail(email).build())
        .getUser();
  }

  @Test
  void getUser_acceptsTheIdInAnyCase() {
    User user = service.create("case@example.com");

    assertEquals(user, get(" " + user.getId().toUpperCase(Locale.ROOT)));
  }

  @Test
  void getUser_ofNobody_isNotFound() {
    var failure = Failure.of(() -> get(NOBODY.toUpperCase(Locale.ROOT)));

    failure.assertIs(Code.NOT_FOUND, "USER_NOT_FOUND");
    assertEquals("user", failure.resource().orElseThrow().getResourceType());
    assertEquals(NOBODY, failure.resource().orElseThrow().getResourceName());
  }

  @Test
  void getUser_needsAnId() {
    assertInvalid(() -> get(""), "user_id REQUIRED");
    assertInvalid(() -> get("42"), "user_id INVALID_UUID");
  }

  @Test
  void getUser_showsTheIdInAnotherSystem() {
    User user = service.create("external@example.com");
    assertEquals("", user.getExternalId());
    database.execute("update users set external_id = 'CRM/42' where id = ?::uuid", user.getId());
    touch(user);

    assertEquals("CRM/42", get(user.getId()).getExternalId());
    assertEquals("CRM/42", get(user.getId()).getExternalId());
    assertEquals("CRM/42", getByEmail("external@example.com").getExternalId());
  }

  /** Makes the service read the user from the database. */
  private void touch(User user) {
    service.update(user, user.toBuilder().setFirstName("Augusta"), "first_name");
  }

  @Test
  void getUserByEmail_ignoresCase() {
    User user = service.create("by.email@bücher.example");

    assertEquals(user, getByEmail("By.Email@BÜCHER.example"));
    assertEquals(user, getByEmail(" by.email@xn--bcher-kva.example "));
  }

  @Test
  void getUserByEmail_ofNobody_isNotFoundAndRepeatsNoEmail() {
    var failure = Failure.of(() -> getByEmail("nobody@example.com"));

    failure.assertIs(Code.NOT_FOUND, "USER_NOT_FOUND");
    assertFalse(failure.toString().contains("nobody@"));
  }

  @Test
  void getUserByEmail_needsAnEmail() {
    assertInvalid(() -> getByEmail(""), "email REQUIRED");
    assertInvalid(() -> getByEmail("nobody"), "email INVALID_EMAIL");
  }

  @ParameterizedTest
  @EnumSource(
      names = {"USER_STATUS_UNSPECIFIED", "UNRECOGNIZED"},
      mode = EnumSource.Mode.EXCLUDE)
  void reads_findUsersInAnyStatus(UserStatus status) {
    User user = service.create(status.name().toLowerCase(Locale.ROOT) + "@example.com");
    service.withStatus(user, status);

    assertEquals(status, get(user.getId()).getStatus());
    assertEquals(status, getByEmail(user.getEmail()).getStatus());
  }
}
