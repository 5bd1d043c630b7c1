package com.ecommerce.user.core.mail;

/** Where a mail of the outbox stands. The names are stored. */
enum MailState {
  WAITING,
  SENT,
  /** Refused for good, or given up after a day. */
  FAILED
}
