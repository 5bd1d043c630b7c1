package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.request.LogContext;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps failures to gRPC statuses with details (AIP-193): always ErrorInfo, and where they apply
 * BadRequest, ResourceInfo and RetryInfo. Stateless.
 */
public final class StatusMapper {
  /** The domain of every ErrorInfo. */
  public static final String DOMAIN = "users.ecommerce";

  private static final Logger log = LoggerFactory.getLogger(StatusMapper.class);
  private static final String MALFORMED =
      "malformed message (expected: protobuf as the .proto files define it, with texts in UTF-8)";

  /**
   * The maximum length of a status message in characters. Statuses are sent as headers, and clients
   * and proxies accept a few KiB of those. The text may come from a library and repeat what a
   * client sent.
   */
  private static final int MAX_MESSAGE = 500;

  /** The maximum size of the violations of one failure, in bytes. */
  private static final int MAX_VIOLATIONS_SIZE = 4 * 1024;

  /**
   * The time in milliseconds that clients which retry ABORTED by their service config must wait; -1
   * if they must not retry (gRPC proposal A6). A version mismatch would only recur.
   */
  private static final Metadata.Key<String> RETRY_PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private static final Duration RETRY_WHEN_BUSY = Duration.ofSeconds(1);

  private StatusMapper() {}

  /**
   * Returns the status for a failure. Anything but a {@link UserServiceException} is a defect: it
   * is logged here with its stack trace, and the status contains only the call's id.
   *
   * @param context the log context of the call
   */
  public static StatusRuntimeException toStatus(Throwable failure, LogContext context) {
    var cause = Stages.unwrapped(failure);
    if (cause instanceof UserServiceException expected) {
      return toStatus(expected);
    }
    if (cause instanceof RejectedExecutionException || cause instanceof OutOfDirectMemoryError) {
      return toStatus(UserServiceException.busy());
    }
    if (cause instanceof StatusRuntimeException ofLibrary) {
      return ofLibrary.getCause() instanceof InvalidProtocolBufferException
          ? malformed()
          : ofLibrary;
    }
    try (var attached = context.attach()) {
      log.error("Call {} failed unexpectedly", context.callId(), cause);
    }
    return status(
        Status.Code.INTERNAL,
        "internal error, see call_id",
        List.of(errorInfo(ErrorReason.INTERNAL_ERROR.name(), Map.of("call_id", context.callId()))));
  }

  /** Returns the failure of a stream that ends because the server stops. */
  public static UserServiceException shuttingDown() {
    return UserServiceException.retryLater(
        ErrorReason.SHUTTING_DOWN, "the server is stopping (expected: a retry)", RETRY_WHEN_BUSY);
  }

  /** Returns the failure of a call whose message cannot be parsed. */
  public static StatusRuntimeException malformed() {
    return withDetails(Status.INVALID_ARGUMENT.withDescription(MALFORMED));
  }

  /** Returns the failure of a call whose number of messages is not one. */
  public static StatusRuntimeException notOneMessage(int messages) {
    return withDetails(
        Status.INVALID_ARGUMENT.withDescription(
            (messages == 0 ? "no message" : "several messages") + " (expected: one)"));
  }

  /** Adds the details that every failure has to a status of a library. */
  public static StatusRuntimeException withDetails(Status status) {
    String description =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    return status(
        status.getCode(), description, List.of(errorInfo(status.getCode().name(), Map.of())));
  }

  private static StatusRuntimeException toStatus(UserServiceException failure) {
    List<Message> details = new ArrayList<>();
    details.add(errorInfo(failure.reason().name(), failure.metadata()));
    if (!failure.violations().isEmpty()) {
      details.add(badRequest(failure.violations()));
    }
    failure.resource().ifPresent(resource -> details.add(resourceInfo(resource, failure)));
    failure.retryAfter().ifPresent(delay -> details.add(retryInfo(delay)));
    var status = status(code(failure.kind()), failure.getMessage(), details);
    if (failure.kind() == ErrorKind.ABORTED) {
      long millis = failure.retryAfter().map(Duration::toMillis).orElse(-1L);
      status.getTrailers().put(RETRY_PUSHBACK, Long.toString(millis));
    }
    return status;
  }

  private static StatusRuntimeException status(
      Status.Code code, String message, List<? extends Message> details) {
    var status =
        com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage(shortened(message));
    details.forEach(detail -> status.addDetails(Any.pack(detail)));
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private static String shortened(String text) {
    if (text.length() <= MAX_MESSAGE) {
      return text;
    }
    // Do not cut a surrogate pair in half.
    int end =
        Character.isHighSurrogate(text.charAt(MAX_MESSAGE - 1)) ? MAX_MESSAGE - 1 : MAX_MESSAGE;
    return text.substring(0, end) + "…";
  }

  private static Status.Code code(ErrorKind kind) {
    return switch (kind) {
      case INVALID_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
      case NOT_FOUND -> Status.Code.NOT_FOUND;
      case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
      case FAILED_PRECONDITION -> Status.Code.FAILED_PRECONDITION;
      case OUT_OF_RANGE -> Status.Code.OUT_OF_RANGE;
      case ABORTED -> Status.Code.ABORTED;
      case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
      case PERMISSION_DENIED -> Status.Code.PERMISSION_DENIED;
      case RESOURCE_EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
      case UNAVAILABLE -> Status.Code.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
      case CANCELLED -> Status.Code.CANCELLED;
      case INTERNAL -> Status.Code.INTERNAL;
    };
  }

  private static ErrorInfo errorInfo(String reason, Map<String, String> metadata) {
    return ErrorInfo.newBuilder()
        .setReason(reason)
        .setDomain(DOMAIN)
        .putAllMetadata(metadata)
        .build();
  }

  private static BadRequest badRequest(List<Violation> violations) {
    var details = BadRequest.newBuilder();
    int size = 0;
    for (Violation violation : violations) {
      var one =
          BadRequest.FieldViolation.newBuilder()
              .setField(shortened(violation.field()))
              .setReason(violation.rule())
              .setDescription(shortened(violation.message()))
              .build();
      size += one.getSerializedSize();
      if (size > MAX_VIOLATIONS_SIZE) {
        break;
      }
      details.addFieldViolations(one);
    }
    return details.build();
  }

  private static ResourceInfo resourceInfo(
      UserServiceException.Resource resource, UserServiceException failure) {
    return ResourceInfo.newBuilder()
        .setResourceType(resource.type())
        .setResourceName(resource.name())
        .setDescription(failure.getMessage())
        .build();
  }

  private static RetryInfo retryInfo(Duration delay) {
    return RetryInfo.newBuilder().setRetryDelay(Durations.fromMillis(delay.toMillis())).build();
  }
}
