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
 * Ends the process at the first OutOfMemoryError that anything logs, at whatever level. After one,
 * a thread may be gone that nobody starts again, such as an event loop with all its connections; a
 * supervisor starts a new process. The JVM does the same with {@code -XX:+ExitOnOutOfMemoryError},
 * which a jar cannot set for itself; libraries catch the error, but all of them log it.
 *
 * <p>Netty's own limit of direct memory is no reason: who asks for more of it fails alone, and
 * nothing is lost.
 */
public final class OutOfMemoryExit extends TurboFilter {
  /** The exit status that the JVM has for it. */
  public static final int STATUS = 3;

  private static final int MAX_CAUSES = 20;

  /** Made while there is memory. */
  private static final byte[] LAST_WORDS =
      ("The process is out of memory and ends with status " + STATUS + ", to be started anew\n")
          .getBytes(StandardCharsets.UTF_8);

  private final Runnable exit;

  OutOfMemoryExit() {
    this(OutOfMemoryExit::endProcess);
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
    if (!(logged instanceof Throwable)) {
      return false;
    }
    var cause = (Throwable) logged;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (cause instanceof OutOfMemoryError && !(cause instanceof OutOfDirectMemoryError)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Shutdown hooks would need memory. */
  private static void endProcess() {
    try (var error = new FileOutputStream(FileDescriptor.err)) {
      error.write(LAST_WORDS);
    } catch (IOException | OutOfMemoryError unheard) {
      Runtime.getRuntime().halt(STATUS);
    }
    Runtime.getRuntime().halt(STATUS);
  }
}
