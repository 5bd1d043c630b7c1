package com.ecommerce.user.server.transport;

import com.ecommerce.user.core.internal.log.RateLimitedLogger;
import com.ecommerce.user.core.request.ClientNetwork;
import com.ecommerce.user.core.request.TrustedProxies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections, in total and by client network. When a limit is reached, a new connection
 * replaces the one that has been idle the longest, so that idle connections keep nobody out. If all
 * are in use, it replaces one of the network that has the most, provided that its own network has
 * clearly fewer, so that a few busy networks keep nobody else out. Otherwise the new one is
 * refused. Thread-safe.
 */
final class ConnectionTable {
  private static final Logger log = LoggerFactory.getLogger(ConnectionTable.class);

  /**
   * The minimum idle time before a connection is replaced, since new connections are about to make
   * a call.
   */
  private static final Duration MIN_IDLE = Duration.ofSeconds(5);

  private static final Duration ANY_TIME = Duration.ofNanos(-1);

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  /** The divisor of the share of one network, which may hold half of the total bytes. */
  private static final int PARTS_OF_NETWORK = 2;

  private final TransportLimits limits;
  private final TrustedProxies proxies;
  private final LongSupplier nanoTime;
  private final ByteBudget requests;
  private final RateLimitedLogger line;
  private final Map<String, Network> networks = new HashMap<>();
  private final Set<Connection> all = new LinkedHashSet<>();

  /**
   * @param proxies the proxies whose connections only count towards the total
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  ConnectionTable(TransportLimits limits, TrustedProxies proxies, LongSupplier nanoTime) {
    this.limits = limits;
    this.proxies = proxies;
    this.nanoTime = nanoTime;
    this.requests = new ByteBudget(limits.requestBytes());
    this.line = new RateLimitedLogger(BETWEEN_LINES, nanoTime);
  }

  /** A connection in the table. */
  interface Connection {
    /** Returns the client network; empty if the connection only counts towards the total. */
    Optional<String> network();

    /** Returns how long the connection has been idle, without a call or ping. Thread-safe. */
    long idleNanos(long now);

    /** Ends the connection, unless it has a call by now. Its client reconnects. Thread-safe. */
    void sendAway();

    /** Ends the connection even if it has calls. Thread-safe. */
    void displace();
  }

  /** The connections of one client network. */
  private static final class Network {
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final ByteBudget requests;

    Network(ByteBudget requests) {
      this.requests = requests;
    }
  }

  /**
   * Returns the network under which a peer is counted; empty if it only counts towards the total.
   */
  Optional<String> networkOf(SocketAddress peer) {
    return peer instanceof InetSocketAddress known && !isTrusted(known.getAddress())
        ? Optional.of(ClientNetwork.of(known.getAddress()))
        : Optional.empty();
  }

  private boolean isTrusted(InetAddress address) {
    return proxies.contains(address);
  }

  /**
   * Adds a connection, if a limit does not prevent it.
   *
   * @return whether the connection was added
   */
  boolean admit(Connection connection) {
    Optional<Connection> idle = Optional.empty();
    Optional<Connection> displaced = Optional.empty();
    var network = connection.network();
    boolean admitted;
    synchronized (this) {
      var ofNetwork = network.map(this::network);
      boolean networkIsFull =
          ofNetwork.isPresent()
              && ofNetwork.get().connections.size() >= limits.maxConnectionsPerNetwork();
      if (networkIsFull) {
        idle = longestIdle(ofNetwork.get().connections, MIN_IDLE);
      } else if (all.size() >= limits.maxConnections()) {
        idle = longestIdle(all, MIN_IDLE);
        if (idle.isEmpty()) {
          displaced = surplus(ofNetwork.map(known -> known.connections.size()).orElse(0));
        }
      }
      admitted =
          idle.isPresent()
              || displaced.isPresent()
              || (!networkIsFull && all.size() < limits.maxConnections());
      idle.ifPresent(this::forget);
      displaced.ifPresent(this::forget);
      if (admitted) {
        all.add(connection);
        network.ifPresent(name -> network(name).connections.add(connection));
      } else {
        network.ifPresent(this::forgetIfUnused);
      }
    }
    idle.ifPresent(Connection::sendAway);
    displaced.ifPresent(Connection::displace);
    if (!admitted || idle.isPresent() || displaced.isPresent()) {
      logLimit(admitted);
    }
    return admitted;
  }

  private Network network(String name) {
    return networks.computeIfAbsent(
        name, unknown -> new Network(requests.part(limits.requestBytes() / PARTS_OF_NETWORK)));
  }

  /** Returns the budget for the requests of a connection in the table. */
  synchronized ByteBudget budget(Optional<String> network) {
    return network.map(name -> network(name).requests).orElse(requests);
  }

  /**
   * Chooses a connection of the network that has the most.
   *
   * @param own the number of connections of the new one's network
   * @return empty if the other network would then have fewer than the new one's
   */
  private Optional<Connection> surplus(int own) {
    return networks.values().stream()
        .max(Comparator.comparingInt(network -> network.connections.size()))
        .filter(largest -> largest.connections.size() > own + 1)
        .flatMap(largest -> longestIdle(largest.connections, ANY_TIME));
  }

  private Optional<Connection> longestIdle(Collection<Connection> connections, Duration atLeast) {
    long now = nanoTime.getAsLong();
    Connection found = null;
    long longest = atLeast.toNanos();
    for (var connection : connections) {
      long idle = connection.idleNanos(now);
      if (idle > longest) {
        longest = idle;
        found = connection;
      }
    }
    return Optional.ofNullable(found);
  }

  /** Removes a connection that has ended or is about to. */
  synchronized void forget(Connection connection) {
    if (!all.remove(connection)) {
      return;
    }
    connection
        .network()
        .ifPresent(
            name -> {
              networks.get(name).connections.remove(connection);
              forgetIfUnused(name);
            });
  }

  private void forgetIfUnused(String name) {
    var network = networks.get(name);
    if (network.connections.isEmpty()) {
      networks.remove(name);
    }
  }

  private void logLimit(boolean admitted) {
    line.due()
        .ifPresent(
            more ->
                log.warn(
                    "The limit of connections is reached ({} in all, {} of one network): {};"
                        + " {} more since the last such line",
                    limits.maxConnections(),
                    limits.maxConnectionsPerNetwork(),
                    admitted ? "another one was closed for a new one" : "a new one was refused",
                    more));
  }

  /** Returns the number of connections. */
  synchronized int size() {
    return all.size();
  }

  /** Returns the memory of all requests in bytes. */
  long requestBytes() {
    return requests.held();
  }
}
