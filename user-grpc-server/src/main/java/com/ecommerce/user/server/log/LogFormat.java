package com.ecommerce.user.server.log;

/** The format of the lines of the log. */
public enum LogFormat {
  /** Text for people. */
  TEXT,
  /** One JSON object per line, for machines. */
  JSON
}
