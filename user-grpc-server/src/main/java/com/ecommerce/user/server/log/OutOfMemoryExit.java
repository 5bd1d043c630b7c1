package com.ecommerce.user.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Marker;

/**
 * Ends the process at the first OutOfMemoryError that is logged, at any level. After such an error,
 * a thread that nothing restarts may have ended, such as an event loop with all its connections. So
 * a supervisor has to start a new process. The JVM's {@code -XX:+ExitOnOutOfMemoryError} does the
 * same, but a jar cannot set it for itself. Libraries catch the error, but all of them log it.
 *
 * <p>Netty's own limit of direct memory does not end the process: only the operation that requested
 * memory fails.
 */
public final class OutOfMemoryExit extends TurboFilter {
  /** The exit status, which is also that of the JVM. */
  public static final int STATUS = 3;

  private static final int MAX_CAUSES = 20;

  private static final String LAST_WORDS =
      "The process has run out of memory and ends with status " + STATUS + "; restart it";

  private final Runnable exit;

  /**
   * @param format the form of the last line
   */
  static OutOfMemoryExit of(LogFormat format) {
    // Created in advance, while there is memory, and therefore without a timestamp.
    byte[] lastWords =
        switch (format) {
          case TEXT -> (LAST_WORDS + "\n").getBytes(StandardCharsets.UTF_8);
          case JSON ->
              ("{\"level\":\"ERROR\",\"message\":\"" + LAST_WORDS + "\"}\n")
                  .getBytes(StandardCharsets.UTF_8);
        };
    return new OutOfMemoryExit(() -> endProcess(lastWords));
  }

  OutOfMemoryExit(Runnable exit) {
    this.exit = exit;
  }

  @Override
  public FilterReply decide(
      Marker marker,
      Logger logger,
      Level level,
      String format,
      Object[] parameters,
      Throwable failure) {
    if (isOutOfMemory(failure)
        || (parameters != null
            && parameters.length > 0
            && isOutOfMemory(parameters[parameters.length - 1]))) {
      exit.run();
    }
    return FilterReply.NEUTRAL;
  }

  private static boolean isOutOfMemory(Object logged) {
    if (!(logged instanceof Throwable cause)) {
      return false;
    }
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (cause instanceof OutOfMemoryError && !(cause instanceof OutOfDirectMemoryError)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Ends the process without shutdown hooks, which would need memory. */
  private static void endProcess(byte[] lastWords) {
    try (var error = new FileOutputStream(FileDescriptor.err)) {
      error.write(lastWords);
    } catch (IOException | OutOfMemoryError unheard) {
      Runtime.getRuntime().halt(STATUS);
    }
    Runtime.getRuntime().halt(STATUS);
  }
}
