package com.ecommerce.user.server.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LibraryDigestTest {
  private static final String HOST_PORT = "org.eclipse.jetty.util.HostPort";

  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final AtomicLong now = new AtomicLong();

  LibraryDigestTest() {
    lines.setContext(context);
    lines.start();
    var own = context.getLogger("own");
    own.addAppender(lines);
    var digest = new LibraryDigest(own, now::get);
    digest.setContext(context);
    digest.start();
    var library = context.getLogger("org.eclipse.jetty");
    library.setAdditive(false);
    library.addAppender(digest);
  }

  private void flood(int times) {
    for (int i = 0; i < times; i++) {
      context
          .getLogger(HOST_PORT)
          .warn("bad authority ada@example.com", new IllegalStateException("ada@example.com"));
    }
  }

  @Test
  void flood_isOneLineAMinuteWithTheCount() {
    flood(1_000);
    assertEquals(1, lines.list.size());

    now.addAndGet(Duration.ofMinutes(1).toNanos());
    flood(1);

    assertEquals(2, lines.list.size());
    assertTrue(lines.list.get(1).getFormattedMessage().contains(" 1000 "), lines.list.toString());
  }

  @Test
  void line_hasNeitherMessageNorStack() {
    flood(1);

    var line = lines.list.get(0);
    assertNull(line.getThrowableProxy());
    assertFalse(line.getFormattedMessage().contains("ada"), line.getFormattedMessage());
    assertTrue(line.getFormattedMessage().contains(HOST_PORT), line.getFormattedMessage());
    assertTrue(line.getFormattedMessage().contains("IllegalStateException"));
  }
}
