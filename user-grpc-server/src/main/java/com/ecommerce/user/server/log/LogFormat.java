package com.ecommerce.user.server.log;

/** The format of the lines of the log. */
public enum LogFormat {
  /** For people. */
  TEXT,
  /** For machines: one JSON object a line. */
  JSON
}
