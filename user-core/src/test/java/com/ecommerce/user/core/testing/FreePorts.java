package com.ecommerce.user.core.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers whose port must be known before they start, or after they have stopped. Systems
 * take the ports of outgoing connections, and those of servers on port 0, from 32768 on (Linux) or
 * from 49152 on (RFC 6335), so that nothing takes these meanwhile. Thread-safe.
 */
public final class FreePorts {
  private static final int FIRST = 10_000;
  private static final int COUNT = 20_000;

  /** JVMs that test at the same time begin at different ports. */
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

  private FreePorts() {}

  /** Returns a port on which nothing listens, and which was not returned before. */
  public static int next() {
    for (int i = 0; i < COUNT; i++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      try (var free = new ServerSocket(port)) {
        return free.getLocalPort();
      } catch (IOException taken) {
        // The next port is tried.
      }
    }
    throw new IllegalStateException("there is no free port");
  }
}
