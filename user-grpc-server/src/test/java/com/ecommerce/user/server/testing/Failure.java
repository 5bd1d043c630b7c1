package com.ecommerce.user.server.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.function.Executable;

/** The failure of a call, as its client sees it. */
public record Failure(
    Status.Code code,
    String message,
    Optional<ErrorInfo> info,
    Optional<BadRequest> badRequest,
    Optional<ResourceInfo> resource,
    Optional<RetryInfo> retry,
    String callId) {
  private static final Metadata.Key<String> CALL_ID =
      Metadata.Key.of("x-call-id", Metadata.ASCII_STRING_MARSHALLER);

  /** Returns the failure of a call that must fail. */
  public static Failure of(Executable call) {
    return of(assertThrows(StatusRuntimeException.class, call));
  }

  public static Failure of(StatusRuntimeException failure) {
    return of(failure.getStatus(), failure.getTrailers());
  }

  static Failure of(Status status, Metadata trailers) {
    var details =
        StatusProto.fromStatusAndTrailers(status, trailers == null ? new Metadata() : trailers);
    var all = details.getDetailsList();
    return new Failure(
        status.getCode(),
        details.getMessage(),
        find(all, ErrorInfo.class),
        find(all, BadRequest.class),
        find(all, ResourceInfo.class),
        find(all, RetryInfo.class),
        callId(trailers));
  }

  /** Returns the failure without its call id, to compare the failures of two calls. */
  public Failure withoutCallId() {
    return new Failure(code, message, info, badRequest, resource, retry, "");
  }

  private static String callId(Metadata trailers) {
    String id = trailers == null ? null : trailers.get(CALL_ID);
    return id == null ? "" : id;
  }

  private static <T extends Message> Optional<T> find(List<Any> details, Class<T> type) {
    return details.stream()
        .filter(detail -> detail.is(type))
        .findFirst()
        .map(any -> unpack(any, type));
  }

  private static <T extends Message> T unpack(Any detail, Class<T> type) {
    try {
      return detail.unpack(type);
    } catch (InvalidProtocolBufferException broken) {
      throw new AssertionError("a detail cannot be read", broken);
    }
  }

  /** Returns the broken rules, each as {@code field RULE}, sorted. */
  public List<String> violations() {
    return badRequest.stream()
        .flatMap(details -> details.getFieldViolationsList().stream())
        .map(violation -> violation.getField() + " " + violation.getReason())
        .sorted()
        .toList();
  }

  public String reason() {
    return info.map(ErrorInfo::getReason).orElse("");
  }

  public Failure assertIs(Status.Code expectedCode, String expectedReason) {
    assertEquals(expectedCode + " " + expectedReason, code + " " + reason(), message);
    return this;
  }

  /**
   * Asserts that the call is refused for exactly these broken rules, each as {@code field RULE}.
   */
  public static void assertInvalid(Executable call, String... violations) {
    var failure = of(call).assertIs(Status.Code.INVALID_ARGUMENT, "INVALID_REQUEST");
    assertEquals(Arrays.stream(violations).sorted().toList(), failure.violations());
  }

  public static void assertFails(Status.Code code, String reason, Executable call) {
    of(call).assertIs(code, reason);
  }
}
