package com.ecommerce.user.server;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(name = "serve", description = "Serves until SIGTERM. The default.")
final class ServeCommand implements Callable<Integer> {
  @ParentCommand private Main main;

  @Override
  public Integer call() throws InterruptedException {
    return serve(main.settings());
  }

  /** Serves until the process is told to stop; then stops in order and ends with status 0. */
  static int serve(ServerSettings settings) throws InterruptedException {
    var server = UserServiceServer.start(settings, System.out);
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
