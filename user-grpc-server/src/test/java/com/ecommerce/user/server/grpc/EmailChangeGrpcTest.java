package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.ConfirmEmailVerificationRequest;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.VerifyEmailRequest;
import com.google.protobuf.util.Durations;
import io.grpc.Status.Code;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the change of an email, from its request to its confirmation. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmailChangeGrpcTest {
  private TestService service;

  @BeforeAll
  void start(TestDatabase database) {
    service = TestService.on(database);
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private User change(User user, String email) {
    return service.update(user, User.newBuilder().setEmail(email), "email");
  }

  private User byEmail(String email) {
    var request = GetUserByEmailRequest.newBuilder().setEmail(email).build();
    return service.users().getUserByEmail(request).getUser();
  }

  private void confirm(String token) {
    var request = ConfirmEmailVerificationRequest.newBuilder().setToken(token).build();
    service.users().confirmEmailVerification(request);
  }

  @Test
  void story_ofAVerifiedEmailThatChanges() {
    User user = service.createVerified("old@example.com");

    User waiting = change(user, "New@Example.com");

    assertEquals("old@example.com", waiting.getEmail());
    assertEquals("new@example.com", waiting.getPendingEmail());
    assertTrue(waiting.getEmailVerified());
    assertEquals(waiting, service.get(user.getId()));
    assertEquals(waiting, byEmail("old@example.com"));
    assertFails(Code.NOT_FOUND, "USER_NOT_FOUND", () -> byEmail("new@example.com"));
    var toOld = service.mailsTo("old@example.com");
    var notice = toOld.get(toOld.size() - 1).text();
    assertTrue(notice.contains("new@example.com"), notice);
    assertTrue(notice.contains("/stop-email-change?token="), notice);

    String token = service.newestTokenTo("new@example.com");
    confirm(token);

    User swapped = service.get(user.getId());
    assertEquals("new@example.com", swapped.getEmail());
    assertEquals("", swapped.getPendingEmail());
    assertTrue(swapped.getEmailVerified());
    assertEquals(waiting.getAudit().getVersion() + 1, swapped.getAudit().getVersion());
    assertEquals(swapped, byEmail("new@example.com"));
    assertFails(Code.NOT_FOUND, "USER_NOT_FOUND", () -> byEmail("old@example.com"));
    confirm(token);
    assertEquals(swapped, service.get(user.getId()));
    assertEquals("old@example.com", service.create("old@example.com").getEmail());
  }

  @Test
  void emailThatIsTaken_isRefusedAtOnce() {
    service.create("taken@example.com");
    User user = service.createVerified("wants@example.com");

    var failure = Failure.of(() -> change(user, "TAKEN@example.com"));

    failure.assertIs(Code.ALREADY_EXISTS, "EMAIL_TAKEN");
    assertEquals("user", failure.resource().orElseThrow().getResourceType());
    assertFalse(failure.toString().contains("taken@"), failure.toString());
    assertEquals(user, service.get(user.getId()));
  }

  @Test
  void emailThatIsLostMeanwhile_isRefusedAtTheConfirmation() {
    User user = service.createVerified("slow@example.com");
    User waiting = change(user, "contested@example.com");
    String token = service.newestTokenTo("contested@example.com");
    service.create("contested@example.com");

    var failure = Failure.of(() -> confirm(token));

    failure.assertIs(Code.ALREADY_EXISTS, "EMAIL_TAKEN");
    assertTrue(failure.resource().isPresent());
    assertFalse(failure.toString().contains("contested"), failure.toString());
    assertEquals(waiting, service.get(user.getId()));
  }

  @Test
  void changeThatIsReplacedOrCancelled_voidsItsLink() {
    User user = service.createVerified("unsure@example.com");
    change(user, "first@example.com");
    String first = service.newestTokenTo("first@example.com");
    assertEquals("second@example.com", change(user, "second@example.com").getPendingEmail());
    String second = service.newestTokenTo("second@example.com");

    assertEquals("", change(user, "unsure@example.com").getPendingEmail());

    assertFails(Code.INVALID_ARGUMENT, "TOKEN_INVALID", () -> confirm(first));
    assertFails(Code.INVALID_ARGUMENT, "TOKEN_INVALID", () -> confirm(second));
    assertEquals("unsure@example.com", service.get(user.getId()).getEmail());
  }

  @Test
  void verifyEmail_whileAnEmailIsPending_mailsThatOne() {
    User user = service.createVerified("settled@example.com");
    change(user, "next@example.com");
    String older = service.newestTokenTo("next@example.com");

    var request = VerifyEmailRequest.newBuilder().setUserId(user.getId()).build();
    assertTrue(service.users().verifyEmail(request).getSent());

    assertFails(Code.INVALID_ARGUMENT, "TOKEN_INVALID", () -> confirm(older));
    confirm(service.newestTokenTo("next@example.com"));
    assertEquals("next@example.com", service.get(user.getId()).getEmail());
  }

  @Test
  void unverifiedEmail_isReplacedAtOnce() {
    User user = service.create("typo@example.com");
    String old = service.newestTokenTo("typo@example.com");

    User changed = change(user, "right@example.com");

    assertEquals("right@example.com", changed.getEmail());
    assertEquals("", changed.getPendingEmail());
    assertFails(Code.INVALID_ARGUMENT, "TOKEN_INVALID", () -> confirm(old));
    confirm(service.newestTokenTo("right@example.com"));
    assertTrue(service.get(user.getId()).getEmailVerified());
    assertEquals(1, service.mailsTo("typo@example.com").size());
  }

  @Test
  void email_thatChangesMoreThanTwentyTimesAnHour_isRefused() {
    User user = service.create("often@example.com");
    for (int i = 1; i <= 20; i++) {
      user = change(user, "often" + i + "@example.com");
    }
    User last = user;

    var failure = Failure.of(() -> change(last, "often21@example.com"));

    failure.assertIs(Code.RESOURCE_EXHAUSTED, "RATE_LIMITED");
    assertEquals(Durations.fromSeconds(3_600), failure.retry().orElseThrow().getRetryDelay());
    assertEquals(last, service.get(user.getId()));
    assertEquals(0, service.mailsTo("often21@example.com").size());
  }

  @Test
  void pendingEmail_isOutputOnly() {
    User user = service.createVerified("output@example.com");
    var values = User.newBuilder().setPendingEmail("mine@example.com");

    assertInvalid(() -> service.update(user, values, "pending_email"), "update_mask UNKNOWN_PATH");
    assertEquals(user, service.update(user, values));
    assertEquals(0, service.mailsTo("mine@example.com").size());
  }
}
