package com.ecommerce.user.server.log;

/** The minimum severity that this service logs. */
public enum LogLevel {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR
}
