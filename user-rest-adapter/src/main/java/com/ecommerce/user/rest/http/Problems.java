package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.request.LogContext;
import com.ecommerce.user.rest.json.UnknownNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps failures to problem details (RFC 9457). Immutable. */
public final class Problems {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  /** Fields that the core knows under another name than this API. */
  private static final Map<String, String> JSON_NAMES =
      Map.of(
          "pagination.page_token", "cursor",
          "current_password", "old_password",
          "display_name", "username",
          "phone", "phone_number");

  private final String publicPath;

  /**
   * @param publicPath the prefix that clients see before the paths of this API; may be empty
   */
  Problems(String publicPath) {
    this.publicPath = publicPath;
  }

  /**
   * Returns the response to a failed call. An unexpected failure is a defect: it is logged here
   * with its stack trace, and the response contains only the call's id.
   *
   * @param hadToken whether the call had an access token, which a status of 401 is then about (RFC
   *     6750, section 3.1)
   */
  ApiResponse toReply(Throwable failure, LogContext context, boolean hadToken) {
    String callId = context.callId();
    var cause = Stages.unwrapped(failure);
    if (cause instanceof UserServiceException expected) {
      return toReply(expected, callId, hadToken);
    }
    if (cause instanceof HttpRefusedException refused) {
      var refusal = refused.refusal();
      return ApiResponse.problem(
              body(refusal.name(), refusal.title(), refusal.status(), refused.getMessage(), callId))
          .headers(refused.headers());
    }
    if (cause instanceof RejectedExecutionException) {
      return toReply(UserServiceException.busy(), callId, hadToken);
    }
    try (var attached = context.attach()) {
      log.error("Call {} failed unexpectedly", callId, cause);
    }
    return defect(callId);
  }

  /** Returns whether the failure is a denied permission. */
  static boolean isDenial(Throwable failure) {
    return Stages.unwrapped(failure) instanceof UserServiceException expected
        && expected.reason() == ErrorReason.ACCESS_DENIED;
  }

  private ApiResponse defect(String callId) {
    var reason = ErrorReason.INTERNAL_ERROR;
    return ApiResponse.problem(
        body(reason.name(), title(reason), status(reason), "internal error, see call_id", callId));
  }

  private ApiResponse toReply(UserServiceException failure, String callId, boolean hadToken) {
    var reason = failure.reason();
    var problem =
        new ProblemBody(
            type(reason.name()),
            title(reason),
            status(reason),
            detail(failure),
            reason.name(),
            errors(failure),
            callId,
            failure.metadata());
    var reply = ApiResponse.problem(problem);
    if (failure.kind() == ErrorKind.UNAUTHENTICATED) {
      return reply.header("WWW-Authenticate", challenge(failure, hadToken));
    }
    return retryLater(reply, failure);
  }

  /**
   * Returns the reply with a {@code Retry-After} header if the failure names the time of a retry.
   */
  public static ApiResponse retryLater(ApiResponse reply, UserServiceException failure) {
    return failure
        .retryAfter()
        .map(delay -> reply.header("Retry-After", Long.toString(seconds(delay))))
        .orElse(reply);
  }

  private ProblemBody body(String reason, String title, int status, String detail, String callId) {
    return new ProblemBody(type(reason), title, status, detail, reason, Map.of(), callId, Map.of());
  }

  /** Returns the problem's type, as a reference relative to the request's URL. */
  private String type(String reason) {
    return publicPath + ProblemBody.TYPES + "#" + reason;
  }

  /**
   * Returns the HTTP status of the reason. REAUTHENTICATION_REQUIRED is 403 and not 409, since
   * nothing conflicts: the caller may retry after a reauthentication. The statuses for idempotency
   * keys are those of draft-ietf-httpapi-idempotency-key-header.
   */
  public static int status(ErrorReason reason) {
    return switch (reason) {
      case REAUTHENTICATION_REQUIRED -> 403;
      case REQUEST_IN_PROGRESS -> 409;
      case IDEMPOTENCY_KEY_REUSED -> 422;
      default -> status(reason.kind());
    };
  }

  private static int status(ErrorKind kind) {
    return switch (kind) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, FAILED_PRECONDITION -> 409;
      // The other reason is a version mismatch. The version came from If-Match or from the body.
      case ABORTED -> 412;
      case RESOURCE_EXHAUSTED -> 429;
      // No client is left to read the response. 499 is the number that proxies use in their logs.
      case CANCELLED -> 499;
      case INTERNAL -> 500;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
    };
  }

  /**
   * Returns the title, which is the same for every problem of a type: "Email taken" for
   * EMAIL_TAKEN.
   */
  public static String title(ErrorReason reason) {
    String words = reason.name().replace('_', ' ');
    return words.charAt(0) + words.substring(1).toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the text of the failure. The core names fields as gRPC's clients know them, so they are
   * renamed.
   */
  private static String detail(UserServiceException failure) {
    var violations = failure.violations();
    if (!violations.isEmpty()) {
      String more = violations.size() == 1 ? "" : " (and " + (violations.size() - 1) + " more)";
      return name(violations.get(0)) + ": " + violations.get(0).message() + more;
    }
    return failure.reason() == ErrorReason.VERSION_MISMATCH
        ? "the request names another version than the current one (expected: the one that you last"
            + " read)"
        : failure.getMessage();
  }

  private static Map<String, List<String>> errors(UserServiceException failure) {
    var errors = new LinkedHashMap<String, List<String>>();
    for (Violation violation : failure.violations()) {
      errors.computeIfAbsent(name(violation), name -> new ArrayList<>()).add(violation.message());
    }
    if (failure.kind() == ErrorKind.ALREADY_EXISTS) {
      failure
          .resource()
          .ifPresent(taken -> errors.put(taken.name(), List.of(failure.getMessage())));
    }
    return errors;
  }

  private static String name(Violation violation) {
    // An unknown name comes from the client, and may be the core's name of another field.
    return violation.rule().equals(UnknownNames.RULE)
        ? violation.field()
        : JSON_NAMES.getOrDefault(violation.field(), violation.field());
  }

  private static String challenge(UserServiceException failure, boolean hadToken) {
    return hadToken
        ? "Bearer realm=\"users\", error=\"invalid_token\", error_description=\""
            + failure.getMessage().replaceAll("[^ !#-\\[\\]-~]", "")
            + "\""
        : "Bearer realm=\"users\"";
  }

  /** Returns whole seconds, rounded up, so that a retry at that time is not too early. */
  private static long seconds(Duration delay) {
    return Math.max(1, delay.plusMillis(999).toSeconds());
  }
}
