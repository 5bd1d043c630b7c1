package com.ecommerce.user.server.log;

/** How lines of the log look. */
public enum LogFormat {
  /** For people. */
  TEXT,
  /** For machines: one JSON object a line. */
  JSON
}
