package com.ecommerce.user.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/**
 * Writes each event as one flat JSON object on a line of its own, with the stack trace as one
 * string. Log collectors can index this without further parsing. Thread-safe.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = {};

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    var line =
        begin(
            event.getInstant(),
            event.getLevel().toString(),
            event.getLoggerName(),
            event.getThreadName(),
            event.getFormattedMessage());
    event.getMDCPropertyMap().forEach((name, value) -> string(line, name, value));
    List<KeyValuePair> values = event.getKeyValuePairs();
    if (values != null) {
      values.forEach(pair -> value(line, pair.key, pair.value));
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      string(line, "stack", ThrowableProxyUtil.asString(thrown));
    }
    return end(line);
  }

  /**
   * Returns a line for output that did not come from a logger.
   *
   * @param stack the stack trace; empty for none
   */
  static byte[] line(
      Instant time, String level, String logger, String thread, String message, String stack) {
    var line = begin(time, level, logger, thread, message);
    if (!stack.isEmpty()) {
      string(line, "stack", stack);
    }
    return end(line);
  }

  private static StringBuilder begin(
      Instant time, String level, String logger, String thread, String message) {
    var line = new StringBuilder(256).append('{');
    string(line, "timestamp", time.toString());
    string(line, "level", level);
    string(line, "logger", logger);
    string(line, "thread", thread);
    string(line, "message", message);
    return line;
  }

  private static byte[] end(StringBuilder line) {
    return line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void value(StringBuilder line, String name, Object value) {
    if (value instanceof Long || value instanceof Integer) {
      name(line, name).append(value);
    } else {
      string(line, name, String.valueOf(value));
    }
  }

  private static void string(StringBuilder line, String name, String value) {
    name(line, name).append('"');
    for (int i = 0; i < value.length(); i++) {
      character(line, value.charAt(i));
    }
    line.append('"');
  }

  /**
   * Escapes the characters that RFC 8259, section 7, requires, and also the other control
   * characters and line separators, at which some programs would break the line.
   */
  private static void character(StringBuilder line, char character) {
    switch (character) {
      case '"' -> line.append("\\\"");
      case '\\' -> line.append("\\\\");
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      default -> {
        if (isEscaped(character)) {
          line.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
        } else {
          line.append(character);
        }
      }
    }
  }

  private static boolean isEscaped(char character) {
    int type = Character.getType(character);
    return type == Character.CONTROL
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }

  private static StringBuilder name(StringBuilder line, String name) {
    if (line.length() > 1) {
      line.append(',');
    }
    return line.append('"').append(name).append("\":");
  }
}
