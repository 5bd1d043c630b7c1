package com.ecommerce.user.core.error;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The exception of the User Service for every failure that a caller can act on. It has no stack
 * trace, since it does not report a defect. Its message may be shown to the caller and never
 * contains a secret.
 *
 * <p>Immutable and thread-safe. Any other exception indicates a defect or a lost database.
 */
public final class UserServiceException extends RuntimeException {
  /**
   * The maximum number of violations that are listed; the message states how many were left out.
   */
  public static final int MAX_VIOLATIONS = 20;

  private final ErrorReason reason;
  private final List<Violation> violations;
  private final @Nullable Resource resource;
  private final @Nullable Duration retryAfter;
  private final Map<String, String> metadata;

  /**
   * A resource that was missing or taken.
   *
   * @param type the type, such as {@code user} or {@code address}
   * @param name the id; for a taken email the field {@code email}, since the address itself is
   *     personal data
   */
  public record Resource(String type, String name) {}

  private UserServiceException(
      ErrorReason reason,
      String message,
      List<Violation> violations,
      @Nullable Resource resource,
      @Nullable Duration retryAfter,
      Map<String, String> metadata) {
    super(message, null, false, false);
    this.reason = reason;
    this.violations = List.copyOf(violations);
    this.resource = resource;
    this.retryAfter = retryAfter;
    this.metadata = Map.copyOf(metadata);
  }

  /**
   * Returns a failure with {@link ErrorReason#INVALID_REQUEST}.
   *
   * @param violations at least one; those beyond {@link #MAX_VIOLATIONS} are only counted
   */
  public static UserServiceException invalid(List<Violation> violations) {
    return invalid(ErrorReason.INVALID_REQUEST, violations);
  }

  /** Returns a failure for a single broken rule, with the reason that clients branch on. */
  public static UserServiceException invalid(ErrorReason reason, String field, String message) {
    return invalid(reason, List.of(new Violation(field, reason.name(), message)));
  }

  private static UserServiceException invalid(ErrorReason reason, List<Violation> violations) {
    var first = violations.get(0);
    String more = violations.size() == 1 ? "" : " (and " + (violations.size() - 1) + " more)";
    String field = first.field().isEmpty() ? "" : first.field() + ": ";
    String message = field + first.message() + more;
    var told = violations.subList(0, Math.min(MAX_VIOLATIONS, violations.size()));
    return new UserServiceException(reason, message, told, null, null, Map.of());
  }

  /** Returns a failure for a resource that does not exist. */
  public static UserServiceException notFound(ErrorReason reason, String type, String name) {
    String message = type + " not found: " + name;
    return new UserServiceException(
        reason, message, List.of(), new Resource(type, name), null, Map.of());
  }

  /**
   * Returns a failure for a value of a user that is taken.
   *
   * @param field the name of the field, not its value
   */
  public static UserServiceException alreadyExists(
      ErrorReason reason, String field, String message) {
    return new UserServiceException(
        reason, message, List.of(), new Resource("user", field), null, Map.of());
  }

  /** Returns a failure for an object that was changed since the caller read it. */
  public static UserServiceException versionMismatch(long expected, long actual) {
    return new UserServiceException(
        ErrorReason.VERSION_MISMATCH,
        "audit.version: " + expected + " (expected: " + actual + ", the current one)",
        List.of(),
        null,
        null,
        Map.of("current_version", Long.toString(actual)));
  }

  /**
   * Returns a failure caused by a limit or an outage; the caller may retry after the given time.
   */
  public static UserServiceException retryLater(
      ErrorReason reason, String message, Duration retryAfter) {
    return new UserServiceException(reason, message, List.of(), null, retryAfter, Map.of());
  }

  /**
   * Returns the failure of a call for which no worker is free; the caller may retry in a second.
   */
  public static UserServiceException busy() {
    return retryLater(
        ErrorReason.SERVER_BUSY,
        "too many calls are waiting (expected: a retry)",
        Duration.ofSeconds(1));
  }

  /** Returns any other failure, which has no details beyond its reason and message. */
  public static UserServiceException of(ErrorReason reason, String message) {
    return new UserServiceException(reason, message, List.of(), null, null, Map.of());
  }

  /** Returns a failure with details that were stored. */
  public static UserServiceException of(
      ErrorReason reason,
      String message,
      Optional<Resource> resource,
      Map<String, String> metadata) {
    return new UserServiceException(
        reason, message, List.of(), resource.orElse(null), null, metadata);
  }

  /** Returns the cause, on which clients branch. */
  public ErrorReason reason() {
    return reason;
  }

  /** Returns the kind of the failure, from which transports derive their status codes. */
  public ErrorKind kind() {
    return reason.kind();
  }

  /**
   * Returns the broken rules for {@link ErrorKind#INVALID_ARGUMENT}, at most {@link
   * #MAX_VIOLATIONS}; empty for other kinds.
   */
  public List<Violation> violations() {
    return violations;
  }

  /**
   * Returns the resource that was missing or taken, for {@link ErrorKind#NOT_FOUND} and {@link
   * ErrorKind#ALREADY_EXISTS}.
   */
  public Optional<Resource> resource() {
    return Optional.ofNullable(resource);
  }

  /**
   * Returns the time to wait before a retry, for {@link ErrorKind#RESOURCE_EXHAUSTED}, {@link
   * ErrorKind#UNAVAILABLE} and {@link ErrorReason#REQUEST_IN_PROGRESS}.
   */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Returns further details for programs, such as {@code current_version}. */
  public Map<String, String> metadata() {
    return metadata;
  }
}
