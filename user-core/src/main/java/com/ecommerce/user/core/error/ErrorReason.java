package com.ecommerce.user.core.error;

import static com.ecommerce.user.core.error.ErrorKind.ABORTED;
import static com.ecommerce.user.core.error.ErrorKind.ALREADY_EXISTS;
import static com.ecommerce.user.core.error.ErrorKind.CANCELLED;
import static com.ecommerce.user.core.error.ErrorKind.FAILED_PRECONDITION;
import static com.ecommerce.user.core.error.ErrorKind.INTERNAL;
import static com.ecommerce.user.core.error.ErrorKind.INVALID_ARGUMENT;
import static com.ecommerce.user.core.error.ErrorKind.NOT_FOUND;
import static com.ecommerce.user.core.error.ErrorKind.OUT_OF_RANGE;
import static com.ecommerce.user.core.error.ErrorKind.PERMISSION_DENIED;
import static com.ecommerce.user.core.error.ErrorKind.RESOURCE_EXHAUSTED;
import static com.ecommerce.user.core.error.ErrorKind.UNAUTHENTICATED;
import static com.ecommerce.user.core.error.ErrorKind.UNAVAILABLE;

/**
 * The stable, machine-readable cause of a failure. Clients branch on the name, so a name is never
 * changed; the {@code ErrorInfo.reason} of gRPC (AIP-193) and the {@code reason} of a REST problem
 * contain it.
 */
public enum ErrorReason {
  /** One or more fields break a rule; the violations name each of them. */
  INVALID_REQUEST(INVALID_ARGUMENT),
  /** The message is larger than any valid request of its method; it was not parsed. */
  MESSAGE_TOO_LARGE(INVALID_ARGUMENT),
  /** The given current password is wrong. */
  PASSWORD_MISMATCH(INVALID_ARGUMENT),
  /** The token is unknown, void, used up or made for another purpose. */
  TOKEN_INVALID(INVALID_ARGUMENT),
  /** The token was valid but has expired. */
  TOKEN_EXPIRED(INVALID_ARGUMENT),
  /** The idempotency key was used for another request of the caller. */
  IDEMPOTENCY_KEY_REUSED(INVALID_ARGUMENT),

  /** No such user exists. */
  USER_NOT_FOUND(NOT_FOUND),
  /** The user has no such address. */
  ADDRESS_NOT_FOUND(NOT_FOUND),
  /** The user has no such live session. */
  SESSION_NOT_FOUND(NOT_FOUND),
  /** No such service client exists. Only the operator's commands refer to clients by name. */
  CLIENT_NOT_FOUND(NOT_FOUND),
  /** No such webhook endpoint exists. */
  WEBHOOK_NOT_FOUND(NOT_FOUND),
  /** The webhook endpoint has no delivery of such an event. */
  WEBHOOK_DELIVERY_NOT_FOUND(NOT_FOUND),

  /** Another user has the email. */
  EMAIL_TAKEN(ALREADY_EXISTS),
  /** Another user has the external id. */
  EXTERNAL_ID_TAKEN(ALREADY_EXISTS),
  /** Another address has the id. */
  ADDRESS_ID_TAKEN(ALREADY_EXISTS),
  /** Another service client has the name. */
  CLIENT_NAME_TAKEN(ALREADY_EXISTS),

  /** A suspended user can neither be deactivated nor reactivated. */
  USER_SUSPENDED(FAILED_PRECONDITION),
  /** A banned user can neither be deactivated nor reactivated. */
  USER_BANNED(FAILED_PRECONDITION),
  /** The session must verify the password again before it may do this. */
  REAUTHENTICATION_REQUIRED(FAILED_PRECONDITION),
  /** Without the user, there would be no active admin. Only the console refuses such a change. */
  LAST_ADMIN(FAILED_PRECONDITION),
  /** The user has the maximum number of addresses. */
  ADDRESS_LIMIT_REACHED(FAILED_PRECONDITION),
  /** The type of the address does not cover the requested default. */
  ADDRESS_TYPE_MISMATCH(FAILED_PRECONDITION),
  /** The maximum number of webhook endpoints exists. */
  WEBHOOK_LIMIT_REACHED(FAILED_PRECONDITION),

  /** The events after the position are not kept any more, or the position was lost. */
  POSITION_OUT_OF_RANGE(OUT_OF_RANGE),

  /** {@code audit.version} of the request is not the current one. */
  VERSION_MISMATCH(ABORTED),
  /** A call with the same idempotency key is running. */
  REQUEST_IN_PROGRESS(ABORTED),

  /** The call requires a caller and has no credentials. */
  CREDENTIALS_MISSING(UNAUTHENTICATED),
  /** The password, token or client secret is not valid. */
  CREDENTIALS_INVALID(UNAUTHENTICATED),
  /** The session of the token has ended. */
  SESSION_ENDED(UNAUTHENTICATED),

  /** The caller's role does not allow the call. */
  ACCESS_DENIED(PERMISSION_DENIED),
  /** The account was closed by its user or by staff. */
  ACCOUNT_DEACTIVATED(PERMISSION_DENIED),
  /** The account was temporarily closed by staff. */
  ACCOUNT_SUSPENDED(PERMISSION_DENIED),
  /** The account was permanently closed by staff. */
  ACCOUNT_BANNED(PERMISSION_DENIED),

  /** Too many calls of this kind were made by this caller or for this user. */
  RATE_LIMITED(RESOURCE_EXHAUSTED),
  /** The password could not be hashed in time, because too many others were waiting. */
  HASHING_BUSY(RESOURCE_EXHAUSTED),
  /**
   * The call could not begin in time or could not be queued, because too many others were waiting.
   */
  SERVER_BUSY(RESOURCE_EXHAUSTED),

  /** The database does not answer, or refuses connections. */
  DATABASE_UNAVAILABLE(UNAVAILABLE),
  /** The server is stopping; another instance will answer. */
  SHUTTING_DOWN(UNAVAILABLE),

  /** The deadline of the call passed before the work was done. */
  DEADLINE_EXCEEDED(ErrorKind.DEADLINE_EXCEEDED),
  /** The client began a message and did not finish it within 30 seconds. */
  MESSAGE_INCOMPLETE(ErrorKind.DEADLINE_EXCEEDED),
  /** The caller cancelled the call. */
  CALL_CANCELLED(CANCELLED),
  /** A defect of this service; the log has the cause under the id of the call. */
  INTERNAL_ERROR(INTERNAL);

  private final ErrorKind kind;

  ErrorReason(ErrorKind kind) {
    this.kind = kind;
  }

  /** Returns the kind of the failure, from which transports derive their status codes. */
  public ErrorKind kind() {
    return kind;
  }
}
