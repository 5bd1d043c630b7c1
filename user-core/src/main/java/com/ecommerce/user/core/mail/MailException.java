package com.ecommerce.user.core.mail;

/**
 * A mail was not taken over by its transport. The message goes to the log: it contains no address,
 * and no part of the mail.
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

  /** The recipient is refused for good: no attempt can succeed. */
  public static MailException permanent(String message, Throwable cause) {
    return new MailException(true, true, false, message, cause);
  }

  /** The recipient is refused for now: a later attempt may succeed, and others may at once. */
  public static MailException recipientDeferred(String message, Throwable cause) {
    return new MailException(false, true, false, message, cause);
  }

  /** Any other failure: a later attempt may succeed. */
  public static MailException transientFailure(String message, Throwable cause) {
    return new MailException(false, false, false, message, cause);
  }

  /** The server cannot be reached or accepts no mail for now: other mails would fail as well. */
  public static MailException serverUnavailable(String message, Throwable cause) {
    return new MailException(false, false, true, message, cause);
  }

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
