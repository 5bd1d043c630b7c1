package com.ecommerce.user.rest.jetty;

import com.ecommerce.user.core.internal.concurrent.ConnectionTable;
import com.ecommerce.user.core.request.TrustedProxies;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;

/**
 * Limits connections by a {@link ConnectionTable}, and closes those whose requests are not
 * completed in time. Thread-safe.
 */
public final class ConnectionLimits {
  private final Duration bodyTime;
  private final LongSupplier nanoTime;
  private final ConnectionTable<Known, String> table;
  private final Map<EndPoint, Known> connections = new ConcurrentHashMap<>();

  /** A connection, with its activity at the last check. */
  private static final class Known implements ConnectionTable.Connection {
    private final EndPoint endPoint;
    private final Optional<String> network;
    private long requests;
    private long bytes;
    private long idleSince;
    private long unfinishedSince;

    Known(EndPoint endPoint, Optional<String> network, long now) {
      this.endPoint = endPoint;
      this.network = network;
      this.idleSince = now;
      this.unfinishedSince = now;
    }

    @Override
    public Optional<String> network() {
      return network;
    }

    @Override
    public synchronized long idleNanos(long now) {
      update(now);
      return now - idleSince;
    }

    synchronized long unfinishedNanos(long now) {
      update(now);
      return now - unfinishedSince;
    }

    private void update(long now) {
      boolean isAnswering = false;
      var http = http(endPoint.getConnection());
      if (http != null) {
        long received = http.getMessagesIn();
        isAnswering = received != requests || received > http.getMessagesOut();
        requests = received;
      }
      if (isAnswering) {
        idleSince = now;
      }
      long received = bytes(endPoint);
      if (isAnswering || received == bytes) {
        // No unfinished request was seen.
        bytes = received;
        unfinishedSince = now;
      }
    }

    @Override
    public void sendAway() {
      endPoint.close();
    }

    @Override
    public void displace() {
      endPoint.close();
    }
  }

  /**
   * @param proxies the proxies whose connections only count towards the total
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public ConnectionLimits(RestLimits limits, TrustedProxies proxies, LongSupplier nanoTime) {
    this.bodyTime = limits.bodyTime();
    this.nanoTime = nanoTime;
    this.table =
        new ConnectionTable<>(
            "REST",
            limits.connections(),
            limits.connectionsPerNetwork(),
            proxies,
            () -> "",
            nanoTime);
  }

  /**
   * Adds a connection, if a limit does not prevent it.
   *
   * @return whether the connection was added
   */
  boolean admit(EndPoint connection) {
    var network = table.networkOf(connection.getRemoteSocketAddress());
    var known = new Known(connection, network, nanoTime.getAsLong());
    connections.put(connection, known);
    if (table.admit(known)) {
      return true;
    }
    connections.remove(connection);
    return false;
  }

  /** Removes a connection that has ended. */
  void forget(EndPoint connection) {
    var known = connections.remove(connection);
    if (known != null) {
      table.forget(known);
    }
  }

  /** Returns the number of connections. */
  public int size() {
    return table.size();
  }

  /**
   * Closes connections whose request has begun but was not completed in time, for example because
   * the client sends its headers byte by byte. Must be called every few seconds.
   */
  public void closeUnfinished() {
    long now = nanoTime.getAsLong();
    connections.forEach(
        (connection, known) -> {
          if (known.unfinishedNanos(now) >= bodyTime.toNanos()) {
            forget(connection);
            connection.close();
          }
        });
  }

  private static Connection http(Connection connection) {
    return connection instanceof SslConnection tls
        ? tls.getSslEndPoint().getConnection()
        : connection;
  }

  private static long bytes(EndPoint connection) {
    var first = connection.getConnection();
    return first == null ? 0 : first.getBytesIn();
  }
}
