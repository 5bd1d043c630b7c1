package com.ecommerce.user.core.call;

/**
 * The kinds of calls that are kept apart where they wait for the database: by the tables that they
 * use, so that a table which is locked or slow does not stop the calls that need others.
 */
public enum CallKind {
  /** Lists of users, and searches. */
  DIRECTORY,
  /** Creating, changing, closing and deleting users. */
  ACCOUNTS,
  ADDRESSES,
  PREFERENCES,
  /** Checking passwords, and sessions from their beginning to their end. */
  SESSIONS,
  /** Asking for links by mail, and following them. */
  MAILED_LINKS
}
