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
  /** The requested position is outside the range that is kept: start from another one. */
  OUT_OF_RANGE,
  /**
   * The call conflicts with another one. If the object was changed in the meantime, read it again,
   * then retry. If a call with the same idempotency key is running, retry later.
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
