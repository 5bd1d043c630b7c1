package com.ecommerce.user.server.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.ecommerce.user.core.request.LogContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonLinesTest {
  private static JsonNode line(Consumer<Logger> work) {
    var logger = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("test.json");
    List<byte[]> lines = new ArrayList<>();
    var appender =
        new AppenderBase<ILoggingEvent>() {
          @Override
          protected void append(ILoggingEvent event) {
            lines.add(new JsonLines().encode(event));
          }
        };
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
    try {
      work.accept(logger);
    } finally {
      logger.detachAppender(appender);
    }
    String text = new String(lines.get(0), StandardCharsets.UTF_8);
    assertEquals(1, text.lines().count(), text);
    assertTrue(text.endsWith("}\n"), text);
    return new JsonMapper().readTree(text);
  }

  @Test
  void line_hasWhatCollectorsIndex() {
    var line = line(log -> log.warn("{} is \"away\"", "A"));

    assertEquals(
        List.of("timestamp", "level", "logger", "thread", "message"),
        List.copyOf(line.propertyNames()));
    assertTrue(Instant.parse(line.get("timestamp").asString()).isAfter(Instant.EPOCH));
    assertEquals("WARN", line.get("level").asString());
    assertEquals("test.json", line.get("logger").asString());
    assertEquals(Thread.currentThread().getName(), line.get("thread").asString());
    assertEquals("A is \"away\"", line.get("message").asString());
  }

  @Test
  void line_ofACall_hasItsIds() {
    var line =
        line(
            log -> {
              try (var attached = new LogContext("0f", "4bf9").attach()) {
                log.warn("x");
              }
            });

    assertEquals("0f", line.get("call_id").asString());
    assertEquals("4bf9", line.get("trace_id").asString());
  }

  @Test
  void values_keepTheirKind() {
    var line = line(log -> log.atWarn().addKeyValue("us", 7L).addKeyValue("by", "me").log("x"));

    assertTrue(line.get("us").isNumber());
    assertEquals("me", line.get("by").asString());
  }

  @Test
  void stack_isOneText() {
    var line = line(log -> log.error("x", new IllegalStateException("a\nb", new Error("c"))));

    String stack = line.get("stack").asString();
    assertTrue(stack.startsWith("java.lang.IllegalStateException: a\nb"), stack);
    assertTrue(stack.contains("Caused by: java.lang.Error: c"), stack);
    assertTrue(stack.contains("\tat " + JsonLinesTest.class.getName()), stack);
  }

  @Test
  void anyText_comesThrough() {
    String text = "\u0000\u001f\b\f\r\n\t\"\\/ é 漢 \uD83D\uDE00 \u2028";

    assertEquals(text, line(log -> log.warn("{}", text)).get("message").asString());
  }

  @Test
  void levels_letNoLibraryChat() {
    var context = new LoggerContext();

    LogSetup.configure(context, LogLevel.TRACE, LogFormat.JSON);

    assertTrue(context.getLogger("com.ecommerce.user.core").isTraceEnabled());
    for (String library :
        Set.of("io.netty", "org.postgresql", "com.zaxxer.hikari", "org.eclipse")) {
      assertTrue(context.getLogger(library).isWarnEnabled(), library);
      assertEquals(false, context.getLogger(library).isInfoEnabled(), library);
    }
    context.stop();
  }
}
