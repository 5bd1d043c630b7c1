package com.ecommerce.user.core.mail;

import com.ecommerce.user.core.internal.WindowLimits.Window;
import java.time.Duration;

/**
 * How much mail of one cause a mailbox gets. Each is counted apart: whatever number of links
 * somebody causes, notices still arrive. The names are stored.
 */
public enum MailLimit {
  /** Links that go out by themselves when an account is made. */
  REGISTRATION_LINK(5, Duration.ofMinutes(1)),
  /** Links that were asked for, to verify an email or a pending one. */
  VERIFICATION_LINK(5, Duration.ofMinutes(1)),
  /** Links that a change of an email sends to the new address. */
  CHANGE_LINK(5, Duration.ofMinutes(1)),
  /** Links to reset a password. */
  RESET_LINK(5, Duration.ofMinutes(1)),
  /** Mails that tell a user what became of the account. */
  NOTICE(10, Duration.ZERO);

  private final Window window;

  MailLimit(int hourly, Duration gap) {
    this.window = Window.hourly("MAIL_" + name(), hourly).atLeastApart(gap);
  }

  Window window() {
    return window;
  }
}
