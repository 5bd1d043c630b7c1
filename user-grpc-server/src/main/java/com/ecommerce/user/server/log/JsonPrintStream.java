package com.ecommerce.user.server.log;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Replaces a standard stream, and writes each printed line as a JSON object on a line of its own,
 * in the form of {@link JsonLines}. A stack trace becomes one object. The JVM's own messages do not
 * pass through this stream. Thread-safe.
 */
final class JsonPrintStream extends PrintStream {
  private final Lines lines;

  /** True while lines belong to a stack trace that was written already. Guarded by this. */
  private boolean isInTrace;

  /**
   * @param target receives each object in one call
   * @param name the name of the logger in the objects
   * @param level the level in the objects
   */
  JsonPrintStream(PrintStream target, String name, String level) {
    this(new Lines(target, name, level));
  }

  private JsonPrintStream(Lines lines) {
    super(lines, true, StandardCharsets.UTF_8);
    this.lines = lines;
  }

  /**
   * Prints an object. {@link Throwable#printStackTrace()} calls this with the exception first, and
   * then with each line of the trace.
   */
  @Override
  public void println(Object printed) {
    synchronized (this) {
      if (printed instanceof Throwable thrown) {
        var stack = new StringWriter();
        thrown.printStackTrace(new PrintWriter(stack));
        lines.write(thrown.toString(), stack.toString());
        isInTrace = true;
        return;
      }
      if (isInTrace && isOfTrace(String.valueOf(printed))) {
        return;
      }
      isInTrace = false;
      super.println(printed);
    }
  }

  private static boolean isOfTrace(String line) {
    return line.startsWith("\t") || line.startsWith("Caused by: ");
  }

  /** Splits bytes into lines. Guarded by its stream. */
  private static final class Lines extends OutputStream {
    /** A longer line is written in pieces of this size. */
    private static final int MAX_BYTES = 64 * 1024;

    private final PrintStream target;
    private final String name;
    private final String level;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Lines(PrintStream target, String name, String level) {
      this.target = target;
      this.name = name;
      this.level = level;
    }

    @Override
    public void write(int letter) {
      if (letter != '\n') {
        line.write(letter);
      }
      if (letter == '\n' || line.size() == MAX_BYTES) {
        String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
        line.reset();
        if (!text.isEmpty()) {
          write(text, "");
        }
      }
    }

    void write(String message, String stack) {
      String thread = Thread.currentThread().getName();
      byte[] json = JsonLines.line(Instant.now(), level, name, thread, message, stack);
      target.write(json, 0, json.length);
      target.flush();
    }
  }
}
