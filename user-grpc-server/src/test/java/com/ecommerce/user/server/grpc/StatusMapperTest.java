package com.ecommerce.user.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.request.LogContext;
import com.ecommerce.user.server.testing.Failure;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusMapperTest {
  private static Failure map(Throwable failure) {
    return Failure.of(StatusMapper.toStatus(failure, LogContext.ofCall("0123456789abcdef")));
  }

  @ParameterizedTest
  @EnumSource
  void everyReason_hasTheCodeOfItsKind(ErrorReason reason) {
    var failure = map(UserServiceException.of(reason, "what happened (expected: something else)"));

    failure.assertIs(Code.valueOf(reason.kind().name()), reason.name());
    assertEquals("users.ecommerce", failure.info().orElseThrow().getDomain());
    assertEquals("what happened (expected: something else)", failure.message());
  }

  @Test
  void violations_areFieldViolations() {
    var failure =
        map(
            UserServiceException.invalid(
                List.of(
                    new Violation("address.address.country_code", "REQUIRED", "missing"),
                    new Violation("email", "TOO_LONG", "too long"))));

    failure.assertIs(Code.INVALID_ARGUMENT, "INVALID_REQUEST");
    assertEquals(
        List.of("address.address.country_code REQUIRED", "email TOO_LONG"), failure.violations());
  }

  @Test
  void missingAndTakenThings_areResources() {
    var missing = map(UserServiceException.notFound(ErrorReason.ADDRESS_NOT_FOUND, "address", "1"));
    var taken =
        map(UserServiceException.alreadyExists(ErrorReason.EMAIL_TAKEN, "email", "email: taken"));

    assertEquals("address", missing.resource().orElseThrow().getResourceType());
    assertEquals("1", missing.resource().orElseThrow().getResourceName());
    assertEquals("email", taken.resource().orElseThrow().getResourceName());
  }

  /** Clients that retry ABORTED by their service config obey this trailer. */
  @Test
  void abortedCalls_sayWhetherARetryHelps() {
    var changed = UserServiceException.versionMismatch(1, 2);
    var running =
        UserServiceException.retryLater(
            ErrorReason.REQUEST_IN_PROGRESS, "running", Duration.ofSeconds(1));

    assertEquals("-1", pushback(changed));
    assertEquals("1000", pushback(running));
  }

  private static String pushback(Throwable failure) {
    return StatusMapper.toStatus(failure, LogContext.ofCall("0123456789abcdef"))
        .getTrailers()
        .get(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER));
  }

  @Test
  void retries_haveADelay() {
    var failure =
        map(
            UserServiceException.retryLater(
                ErrorReason.RATE_LIMITED, "too often", Duration.ofMillis(61_500)));

    assertEquals(61, failure.retry().orElseThrow().getRetryDelay().getSeconds());
    assertEquals(500_000_000, failure.retry().orElseThrow().getRetryDelay().getNanos());
  }

  @Test
  void metadata_isThere() {
    var failure = map(UserServiceException.versionMismatch(1, 2));

    failure.assertIs(Code.ABORTED, "VERSION_MISMATCH");
    assertEquals(Map.of("current_version", "2"), failure.info().orElseThrow().getMetadataMap());
  }

  @Test
  void wrappedFailures_areUnwrapped() {
    var expected = UserServiceException.of(ErrorReason.USER_BANNED, "banned");

    map(new CompletionException(new CompletionException(expected)))
        .assertIs(Code.FAILED_PRECONDITION, "USER_BANNED");
  }

  @Test
  void fullQueues_areServerBusy() {
    var failure = map(new CompletionException(new RejectedExecutionException("pool")));

    failure.assertIs(Code.RESOURCE_EXHAUSTED, "SERVER_BUSY");
    assertTrue(failure.retry().isPresent());
    assertFalse(failure.message().contains("pool"));
  }

  @Test
  void defects_tellTheCallIdAndNothingElse() {
    for (Throwable defect :
        List.of(
            new IllegalStateException("secret", new SQLException("select secret")),
            new StackOverflowError("secret"))) {
      var failure = map(defect);

      failure.assertIs(Code.INTERNAL, "INTERNAL_ERROR");
      assertEquals(
          Map.of("call_id", "0123456789abcdef"), failure.info().orElseThrow().getMetadataMap());
      assertEquals("internal error, see call_id", failure.message());
    }
  }

  @Test
  void statusesOfLibraries_getDetails() {
    var failure = Failure.of(StatusMapper.withDetails(Status.UNIMPLEMENTED));

    failure.assertIs(Code.UNIMPLEMENTED, "UNIMPLEMENTED");
    assertEquals("UNIMPLEMENTED", failure.message());
  }
}
