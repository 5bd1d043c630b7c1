package com.ecommerce.user.server.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that runs if the process is told to stop before this is closed. */
public final class ShutdownWork implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ShutdownWork.class);

  /** The maximum delay of a signal after it has reached another process. */
  private static final Duration MAX_SIGNAL_DELAY = Duration.ofMillis(500);

  private static final int POLL_MILLIS = 10;

  private final Thread thread;

  public ShutdownWork(Runnable work) {
    thread = new Thread(work, "shutdown");
    Runtime.getRuntime().addShutdownHook(thread);
  }

  /** Returns whether the process was told to stop. */
  public static boolean isUnderWay() {
    var none = new Thread(() -> {}, "none");
    try {
      Runtime.getRuntime().addShutdownHook(none);
      Runtime.getRuntime().removeShutdownHook(none);
      return false;
    } catch (IllegalStateException stopping) {
      return true;
    }
  }

  /**
   * Returns whether the process was told to stop, or is within half a second. Ctrl-C also reaches
   * the child processes, and this one may notice their end before its own signal.
   */
  public static boolean isSoonUnderWay() throws InterruptedException {
    long deadline = System.nanoTime() + MAX_SIGNAL_DELAY.toNanos();
    while (!isUnderWay()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return true;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException stopping) {
      log.debug("The process is already stopping", stopping);
    }
  }
}
