package com.ecommerce.user.server.log;

/** The least severity that this service logs. */
public enum LogLevel {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR
}
