package com.ecommerce.user.core.mail;

/**
 * Thrown by a transport that did not accept a mail. The message is logged, so it must contain no
 * address and no part of the mail.
 */
public final class MailException extends Exception {
  private final boolean permanent;
  private final boolean ofRecipient;
  private final boolean serverUnavailable;

  private MailException(
      boolean permanent,
      boolean ofRecipient,
      boolean serverUnavailable,
      String message,
      Throwable cause) {
    super(message, cause);
    this.permanent = permanent;
    this.ofRecipient = ofRecipient;
    this.serverUnavailable = serverUnavailable;
  }

  /** Returns a failure because the recipient is refused permanently: no attempt can succeed. */
  public static MailException permanent(String message, Throwable cause) {
    return new MailException(true, true, false, message, cause);
  }

  /**
   * Returns a failure because the recipient is refused temporarily: a later attempt may succeed,
   * and mails to others may succeed now.
   */
  public static MailException recipientDeferred(String message, Throwable cause) {
    return new MailException(false, true, false, message, cause);
  }

  /** Returns any other failure: a later attempt may succeed. */
  public static MailException transientFailure(String message, Throwable cause) {
    return new MailException(false, false, false, message, cause);
  }

  /**
   * Returns a failure because the server cannot be reached or accepts no mail at present: other
   * mails would fail as well.
   */
  public static MailException serverUnavailable(String message, Throwable cause) {
    return new MailException(false, false, true, message, cause);
  }

  /** Returns whether no later attempt can succeed. */
  public boolean isPermanent() {
    return permanent;
  }

  /**
   * Returns whether the recipient was refused, permanently or temporarily, without any other known
   * failure.
   */
  public boolean isOfRecipient() {
    return ofRecipient;
  }

  /** Returns whether the server is unavailable: other mails would have failed as well. */
  public boolean isServerUnavailable() {
    return serverUnavailable;
  }
}
