package com.ecommerce.user.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that is done if the process is told to stop before this is closed. */
final class ShutdownWork implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ShutdownWork.class);

  private final Thread thread;

  ShutdownWork(Runnable work) {
    thread = new Thread(work, "shutdown");
    Runtime.getRuntime().addShutdownHook(thread);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException stopping) {
      log.debug("The process already stops", stopping);
    }
  }
}
