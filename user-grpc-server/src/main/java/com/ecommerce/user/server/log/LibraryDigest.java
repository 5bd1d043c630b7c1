package com.ecommerce.user.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Sums up the log output of libraries that communicate with clients. Clients can cause such output
 * at will, and it may contain text that they chose. So each logger gets one line a minute, with the
 * number of reports and the origin of the last one, without messages and stack traces (CWE-117 and
 * OWASP ASVS 5.0, 16.4.1). Thread-safe.
 */
final class LibraryDigest extends AppenderBase<ILoggingEvent> {
  private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  private final Logger log;
  private final LongSupplier nanoTime;
  private final Map<String, Reports> reports = new ConcurrentHashMap<>();

  private static final class Reports {
    final AtomicLong count = new AtomicLong();
    final AtomicLong due;

    Reports(long now) {
      due = new AtomicLong(now);
    }
  }

  /**
   * @param log the logger of the lines
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  LibraryDigest(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (!event.getLevel().isGreaterOrEqual(Level.WARN)) {
      return;
    }
    long now = nanoTime.getAsLong();
    var ofLogger = reports.computeIfAbsent(event.getLoggerName(), first -> new Reports(now));
    ofLogger.count.incrementAndGet();
    long due = ofLogger.due.get();
    if (now - due >= 0 && ofLogger.due.compareAndSet(due, now + PAUSE_NANOS)) {
      log.warn(
          "{} reported {} problems with connections since its last such line, most recently {}",
          event.getLoggerName(),
          ofLogger.count.getAndSet(0),
          origin(event.getThrowableProxy()));
    }
  }

  /**
   * Returns names of classes only, since the message of an exception may repeat what a client sent.
   */
  private static String origin(IThrowableProxy thrown) {
    if (thrown == null) {
      return "without an exception";
    }
    StackTraceElementProxy[] stack = thrown.getStackTraceElementProxyArray();
    return stack.length == 0
        ? thrown.getClassName()
        : thrown.getClassName() + " " + stack[0].getSTEAsString();
  }
}
