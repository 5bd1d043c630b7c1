package com.ecommerce.user.torture;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Opens calls on one connection, and sends nothing more. */
final class OpenStreamsFlood implements Attack {
  private static final int STREAMS = 250_000;
  private static final long SECONDS = 20;

  @Override
  public String description() {
    return "250,000 calls without a message on one connection";
  }

  @Override
  public void run(Target target, Tally tally) throws IOException, InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    try (var connection = RawConnection.open(target.grpc(), (stream, what) -> tally.add(what))) {
      for (int i = 0; i < STREAMS && System.nanoTime() < until; i++) {
        connection.call(2 * i + 1, "user.v1.UserService/GetUser");
        if (i % 100 == 0) {
          connection.flush();
        }
        tally.add("opened");
      }
      connection.flush();
      connection.awaitClosed(5);
    }
  }
}
