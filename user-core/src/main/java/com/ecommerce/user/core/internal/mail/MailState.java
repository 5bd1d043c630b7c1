package com.ecommerce.user.core.internal.mail;

/** The state of a mail in the outbox. The names are stored. */
enum MailState {
  WAITING,
  SENT,
  /** Permanently refused, or given up after a day. */
  FAILED
}
