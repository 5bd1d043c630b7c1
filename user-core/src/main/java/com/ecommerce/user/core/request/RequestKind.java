package com.ecommerce.user.core.request;

/**
 * The kinds of calls that share workers separately. A kind is defined by the tables that its calls
 * use, so that a locked or slow table does not stop calls that use others.
 */
public enum RequestKind {
  /** Reading many users: lists, searches and BatchGetUsers. */
  DIRECTORY,
  /** Creating, changing, closing and deleting users. */
  ACCOUNTS,
  /** Reading and changing addresses. */
  ADDRESSES,
  /** Reading and changing preferences. */
  PREFERENCES,
  /** Checking passwords; creating, refreshing, listing and ending sessions. */
  SESSIONS,
  /** Requesting mailed links, and using them. */
  MAILED_LINKS,
  /** Importing and exporting many users. */
  BULK,
  /** Reading the event log. */
  EVENTS
}
