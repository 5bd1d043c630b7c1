package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.internal.db.WindowLimits.Window;
import java.time.Duration;

/**
 * The limits of mails to a mailbox, by cause. Each cause is counted separately, so that notices
 * arrive regardless of the number of links. The names are stored.
 */
public enum MailLimit {
  /** Links that are sent when an account is created. */
  REGISTRATION_LINK(5, Duration.ofMinutes(1)),
  /** Links that were requested to verify an email or a pending email. */
  VERIFICATION_LINK(5, Duration.ofMinutes(1)),
  /** Links that are sent to the new address when an email is changed. */
  CHANGE_LINK(5, Duration.ofMinutes(1)),
  /** Links to reset a password. */
  RESET_LINK(5, Duration.ofMinutes(1)),
  /** Notices about the account. */
  NOTICE(10, Duration.ZERO),
  /**
   * Notices to an address that the user has not verified. Counted separately, because an attacker
   * who registers with somebody's address and a plus tag could otherwise use up the owner's.
   */
  NOTICE_TO_UNVERIFIED(10, Duration.ZERO);

  private final Window window;

  MailLimit(int hourly, Duration gap) {
    this.window = Window.hourly("MAIL_" + name(), hourly).atLeastApart(gap);
  }

  Window window() {
    return window;
  }
}
