package com.ecommerce.user.core.mail;

import java.util.Locale;

/** The mails that are sent. The names are stored, and are the names of the templates' files. */
public enum MailKind {
  /** A link that verifies an email, or a pending one. */
  VERIFY_EMAIL("/verify-email"),
  /** A link to set a new password. */
  RESET_PASSWORD("/reset-password"),
  /** A notice that the password was changed or reset. */
  PASSWORD_CHANGED(""),
  /**
   * The predecessor of {@link #EMAIL_CHANGE_PENDING}, without a link. Instances of the previous
   * version may have queued some.
   */
  EMAIL_CHANGE_REQUESTED(""),
  /**
   * A notice to the current address that a change of the email was requested, with a link that
   * stops it.
   */
  EMAIL_CHANGE_PENDING("/stop-email-change"),
  /**
   * A notice to the previous address that the email was changed, with a link that undoes the
   * change.
   */
  EMAIL_CHANGED("/undo-email-change"),
  /** A notice of a sign-in from a new network and a new device. */
  NEW_SIGN_IN(""),
  /** A notice that many wrong passwords were tried. */
  PASSWORD_GUESSING(""),
  /** A notice to the owner of an address that another user wants to use it. */
  EMAIL_WANTED(""),
  /** A notice to the owner of an address that somebody tried to register with it. */
  REGISTRATION_ATTEMPTED("");

  private final String linkPath;

  MailKind(String linkPath) {
    this.linkPath = linkPath;
  }

  /** Returns whether mails of this kind carry a link. */
  public boolean hasLink() {
    return !linkPath.isEmpty();
  }

  /** Returns the path of the link, below the public base URL. */
  public String linkPath() {
    return linkPath;
  }

  /** Returns the name of the template's files, without an extension. */
  public String templateName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
