package com.ecommerce.user.rest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.LogContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemsTest {
  private final Problems problems = new Problems("");

  private static String text(ApiResponse reply) {
    return new String(reply.body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_REQUEST,400",
    "TOKEN_EXPIRED,400",
    "CREDENTIALS_INVALID,401",
    "ACCESS_DENIED,403",
    "USER_NOT_FOUND,404",
    "EMAIL_TAKEN,409",
    "USER_BANNED,409",
    "VERSION_MISMATCH,412",
    "RATE_LIMITED,429",
    "INTERNAL_ERROR,500",
    "DATABASE_UNAVAILABLE,503",
    "DEADLINE_EXCEEDED,504"
  })
  void status_followsTheKind(ErrorReason reason, int status) {
    var reply =
        problems.toReply(UserServiceException.of(reason, "because"), LogContext.ofCall("7"), false);
    assertEquals(status, reply.status());
    assertEquals("application/problem+json", reply.contentType());
  }

  @ParameterizedTest
  @EnumSource(ErrorReason.class)
  void everyReason_becomesAWholeProblem(ErrorReason reason) {
    String text =
        text(
            problems.toReply(
                UserServiceException.of(reason, "because"), LogContext.ofCall("7"), true));
    assertEquals(
        true,
        text.contains("\"reason\":\"" + reason + "\"")
            && text.contains("\"type\":\"/problems#" + reason + "\"")
            && text.contains("\"call_id\":\"7\"")
            && text.contains("\"errors\":{}"),
        text);
  }

  @Test
  void defect_tellsNothingButTheCallId() {
    var defect = new CompletionException(new IllegalStateException("select secret from users"));
    var reply = problems.toReply(defect, LogContext.ofCall("00ff"), false);
    assertEquals(500, reply.status());
    assertEquals(
        "{\"type\":\"/problems#INTERNAL_ERROR\",\"title\":\"Internal error\",\"status\":500,"
            + "\"detail\":\"internal error, see call_id\",\"reason\":\"INTERNAL_ERROR\",\"errors\":{},"
            + "\"call_id\":\"00ff\"}",
        text(reply));
  }

  @Test
  void fullQueue_asksForARetry() {
    var reply =
        problems.toReply(new RejectedExecutionException("full"), LogContext.ofCall("7"), false);
    assertEquals(429, reply.status());
    assertEquals("1", reply.headers().get("Retry-After"));
    assertFalse(text(reply).contains("full"));
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1000,1", "1001,2", "59999,60", "0,1"})
  void retryAfter_isRoundedUpToSeconds(long milliseconds, String seconds) {
    var limited =
        UserServiceException.retryLater(
            ErrorReason.RATE_LIMITED, "slowly", Duration.ofMillis(milliseconds));
    assertEquals(
        seconds,
        problems.toReply(limited, LogContext.ofCall("7"), false).headers().get("Retry-After"));
  }

  @Test
  void challenge_namesTheErrorOfATokenOnly() {
    var failure = UserServiceException.of(ErrorReason.SESSION_ENDED, "over (expected: \"new\")\n");
    assertEquals(
        "Bearer realm=\"users\"",
        problems.toReply(failure, LogContext.ofCall("7"), false).headers().get("WWW-Authenticate"));
    assertEquals(
        "Bearer realm=\"users\", error=\"invalid_token\", error_description=\"over (expected: new)\"",
        problems.toReply(failure, LogContext.ofCall("7"), true).headers().get("WWW-Authenticate"));
  }
}
