package com.ecommerce.user.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes gRPC calls over plaintext HTTP/2 on one thread. It does as little work as possible, since
 * it shares the processors with the server that it measures. Unlike h2load, it sends a different
 * message with each call and checks every answer.
 */
public final class LoadClient {
  /** The time that calls in flight may take to end after the measurement. */
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(30);

  private final InetSocketAddress server;

  public LoadClient(int port) {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /**
   * Applies the load, and returns its measurements.
   *
   * @throws IllegalStateException when an answer is wrong or a call fails
   */
  public Sample run(Workload workload, Load load) {
    try (Selector selector = Selector.open()) {
      List<LoadConnection> connections = new ArrayList<>();
      try {
        for (int i = 0; i < load.connections(); i++) {
          connections.add(new LoadConnection(server, selector, workload, load.streams()));
        }
        return run(selector, connections, load);
      } finally {
        for (LoadConnection connection : connections) {
          connection.close();
        }
      }
    } catch (IOException failed) {
      throw new IllegalStateException(workload.method() + " on " + server + ": " + failed, failed);
    }
  }

  private static Sample run(Selector selector, List<LoadConnection> connections, Load load)
      throws IOException {
    var pace = new Pace(load, connections);
    long start = System.nanoTime();
    long counted = start + load.warmUp().toNanos();
    pace.begin(start);
    drive(selector, pace, counted);
    var latencies = new Latencies();
    long measuredFrom = System.nanoTime();
    connections.forEach(connection -> connection.count(latencies));
    drive(selector, pace, measuredFrom + load.measured().toNanos());
    double seconds = (System.nanoTime() - measuredFrom) / 1e9;
    connections.forEach(connection -> connection.finish());
    long lastMoment = System.nanoTime() + TIMEOUT;
    while (connections.stream().anyMatch(LoadConnection::isBusy)) {
      if (System.nanoTime() > lastMoment) {
        throw new IllegalStateException("calls are still not answered 30 s after the measurement");
      }
      exchange(selector, 100);
    }
    return Sample.of(latencies, seconds);
  }

  private static void drive(Selector selector, Pace pace, long end) throws IOException {
    for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
      long next = Math.min(end, pace.startDue(now));
      exchange(selector, Math.max(1, TimeUnit.NANOSECONDS.toMillis(next - now)));
    }
  }

  private static void exchange(Selector selector, long milliseconds) throws IOException {
    selector.select(
        key -> {
          var connection = (LoadConnection) key.attachment();
          try {
            connection.exchange();
          } catch (IOException failed) {
            throw new IllegalStateException("the connection broke: " + failed, failed);
          }
        },
        milliseconds);
  }

  /**
   * Decides when calls start: all at once and then one for each that ends, or at even intervals.
   */
  private static final class Pace {
    private final List<LoadConnection> connections;
    private final Load load;
    private final long interval;
    private long due = Long.MAX_VALUE;
    private int turn;

    Pace(Load load, List<LoadConnection> connections) {
      this.load = load;
      this.connections = connections;
      this.interval = load.perSecond() == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / load.perSecond();
    }

    void begin(long now) throws IOException {
      if (load.perSecond() > 0) {
        due = now;
        return;
      }
      for (LoadConnection connection : connections) {
        connection.keepBusy();
      }
    }

    /**
     * Starts the calls that are due, and returns the time of the next one. If all slots are in use,
     * a call waits for an answer.
     */
    long startDue(long now) throws IOException {
      while (due <= now) {
        if (connections.get(turn % connections.size()).isFull()) {
          return Long.MAX_VALUE;
        }
        connections.get(turn++ % connections.size()).start(due);
        due += interval;
      }
      return due;
    }
  }
}
