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
import com.ecommerce.user.v1.ConfirmEmailVerificationResponse;
import com.ecommerce.user.v1.DeactivateUserRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.RequestPasswordResetRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserStatus;
import com.ecommerce.user.v1.VerifyEmailRequest;
import com.ecommerce.user.v1.VerifyEmailResponse;
import com.google.protobuf.util.Durations;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmailVerificationGrpcTest {
  private TestService service;

  @BeforeAll
  void start(TestDatabase database) {
    service = TestService.on(database);
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private VerifyEmailResponse verify(String userId) {
    return service.users().verifyEmail(VerifyEmailRequest.newBuilder().setUserId(userId).build());
  }

  private ConfirmEmailVerificationResponse confirm(String token) {
    var request = ConfirmEmailVerificationRequest.newBuilder().setToken(token).build();
    return service.users().confirmEmailVerification(request);
  }

  private static void assertTokenFails(String reason, Failure failure) {
    failure.assertIs(Code.INVALID_ARGUMENT, reason);
    assertEquals(List.of("token " + reason), failure.violations());
  }

  @Test
  void story_ofAVerification() {
    User user = service.create("new@example.com");
    assertEquals(UserStatus.USER_STATUS_PENDING_VERIFICATION, user.getStatus());
    assertFalse(user.getEmailVerified());
    String token = service.newestTokenTo("new@example.com");

    var confirmed = confirm(token);

    var expected =
        ConfirmEmailVerificationResponse.newBuilder()
            .setVerified(true)
            .setUserId(user.getId())
            .build();
    assertEquals(expected, confirmed);
    User verified = service.get(user.getId());
    assertEquals(UserStatus.USER_STATUS_ACTIVE, verified.getStatus());
    assertTrue(verified.getEmailVerified());
    assertEquals(2, verified.getAudit().getVersion());
    assertEquals(expected, confirm(token));
    assertEquals(verified, service.get(user.getId()));
    var again = verify(user.getId());
    assertFalse(again.getSent());
    assertTrue(again.getMessage().contains("verified already"), again.getMessage());
    assertEquals(1, service.mailsTo("new@example.com").size());
  }

  @Test
  void verifyEmail_sendsALinkThatVoidsTheOlderOne() {
    User user = service.create("again@example.com");
    String older = service.newestTokenTo("again@example.com");

    var answer = verify(user.getId());

    assertTrue(answer.getSent());
    assertFalse(answer.getMessage().isEmpty());
    assertTokenFails("TOKEN_INVALID", Failure.of(() -> confirm(older)));
    assertTrue(confirm(service.newestTokenTo("again@example.com")).getVerified());
  }

  @Test
  void verifyEmail_tooOften_tellsWhenToTryAgain() {
    User user = service.create("eager@example.com");
    assertEquals(1, service.mailsTo("eager@example.com").size());
    verify(user.getId());
    assertEquals(2, service.mailsTo("eager@example.com").size());
    service.clock().advance(Duration.ofSeconds(20));

    var failure = Failure.of(() -> verify(user.getId()));

    failure.assertIs(Code.RESOURCE_EXHAUSTED, "RATE_LIMITED");
    assertEquals(Durations.fromSeconds(40), failure.retry().orElseThrow().getRetryDelay());
    for (int i = 1; i < 5; i++) {
      service.clock().advance(Duration.ofMinutes(1));
      assertTrue(verify(user.getId()).getSent());
      // Each is sent before the next one voids it.
      assertEquals(2 + i, service.mailsTo("eager@example.com").size());
    }
    service.clock().advance(Duration.ofMinutes(1));
    var hourly = Failure.of(() -> verify(user.getId()));
    hourly.assertIs(Code.RESOURCE_EXHAUSTED, "RATE_LIMITED");
    // The first was 5 minutes and 20 seconds ago.
    assertEquals(Durations.fromSeconds(3_600 - 320), hourly.retry().orElseThrow().getRetryDelay());
    assertEquals(6, service.mailsTo("eager@example.com").size());
  }

  @Test
  void verifyEmail_ofNobody_isNotFound() {
    String nobody = UUID.randomUUID().toString();

    var failure = Failure.of(() -> verify(nobody));

    failure.assertIs(Code.NOT_FOUND, "USER_NOT_FOUND");
    assertEquals(nobody, failure.resource().orElseThrow().getResourceName());
    assertInvalid(() -> verify(""), "user_id REQUIRED");
    assertInvalid(() -> verify("no-uuid"), "user_id INVALID_UUID");
  }

  @Test
  void confirm_refusesWhatIsNoLiveToken() {
    service.create("late@example.com");
    String token = service.newestTokenTo("late@example.com");
    service.clock().advance(Duration.ofHours(24));

    assertInvalid(() -> confirm(""), "token REQUIRED");
    for (String invalid :
        List.of("x", token.toLowerCase(Locale.ROOT) + "A", " " + token, "A".repeat(43))) {
      var failure = Failure.of(() -> confirm(invalid));
      assertTokenFails("TOKEN_INVALID", failure);
      assertFalse(failure.toString().contains(token), failure.toString());
    }
    var expired = Failure.of(() -> confirm(token));
    assertTokenFails("TOKEN_EXPIRED", expired);
    assertFalse(expired.toString().contains(token));
  }

  @Test
  void confirm_refusesATokenOfAPasswordReset() {
    service.create("purpose@example.com");
    var request = RequestPasswordResetRequest.newBuilder().setEmail("purpose@example.com");
    service.users().requestPasswordReset(request.build());

    String token = service.newestTokenTo("purpose@example.com");

    assertTokenFails("TOKEN_INVALID", Failure.of(() -> confirm(token)));
  }

  @Test
  void confirm_keepsAClosedAccountClosed() {
    User user = service.create("closed@example.com");
    service
        .users()
        .deactivateUser(DeactivateUserRequest.newBuilder().setUserId(user.getId()).build());

    assertTrue(confirm(service.newestTokenTo("closed@example.com")).getVerified());

    User closed = service.get(user.getId());
    assertEquals(UserStatus.USER_STATUS_DEACTIVATED, closed.getStatus());
    assertTrue(closed.getEmailVerified());
  }

  @Test
  void confirm_afterTheUserIsGone_isInvalid() {
    User user = service.create("gone@example.com");
    String token = service.newestTokenTo("gone@example.com");
    service.users().deleteUser(DeleteUserRequest.newBuilder().setUserId(user.getId()).build());

    assertTokenFails("TOKEN_INVALID", Failure.of(() -> confirm(token)));
    assertFails(Code.NOT_FOUND, "USER_NOT_FOUND", () -> verify(user.getId()));
  }
}
