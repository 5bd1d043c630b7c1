package com.ecommerce.user.server.tracing;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Forwards the records that the library logs by java.util.logging to the log of this service, one
 * line each. Stack traces are omitted, since most records are about an unreachable receiver.
 * Thread-safe.
 */
final class LibraryLog extends Handler {
  private final Logger log = LoggerFactory.getLogger(Tracing.class);
  private final SimpleFormatter formatter = new SimpleFormatter();

  @Override
  public void publish(LogRecord entry) {
    var level = level(entry.getLevel());
    String message = formatter.formatMessage(entry);
    if (entry.getThrown() == null) {
      log.atLevel(level).log(message);
      return;
    }
    log.atLevel(level).log("{} ({})", message, entry.getThrown().toString());
    log.debug("The stack trace of the previous line", entry.getThrown());
  }

  private static Level level(java.util.logging.Level level) {
    int value = level.intValue();
    if (value >= java.util.logging.Level.SEVERE.intValue()) {
      return Level.ERROR;
    }
    if (value >= java.util.logging.Level.WARNING.intValue()) {
      return Level.WARN;
    }
    return value >= java.util.logging.Level.INFO.intValue() ? Level.INFO : Level.DEBUG;
  }

  @Override
  public void flush() {
    // There is nothing to flush, since lines are written immediately.
  }

  @Override
  public void close() {
    // There is nothing to close, since the log stays open.
  }
}
