package com.ecommerce.user.server;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves until SIGTERM. */
final class ServeCommand {
  private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

  private ServeCommand() {}

  /** Serves until the process is told to stop; then stops in order and ends with status 0. */
  static void serve(ServerSettings settings) throws InterruptedException {
    var started = new CompletableFuture<UserServiceServer>();
    var patience = settings.databaseUrl().isPresent() ? Duration.ZERO : EmbeddedDatabase.MAX_START;
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started, patience), "shutdown"));
    try {
      started.complete(UserServiceServer.start(settings, System.out));
    } catch (RuntimeException | Error failed) {
      started.completeExceptionally(failed);
      throw failed;
    }
    new CountDownLatch(1).await();
  }

  /**
   * Stops what has started.
   *
   * @param patience how long a start that still runs is waited for: a database that it began to
   *     start would outlive the process
   */
  private static void stop(CompletableFuture<UserServiceServer> started, Duration patience) {
    try {
      started.get(patience.toMillis(), TimeUnit.MILLISECONDS).close();
    } catch (ExecutionException | TimeoutException neverStarted) {
      log.debug("Nothing is left to stop", neverStarted);
      return;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return;
    }
    // A JVM that a signal ends reports the signal; an orderly stop is a success.
    Runtime.getRuntime().halt(0);
  }
}
