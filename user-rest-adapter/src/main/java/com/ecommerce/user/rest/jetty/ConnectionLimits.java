package com.ecommerce.user.rest.jetty;

import com.ecommerce.user.core.request.ClientNetwork;
import com.ecommerce.user.core.request.TrustedProxies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits connections, in total and by client network. At a limit, a new connection replaces the one
 * that has been idle the longest. If all are in use, it replaces one of the network that has the
 * most, provided that its own network has clearly fewer. Otherwise it is refused. Connections whose
 * requests are not completed in time are closed. Thread-safe.
 */
public final class ConnectionLimits {
  private static final Logger log = LoggerFactory.getLogger(ConnectionLimits.class);
  private static final long MIN_IDLE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long LINE_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  private final RestLimits limits;
  private final TrustedProxies proxies;
  private final LongSupplier nanoTime;
  private final Map<EndPoint, Known> connections = new LinkedHashMap<>();
  private final Map<String, Integer> networks = new HashMap<>();
  private long refused;
  private long nextLine;

  /** The activity of a connection at the last check. */
  private static final class Known {
    final Optional<String> network;
    long requests;
    long bytes;
    long idleSince;
    long unfinishedSince;

    Known(Optional<String> network, long now) {
      this.network = network;
      this.idleSince = now;
      this.unfinishedSince = now;
    }
  }

  /**
   * @param proxies the proxies whose connections only count towards the total
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public ConnectionLimits(RestLimits limits, TrustedProxies proxies, LongSupplier nanoTime) {
    this.limits = limits;
    this.proxies = proxies;
    this.nanoTime = nanoTime;
    this.nextLine = nanoTime.getAsLong();
  }

  /**
   * Adds a connection, if a limit does not prevent it.
   *
   * @return whether the connection was added
   */
  boolean admit(EndPoint connection) {
    var network = networkOf(connection.getRemoteSocketAddress());
    Optional<EndPoint> idle = Optional.empty();
    boolean isAdmitted;
    synchronized (this) {
      boolean isNetworkFull =
          network.isPresent()
              && networks.getOrDefault(network.get(), 0) >= limits.connectionsPerNetwork();
      boolean isFull = connections.size() >= limits.connections();
      if (isNetworkFull || isFull) {
        idle = longestIdle(isNetworkFull ? network : Optional.empty(), MIN_IDLE_NANOS);
        if (idle.isEmpty() && !isNetworkFull) {
          idle = surplus(network.map(name -> networks.getOrDefault(name, 0)).orElse(0));
        }
        idle.ifPresent(this::forget);
        logLimit();
      }
      isAdmitted = idle.isPresent() || !(isNetworkFull || isFull);
      if (isAdmitted) {
        connections.put(connection, new Known(network, nanoTime.getAsLong()));
        network.ifPresent(name -> networks.merge(name, 1, Integer::sum));
      }
    }
    idle.ifPresent(EndPoint::close);
    return isAdmitted;
  }

  private Optional<String> networkOf(SocketAddress peer) {
    if (peer instanceof InetSocketAddress known) {
      InetAddress address = known.getAddress();
      return proxies.contains(address) ? Optional.empty() : Optional.of(ClientNetwork.of(address));
    }
    return Optional.empty();
  }

  /**
   * Chooses a connection of the network that has the most.
   *
   * @param own the number of connections of the new one's network
   * @return empty if the other network would then have fewer than the new one's
   */
  private Optional<EndPoint> surplus(int own) {
    return networks.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .filter(largest -> largest.getValue() > own + 1)
        .flatMap(largest -> longestIdle(Optional.of(largest.getKey()), 0));
  }

  private Optional<EndPoint> longestIdle(Optional<String> network, long atLeast) {
    long now = nanoTime.getAsLong();
    EndPoint found = null;
    long longest = atLeast;
    for (var entry : connections.entrySet()) {
      var known = entry.getValue();
      update(entry.getKey(), known, now);
      boolean isCandidate = network.isEmpty() || known.network.equals(network);
      if (isCandidate && now - known.idleSince >= longest) {
        longest = now - known.idleSince;
        found = entry.getKey();
      }
    }
    return Optional.ofNullable(found);
  }

  private void logLimit() {
    refused++;
    long now = nanoTime.getAsLong();
    if (now - nextLine >= 0) {
      log.warn(
          "The limit of REST connections is reached ({} in all, {} of one network); {} new ones were"
              + " refused, or took the place of another one, since the last such line",
          limits.connections(),
          limits.connectionsPerNetwork(),
          refused);
      refused = 0;
      nextLine = now + LINE_PAUSE_NANOS;
    }
  }

  /** Removes a connection that has ended. */
  synchronized void forget(EndPoint connection) {
    var known = connections.remove(connection);
    if (known != null) {
      known.network.ifPresent(
          name -> networks.computeIfPresent(name, (same, count) -> count == 1 ? null : count - 1));
    }
  }

  /** Returns the number of connections. */
  public synchronized int size() {
    return connections.size();
  }

  /**
   * Closes connections whose request has begun but was not completed in time, for example because
   * the client sends its headers byte by byte. Must be called every few seconds.
   */
  public void closeUnfinished() {
    long now = nanoTime.getAsLong();
    Map<EndPoint, Known> late = new HashMap<>();
    synchronized (this) {
      connections.forEach(
          (connection, known) -> {
            update(connection, known, now);
            if (now - known.unfinishedSince >= limits.bodyTime().toNanos()) {
              late.put(connection, known);
            }
          });
      late.keySet().forEach(this::forget);
    }
    late.keySet().forEach(EndPoint::close);
  }

  private static void update(EndPoint connection, Known known, long now) {
    boolean isAnswering = false;
    var http = http(connection.getConnection());
    if (http != null) {
      long requests = http.getMessagesIn();
      isAnswering = requests != known.requests || requests > http.getMessagesOut();
      known.requests = requests;
    }
    if (isAnswering) {
      known.idleSince = now;
    }
    long bytes = bytes(connection);
    if (isAnswering || bytes == known.bytes) {
      // No unfinished request was seen.
      known.bytes = bytes;
      known.unfinishedSince = now;
    }
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
