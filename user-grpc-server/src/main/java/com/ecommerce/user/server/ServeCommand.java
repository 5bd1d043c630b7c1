package com.ecommerce.user.server;

import java.util.concurrent.CountDownLatch;

/** Serves until the process is told to stop; then stops in order and ends with status 0. */
final class ServeCommand {
  private ServeCommand() {}

  static int run(Invocation invocation) throws InterruptedException {
    var server = UserServiceServer.start(invocation.settings(), invocation.out());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  // A JVM that a signal ends reports the signal; an orderly stop is a success.
                  Runtime.getRuntime().halt(0);
                },
                "shutdown"));
    new CountDownLatch(1).await();
    return 0;
  }
}
