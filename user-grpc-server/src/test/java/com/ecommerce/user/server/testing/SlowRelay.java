package com.ecommerce.user.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A local port that forwards to another one, and can delay its answers. */
public final class SlowRelay implements AutoCloseable {
  private static final int CHUNK = 8_192;

  private final int target;
  private final ServerSocket listener;
  private final ExecutorService readers = Executors.newCachedThreadPool();
  private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
  private volatile Duration delay = Duration.ZERO;

  public SlowRelay(int target) throws IOException {
    this(target, 0);
  }

  /**
   * @param port the port to listen on; 0 for a free one
   */
  public SlowRelay(int target, int port) throws IOException {
    this.target = target;
    listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    readers.execute(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Delays answers from now on. Their order does not change. */
  public void holdAnswersBack(Duration time) {
    delay = time;
  }

  private void accept() {
    try {
      while (true) {
        var client = listener.accept();
        var server = new Socket(InetAddress.getLoopbackAddress(), target);
        readers.execute(() -> pass(client, server, false));
        readers.execute(() -> pass(server, client, true));
      }
    } catch (IOException | RejectedExecutionException closed) {
      // The port was closed, so there are no more connections.
    }
  }

  private void pass(Socket from, Socket to, boolean isLate) {
    byte[] buffer = new byte[CHUNK];
    long due = System.nanoTime();
    try (from;
        to) {
      for (int count = from.getInputStream().read(buffer);
          count >= 0;
          count = from.getInputStream().read(buffer)) {
        byte[] bytes = Arrays.copyOf(buffer, count);
        if (!isLate) {
          write(to, bytes);
          continue;
        }
        long now = System.nanoTime();
        due = Math.max(due, now + delay.toNanos());
        writer.schedule(() -> write(to, bytes), due - now, TimeUnit.NANOSECONDS);
      }
    } catch (IOException | RejectedExecutionException closed) {
      // Both ends notice this when the sockets are closed.
    }
  }

  private static void write(Socket to, byte[] bytes) {
    try {
      to.getOutputStream().write(bytes);
    } catch (IOException closed) {
      // The thread that reads from the socket notices this.
    }
  }

  @Override
  public void close() {
    readers.shutdownNow();
    writer.shutdownNow();
    try {
      listener.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
