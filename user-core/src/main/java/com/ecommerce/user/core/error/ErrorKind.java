package com.ecommerce.user.core.error;

/**
 * The kind of an error, in terms that every transport can express. Each transport maps these to its
 * own codes in one place: gRPC to its canonical status codes of the same name, REST to HTTP
 * statuses.
 */
public enum ErrorKind {
  /**
   * The request itself is invalid, regardless of the state of the system. Do not retry it
   * unchanged.
   */
  INVALID_ARGUMENT,
  /** The named user, address or session does not exist. */
  NOT_FOUND,
  /** A value that must be unique already exists. */
  ALREADY_EXISTS,
  /** The request is well-formed, but the current state forbids it. */
  FAILED_PRECONDITION,
  /** The named place lies outside of what is kept: start from another one. */
  OUT_OF_RANGE,
  /**
   * The call conflicts with another one: with a change in the meantime, so read the object again,
   * then retry; or with one that runs with the same idempotency key, so retry later.
   */
  ABORTED,
  /** The credentials are missing or invalid. */
  UNAUTHENTICATED,
  /** The caller is known but lacks the right. */
  PERMISSION_DENIED,
  /** A rate limit or the limit of a queue was reached: retry after the given time. */
  RESOURCE_EXHAUSTED,
  /** The database or another required component is unavailable: retry after the given time. */
  UNAVAILABLE,
  /** The caller's deadline passed before the work was done. */
  DEADLINE_EXCEEDED,
  /** The caller cancelled the call. */
  CANCELLED,
  /** A defect of this service. The log has details under the call's id. */
  INTERNAL
}
