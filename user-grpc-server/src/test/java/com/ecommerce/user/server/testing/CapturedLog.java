package com.ecommerce.user.server.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Captures everything that is logged while it is open, with the service's own loggers at TRACE. */
public final class CapturedLog implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("com.ecommerce.user");
  private final Level levelBefore = ours.getLevel();
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          events.add(event);
        }
      };

  public CapturedLog() {
    appender.setContext(root.getLoggerContext());
    appender.start();
    root.addAppender(appender);
    ours.setLevel(Level.TRACE);
  }

  public List<ILoggingEvent> events() {
    return List.copyOf(events);
  }

  /** Returns all lines with stack traces, as an appender would write them. */
  public String text() {
    var text = new StringBuilder();
    for (ILoggingEvent event : events) {
      text.append(event.getLevel()).append(' ').append(event.getLoggerName()).append(": ");
      text.append(event.getFormattedMessage()).append('\n');
      IThrowableProxy thrown = event.getThrowableProxy();
      if (thrown != null) {
        text.append(ThrowableProxyUtil.asString(thrown)).append('\n');
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    ours.setLevel(levelBefore);
    root.detachAppender(appender);
    appender.stop();
  }
}
