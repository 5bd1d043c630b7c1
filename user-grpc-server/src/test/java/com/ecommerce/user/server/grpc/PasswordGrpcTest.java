package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.core.testing.TestUsers.PASSWORD;
import static com.ecommerce.user.server.testing.Failure.assertFails;
import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.ChangePasswordRequest;
import com.ecommerce.user.v1.DeactivateUserRequest;
import com.ecommerce.user.v1.RequestPasswordResetRequest;
import com.ecommerce.user.v1.RequestPasswordResetResponse;
import com.ecommerce.user.v1.ResetPasswordRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.Empty;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests ChangePassword, RequestPasswordReset and ResetPassword. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PasswordGrpcTest {
  private static final String NEXT = "a brand new passphrase";

  /** A hash of the tests' password in Django's format. */
  private static final String DJANGO_HASH =
      "pbkdf2_sha256$2000$Wf3pE1bXk2Qz$qgQMA8jPbTmJnw5AXA7VbjIp4pAFhEzbP2pMxk9nA6M=";

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

  private Empty change(String userId, String current, String next) {
    var request =
        ChangePasswordRequest.newBuilder()
            .setUserId(userId)
            .setCurrentPassword(current)
            .setNewPassword(next);
    return service.users().changePassword(request.build());
  }

  private RequestPasswordResetResponse requestReset(String email) {
    var request = RequestPasswordResetRequest.newBuilder().setEmail(email).build();
    return service.users().requestPasswordReset(request);
  }

  private Empty reset(String token, String next) {
    var request = ResetPasswordRequest.newBuilder().setToken(token).setNewPassword(next).build();
    return service.users().resetPassword(request);
  }

  private String resetToken(String email) {
    requestReset(email);
    return service.newestTokenTo(email);
  }

  private boolean isPassword(User user, String password) {
    var id = UserId.parse(user.getId());
    return service
        .core()
        .passwords()
        .verify(RequestContext.system(), id, Password.parse(password))
        .isPresent();
  }

  private String hashOf(User user) {
    return database
        .query(
            "select password_hash from credentials where user_id = ?",
            UUID.fromString(user.getId()))
        .get(0)
        .get("password_hash")
        .toString();
  }

  private List<String> subjectsTo(String email) {
    return service.mailsTo(email).stream().map(mail -> mail.subject()).toList();
  }

  private void assertMismatch(User user, String current) {
    var failure = Failure.of(() -> change(user.getId(), current, NEXT));
    failure.assertIs(Code.INVALID_ARGUMENT, "PASSWORD_MISMATCH");
    assertEquals(List.of("current_password PASSWORD_MISMATCH"), failure.violations());
    assertFalse(failure.toString().contains(current), failure.toString());
  }

  private static void assertTokenFails(String reason, Failure failure) {
    failure.assertIs(Code.INVALID_ARGUMENT, reason);
    assertEquals(List.of("token " + reason), failure.violations());
  }

  @Test
  void story_ofAChangedPassword() {
    User user = service.create("change@example.com");

    assertMismatch(user, "not the password");
    assertEquals(Empty.getDefaultInstance(), change(user.getId(), PASSWORD, NEXT));

    assertTrue(isPassword(user, NEXT));
    assertFalse(isPassword(user, PASSWORD));
    assertEquals(2, subjectsTo("change@example.com").size());
    assertTrue(subjectsTo("change@example.com").get(1).contains("password"));
    assertMismatch(user, PASSWORD);
    assertEquals(user, service.get(user.getId()));
  }

  @Test
  void changePassword_reportsEveryViolation() {
    assertInvalid(
        () -> change("", "", ""),
        "user_id REQUIRED",
        "current_password REQUIRED",
        "new_password REQUIRED");
    assertInvalid(
        () -> change("no-uuid", "x".repeat(129), "monkey"),
        "user_id INVALID_UUID",
        "current_password TOO_LONG",
        "new_password TOO_SHORT",
        "new_password COMMON_PASSWORD");
    assertInvalid(
        () -> change("no-uuid", "monkey1", "monkey1"),
        "user_id INVALID_UUID",
        "new_password TOO_SHORT",
        "new_password COMMON_PASSWORD",
        "new_password SAME_PASSWORD");
  }

  @Test
  void changePassword_wantsAnotherPasswordUnderThePolicy() {
    User user = service.create("policy@example.com");

    assertInvalid(() -> change(user.getId(), PASSWORD, PASSWORD), "new_password SAME_PASSWORD");
    assertInvalid(
        () -> change(user.getId(), PASSWORD, "Lovelace"), "new_password PERSONAL_PASSWORD");
    assertInvalid(() -> change(user.getId(), PASSWORD, "x".repeat(129)), "new_password TOO_LONG");
    assertTrue(isPassword(user, PASSWORD));
  }

  @Test
  void changePassword_ofNobody_isNotFound() {
    String nobody = UUID.randomUUID().toString();

    assertFails(Code.NOT_FOUND, "USER_NOT_FOUND", () -> change(nobody, PASSWORD, NEXT));
  }

  @Test
  void wrongPasswords_throttleLoginForAWhile() {
    User user = service.create("guessed@example.com");
    for (int i = 0; i < 6; i++) {
      assertMismatch(user, "wrong guess " + i);
    }

    assertMismatch(user, PASSWORD);
    service.clock().advance(Duration.ofSeconds(2).minusMillis(1));
    assertMismatch(user, PASSWORD);
    service.clock().advance(Duration.ofMillis(1));
    change(user.getId(), PASSWORD, NEXT);

    assertTrue(isPassword(user, NEXT));
  }

  @Test
  void hashOfThePredecessor_worksAndIsRewritten() {
    User user = service.create("django@example.com");
    database.execute(
        "update credentials set password_hash = ? where user_id = ?",
        DJANGO_HASH,
        UUID.fromString(user.getId()));

    assertMismatch(user, "not the password");
    assertEquals(DJANGO_HASH, hashOf(user));
    change(user.getId(), PASSWORD, NEXT);

    assertTrue(hashOf(user).startsWith("$bcrypt-sha256$"));
    assertTrue(isPassword(user, NEXT));
  }

  @Test
  void story_ofAForgottenPassword() {
    User user = service.create("forgot@example.com");
    for (int i = 0; i < 6; i++) {
      assertMismatch(user, "wrong guess " + i);
    }
    String older = resetToken("forgot@example.com");
    service.clock().advance(Duration.ofMinutes(1));
    String token = resetToken("forgot@example.com");
    assertTokenFails("TOKEN_INVALID", Failure.of(() -> reset(older, NEXT)));

    assertInvalid(() -> reset(token, "Ada Lovelace"), "new_password PERSONAL_PASSWORD");
    assertEquals(Empty.getDefaultInstance(), reset(token, NEXT));

    assertTrue(isPassword(user, NEXT));
    User verified = service.get(user.getId());
    assertTrue(verified.getEmailVerified());
    assertEquals(UserStatus.USER_STATUS_ACTIVE, verified.getStatus());
    assertTokenFails("TOKEN_INVALID", Failure.of(() -> reset(token, "yet another passphrase")));
    // These are the verification, two resets, and the notice.
    assertEquals(4, subjectsTo("forgot@example.com").size());
    change(user.getId(), NEXT, "yet another passphrase");
  }

  @Test
  void reset_forgetsTheWrongGuesses() {
    User user = service.create("forgiven@example.com");
    for (int i = 0; i < 8; i++) {
      assertMismatch(user, "wrong guess " + i);
    }
    assertFalse(isPassword(user, PASSWORD));

    reset(resetToken("forgiven@example.com"), NEXT);

    assertTrue(isPassword(user, NEXT));
  }

  @Test
  void requestPasswordReset_answersTheSameForEveryEmail() {
    service.create("known@example.com");
    User closed = service.create("closed@example.com");
    service
        .users()
        .deactivateUser(DeactivateUserRequest.newBuilder().setUserId(closed.getId()).build());

    var known = requestReset("Known@Example.com");

    assertTrue(known.getSent());
    assertFalse(known.getMessage().isEmpty());
    assertEquals(known, requestReset("unknown@example.com"));
    assertEquals(known, requestReset("closed@example.com"));
    assertEquals(known, requestReset("known@example.com"));
    assertEquals(2, service.mailsTo("known@example.com").size());
    assertEquals(1, service.mailsTo("closed@example.com").size());
    assertEquals(0, service.mailsTo("unknown@example.com").size());
    assertInvalid(() -> requestReset(""), "email REQUIRED");
    assertInvalid(() -> requestReset("no-email"), "email INVALID_EMAIL");
  }

  @Test
  void resetPassword_refusesWhatIsNoLiveToken() {
    service.create("late@example.com");
    String verification = service.newestTokenTo("late@example.com");
    String token = resetToken("late@example.com");
    service.clock().advance(Duration.ofHours(1));

    assertTokenFails("TOKEN_EXPIRED", Failure.of(() -> reset(token, NEXT)));
    assertTokenFails("TOKEN_INVALID", Failure.of(() -> reset(verification, NEXT)));
    assertTokenFails("TOKEN_INVALID", Failure.of(() -> reset("nonsense", NEXT)));
  }

  @Test
  void resetPassword_reportsEveryViolation() {
    assertInvalid(() -> reset("", ""), "token REQUIRED", "new_password REQUIRED");
    assertInvalid(
        () -> reset("", "monkey"),
        "token REQUIRED",
        "new_password TOO_SHORT",
        "new_password COMMON_PASSWORD");
  }
}
