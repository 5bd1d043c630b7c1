package com.ecommerce.user.core.mail;

/**
 * Thrown by a transport that did not accept a mail. The message is logged, so it must contain no
 * address and no part of the mail.
 */
public final class MailException extends Exception {
  private final Scope scope;

  private enum Scope {
    RECIPIENT_REFUSED,
    RECIPIENT_DEFERRED,
    MAIL,
    SERVER
  }

  private MailException(Scope scope, String message, Throwable cause) {
    super(message, cause);
    this.scope = scope;
  }

  /** Returns a failure because the recipient is refused permanently: no attempt can succeed. */
  public static MailException permanent(String message, Throwable cause) {
    return new MailException(Scope.RECIPIENT_REFUSED, message, cause);
  }

  /**
   * Returns a failure because the recipient is refused temporarily: a later attempt may succeed,
   * and mails to others may succeed now.
   */
  public static MailException recipientDeferred(String message, Throwable cause) {
    return new MailException(Scope.RECIPIENT_DEFERRED, message, cause);
  }

  /** Returns any other failure: a later attempt may succeed. */
  public static MailException transientFailure(String message, Throwable cause) {
    return new MailException(Scope.MAIL, message, cause);
  }

  /**
   * Returns a failure because the server cannot be reached or accepts no mail at present: other
   * mails would fail as well.
   */
  public static MailException serverUnavailable(String message, Throwable cause) {
    return new MailException(Scope.SERVER, message, cause);
  }

  /** Returns whether no later attempt can succeed. */
  public boolean isPermanent() {
    return scope == Scope.RECIPIENT_REFUSED;
  }

  /**
   * Returns whether the recipient was refused, permanently or temporarily, without any other known
   * failure.
   */
  public boolean isOfRecipient() {
    return scope == Scope.RECIPIENT_REFUSED || scope == Scope.RECIPIENT_DEFERRED;
  }

  /** Returns whether the server is unavailable: other mails would have failed as well. */
  public boolean isServerUnavailable() {
    return scope == Scope.SERVER;
  }
}
