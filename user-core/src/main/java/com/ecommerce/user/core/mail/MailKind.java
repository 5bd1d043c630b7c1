package com.ecommerce.user.core.mail;

import java.util.Locale;

/** The mails that are sent. The names are stored, and are the names of the templates' files. */
public enum MailKind {
  /** Carries a link that verifies an email, or a pending one. */
  VERIFY_EMAIL("/verify-email"),
  /** Carries a link to set a new password. */
  RESET_PASSWORD("/reset-password"),
  /** Tells that the password was changed or reset. */
  PASSWORD_CHANGED(""),
  /**
   * As {@link #EMAIL_CHANGE_PENDING}, without a link: of the version before, which may still have
   * queued some.
   */
  EMAIL_CHANGE_REQUESTED(""),
  /** Tells the current address that another one is to replace it, with a link that stops it. */
  EMAIL_CHANGE_PENDING("/stop-email-change"),
  /** Tells the address of before that another one replaced it, with a link that undoes it. */
  EMAIL_CHANGED("/undo-email-change"),
  /** Tells of a sign-in from a network and a device that the account does not know. */
  NEW_SIGN_IN(""),
  /** Tells that many wrong passwords were tried. */
  PASSWORD_GUESSING(""),
  /** Tells the owner of an address that another user wants to have it as theirs. */
  EMAIL_WANTED(""),
  /** Tells the owner of an address that somebody wanted to register with it. */
  REGISTRATION_ATTEMPTED("");

  private final String linkPath;

  MailKind(String linkPath) {
    this.linkPath = linkPath;
  }

  boolean hasLink() {
    return !linkPath.isEmpty();
  }

  /** Where the link leads, below the public base URL. */
  String linkPath() {
    return linkPath;
  }

  String templateName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
