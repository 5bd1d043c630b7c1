package com.ecommerce.user.server.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A local port that forwards to another one, and can turn into a black hole: connections stay open
 * and new ones are accepted, but no byte arrives. Connections that lost bytes do not recover.
 */
public final class RelayedPort implements AutoCloseable {
  private static final int CHUNK = 8_192;

  private final int target;
  private final ServerSocket listener;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            var thread = new Thread(work, "relay");
            thread.setDaemon(true);
            return thread;
          });
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger swallowing = new AtomicInteger();
  private volatile boolean isSwallowing;

  public RelayedPort(int target) throws IOException {
    this.target = target;
    listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Discards all bytes from now on, on every connection. */
  public void discard() {
    swallowing.incrementAndGet();
    isSwallowing = true;
  }

  /** Forwards new connections again; earlier ones do not recover. */
  public void forward() {
    isSwallowing = false;
  }

  private void accept() {
    try {
      while (true) {
        var client = listener.accept();
        sockets.add(client);
        int generation = swallowing.get();
        if (isSwallowing) {
          threads.execute(() -> pass(client, null, generation - 1));
          continue;
        }
        connect(client, generation);
      }
    } catch (IOException | RejectedExecutionException closed) {
      // The port was closed, so there are no more connections.
    }
  }

  private void connect(Socket client, int generation) {
    try {
      var server = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(server);
      threads.execute(() -> pass(client, server, generation));
      threads.execute(() -> pass(server, client, generation));
    } catch (IOException nobodyListens) {
      closeQuietly(client);
    }
  }

  /**
   * @param generation the number of calls of {@link #discard} before the connection began
   */
  private void pass(Socket from, Socket to, int generation) {
    byte[] buffer = new byte[CHUNK];
    try (from) {
      for (int count = from.getInputStream().read(buffer);
          count >= 0;
          count = from.getInputStream().read(buffer)) {
        if (generation == swallowing.get()) {
          to.getOutputStream().write(buffer, 0, count);
        }
      }
    } catch (IOException closed) {
      // The other end must also notice the end.
    }
    sockets.remove(from);
    if (to != null) {
      closeQuietly(to);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException failed) {
      // The socket is no longer needed.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    sockets.forEach(RelayedPort::closeQuietly);
    threads.shutdownNow();
  }
}
