package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.CloseStack;
import com.ecommerce.user.server.UserServiceServer;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.database.EmbeddedDatabase;
import com.ecommerce.user.server.log.LogSetup;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves until SIGTERM or SIGINT. */
final class ServeCommand {
  private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

  /**
   * The time that a stop waits for a start in progress, so that calls that were accepted are
   * answered. A start that waits for a database has accepted none.
   */
  private static final Duration START_TIMEOUT = Duration.ofSeconds(2);

  private ServeCommand() {}

  /**
   * Serves until the process is told to stop; then stops in order and ends with status 0.
   *
   * @throws StartupException if the server cannot start, or its embedded database cannot be
   *     restarted
   */
  static void serve(ServerSettings settings) throws InterruptedException {
    var opened = new CloseStack();
    var started = new CompletableFuture<UserServiceServer>();
    var timeout = settings.databaseUrl().isPresent() ? START_TIMEOUT : EmbeddedDatabase.MAX_START;
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(settings, opened, started, timeout), "shutdown"));
    UserServiceServer server;
    try {
      server = UserServiceServer.start(settings, System.out, opened);
    } catch (RuntimeException | Error failed) {
      started.completeExceptionally(failed);
      throw failed;
    }
    started.complete(server);
    throw server.awaitFailure();
  }

  /**
   * Stops what has started, and cancels a start in progress.
   *
   * @param timeout the maximum time to wait for the end of such a start; a database that it is
   *     starting would outlive the process
   */
  private static void stop(
      ServerSettings settings,
      CloseStack opened,
      CompletableFuture<UserServiceServer> started,
      Duration timeout) {
    if (started.isCompletedExceptionally()) {
      // The process ends because the start failed, which was reported.
      return;
    }
    long begin = System.nanoTime();
    opened.cancel();
    log.info(
        "User Service is stopping; running calls have {} s to finish",
        settings.connections().shutdownGrace().toSeconds());
    LogSetup.muteLibraries();
    boolean hasFailed = false;
    try {
      var server = started.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      hasFailed = server.hasFailed();
      server.close();
    } catch (ExecutionException | TimeoutException cancelled) {
      log.debug("The start was cancelled", cancelled);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return;
    }
    log.info(
        "User Service stopped after {} s",
        String.format(Locale.ROOT, "%.1f", (System.nanoTime() - begin) / 1e9));
    if (hasFailed) {
      // The process ends by itself, with the status of a failure.
      return;
    }
    // A JVM that a signal ends reports the signal; an orderly stop is a success.
    Runtime.getRuntime().halt(0);
  }
}
