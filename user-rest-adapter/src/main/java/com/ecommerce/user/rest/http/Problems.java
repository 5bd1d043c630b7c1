package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.request.LogContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place that turns a failure into a problem answer (RFC 9457). Immutable. */
public final class Problems {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);
  private static final Duration RETRY_WHEN_BUSY = Duration.ofSeconds(1);

  /** Fields that the core knows under another name than this API. */
  private static final Map<String, String> JSON_NAMES =
      Map.of(
          "pagination.page_token", "cursor",
          "current_password", "old_password",
          "display_name", "username",
          "phone", "phone_number");

  private final String publicPath;

  /**
   * @param publicPath what clients see before the paths of this API; may be empty
   */
  Problems(String publicPath) {
    this.publicPath = publicPath;
  }

  /**
   * The answer to a failed call. What nobody expected is a defect: it is logged here, with its
   * stack, and answered with the call's id alone.
   *
   * @param hadToken whether the call came with a token, so that a 401 is about it (RFC 6750,
   *     section 3.1)
   */
  ApiResponse toReply(Throwable failure, LogContext context, boolean hadToken) {
    String callId = context.callId();
    var cause = unwrapped(failure);
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
      return toReply(busy(), callId, hadToken);
    }
    try (var attached = context.attach()) {
      log.error("Call {} failed unexpectedly", callId, cause);
    }
    return defect(callId);
  }

  /** Returns whether the failure is a lack of rights. */
  static boolean isDenial(Throwable failure) {
    return unwrapped(failure) instanceof UserServiceException expected
        && expected.reason() == ErrorReason.ACCESS_DENIED;
  }

  private ApiResponse defect(String callId) {
    var reason = ErrorReason.INTERNAL_ERROR;
    return ApiResponse.problem(
        body(reason.name(), title(reason), status(reason), "internal error, see call_id", callId));
  }

  /** Returns the failure of a request that no worker can take. */
  public static UserServiceException busy() {
    return UserServiceException.retryLater(
        ErrorReason.SERVER_BUSY, "too many calls wait (expected: a retry)", RETRY_WHEN_BUSY);
  }

  private static Throwable unwrapped(Throwable failure) {
    boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
    return wrapped ? unwrapped(failure.getCause()) : failure;
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

  /** The reply with the time of a retry that may succeed, if there is one. */
  public static ApiResponse retryLater(ApiResponse reply, UserServiceException failure) {
    return failure
        .retryAfter()
        .map(delay -> reply.header("Retry-After", Long.toString(seconds(delay))))
        .orElse(reply);
  }

  private ProblemBody body(String reason, String title, int status, String detail, String callId) {
    return new ProblemBody(type(reason), title, status, detail, reason, Map.of(), callId, Map.of());
  }

  /** A reference relative to the request's URL. */
  private String type(String reason) {
    return publicPath + ProblemBody.TYPES + "#" + reason;
  }

  /**
   * Returns the HTTP status of the reason. REAUTHENTICATION_REQUIRED is 403 and not 409, since
   * nothing conflicts: the caller may retry after a reauthentication.
   */
  public static int status(ErrorReason reason) {
    return reason == ErrorReason.REAUTHENTICATION_REQUIRED ? 403 : status(reason.kind());
  }

  private static int status(ErrorKind kind) {
    return switch (kind) {
      case INVALID_ARGUMENT -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, FAILED_PRECONDITION -> 409;
      // The only thing that the core aborts for is a version that If-Match named.
      case ABORTED -> 412;
      case RESOURCE_EXHAUSTED -> 429;
      // Nobody is left to read it; the number is the one that proxies use.
      case CANCELLED -> 499;
      case INTERNAL -> 500;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
    };
  }

  /** The same for every problem of a type: "Email taken" for EMAIL_TAKEN. */
  public static String title(ErrorReason reason) {
    String words = reason.name().replace('_', ' ');
    return words.charAt(0) + words.substring(1).toLowerCase(Locale.ROOT);
  }

  /** The core names fields as the other transport's clients know them. */
  private static String detail(UserServiceException failure) {
    var violations = failure.violations();
    if (!violations.isEmpty()) {
      String more = violations.size() == 1 ? "" : " (and " + (violations.size() - 1) + " more)";
      return name(violations.get(0)) + ": " + violations.get(0).message() + more;
    }
    return failure.reason() == ErrorReason.VERSION_MISMATCH
        ? "If-Match names another version than the current one (expected: the tag that you last read)"
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
    // An unknown name is the client's own: it may be one that the core has for another field.
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

  /** Whole seconds, rounded up: a retry at that time finds the door open. */
  private static long seconds(Duration delay) {
    return Math.max(1, delay.plusMillis(999).toSeconds());
  }
}
