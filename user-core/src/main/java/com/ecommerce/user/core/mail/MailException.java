package com.ecommerce.user.core.mail;

/**
 * A mail was not taken over by its transport. The message goes to the log: it contains no address,
 * and no part of the mail.
 */
public final class MailException extends Exception {
  private final boolean permanent;

  private MailException(boolean permanent, String message, Throwable cause) {
    super(message, cause);
    this.permanent = permanent;
  }

  /** The recipient is refused for good: no attempt can succeed. */
  public static MailException permanent(String message, Throwable cause) {
    return new MailException(true, message, cause);
  }

  /** Any other failure: a later attempt may succeed. */
  public static MailException transientFailure(String message, Throwable cause) {
    return new MailException(false, message, cause);
  }

  public boolean isPermanent() {
    return permanent;
  }
}
