package com.ecommerce.user.server.log;

/** How much this service logs. */
public enum LogLevel {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR
}
