package com.ecommerce.user.server.tracing;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Takes what the library logs by java.util.logging into our log, a line a record: that a receiver
 * is away needs no stack. Thread-safe.
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
    log.debug("It failed so", entry.getThrown());
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
    // Lines are written at once.
  }

  @Override
  public void close() {
    // The log stays open.
  }
}
