package com.ecommerce.user.server.transport;

import com.ecommerce.user.core.call.ClientNetwork;
import com.ecommerce.user.core.call.TrustedProxies;
import com.ecommerce.user.core.internal.RareLine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections, in all and by client network. When a limit is reached, a new connection
 * takes the place of the one that has done nothing for the longest time, so that connections that
 * do nothing keep nobody out; when all are in use the new one is refused. Thread-safe.
 */
final class ConnectionTable {
  private static final Logger log = LoggerFactory.getLogger(ConnectionTable.class);

  /** A connection that just began is about to call. */
  private static final Duration MIN_IDLE = Duration.ofSeconds(5);

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  /** A network may hold half of what all may. */
  private static final int PARTS_OF_NETWORK = 2;

  private final TransportLimits limits;
  private final TrustedProxies proxies;
  private final LongSupplier nanoTime;
  private final ByteBudget requests;
  private final RareLine line;
  private final Map<String, Network> networks = new HashMap<>();
  private final Set<Connection> all = new LinkedHashSet<>();

  /**
   * @param proxies whose connections count in all only
   * @param nanoTime as {@link System#nanoTime}
   */
  ConnectionTable(TransportLimits limits, TrustedProxies proxies, LongSupplier nanoTime) {
    this.limits = limits;
    this.proxies = proxies;
    this.nanoTime = nanoTime;
    this.requests = new ByteBudget(limits.requestBytes());
    this.line = new RareLine(BETWEEN_LINES, nanoTime);
  }

  /** What the table knows of a connection. */
  interface Connection {
    /** Its client network; empty for one that counts in all only. */
    Optional<String> network();

    /** How long it has done nothing: has neither had a call nor pinged. Thread-safe. */
    long idleNanos(long now);

    /** Ends it, unless it has a call by now; its client connects anew. Thread-safe. */
    void sendAway();
  }

  /** The connections of one client network. */
  private static final class Network {
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final ByteBudget requests;

    Network(ByteBudget requests) {
      this.requests = requests;
    }
  }

  /** The name under which a peer is counted; empty for one that only counts in all. */
  Optional<String> networkOf(SocketAddress peer) {
    return peer instanceof InetSocketAddress known && !isTrusted(known.getAddress())
        ? Optional.of(ClientNetwork.of(known.getAddress()))
        : Optional.empty();
  }

  private boolean isTrusted(InetAddress address) {
    return proxies.contains(address);
  }

  /**
   * Takes a connection in.
   *
   * @return whether there is a place for it; one that has none is not in the table
   */
  boolean admit(Connection connection) {
    Optional<Connection> idle = Optional.empty();
    var network = connection.network();
    boolean admitted;
    synchronized (this) {
      var ofNetwork = network.map(this::network);
      boolean networkIsFull =
          ofNetwork.isPresent()
              && ofNetwork.get().connections.size() >= limits.maxConnectionsPerNetwork();
      if (networkIsFull) {
        idle = longestIdle(ofNetwork.get().connections);
      } else if (all.size() >= limits.maxConnections()) {
        idle = longestIdle(all);
      }
      admitted = idle.isPresent() || (!networkIsFull && all.size() < limits.maxConnections());
      idle.ifPresent(this::forget);
      if (admitted) {
        all.add(connection);
        network.ifPresent(name -> network(name).connections.add(connection));
      } else {
        network.ifPresent(this::forgetIfUnused);
      }
    }
    idle.ifPresent(Connection::sendAway);
    if (!admitted || idle.isPresent()) {
      tell(admitted);
    }
    return admitted;
  }

  private Network network(String name) {
    return networks.computeIfAbsent(
        name, unknown -> new Network(requests.part(limits.requestBytes() / PARTS_OF_NETWORK)));
  }

  /** The budget for the requests of a connection that was taken in. */
  synchronized ByteBudget budget(Optional<String> network) {
    return network.map(name -> network(name).requests).orElse(requests);
  }

  private Optional<Connection> longestIdle(Collection<Connection> connections) {
    long now = nanoTime.getAsLong();
    Connection found = null;
    long longest = MIN_IDLE.toNanos();
    for (var connection : connections) {
      long idle = connection.idleNanos(now);
      if (idle > longest) {
        longest = idle;
        found = connection;
      }
    }
    return Optional.ofNullable(found);
  }

  /** Lets a connection go that has ended or is about to. */
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

  private void tell(boolean admitted) {
    line.due()
        .ifPresent(
            more ->
                log.warn(
                    "The limit of connections is reached ({} in all, {} of one network): {};"
                        + " {} more since the last such line",
                    limits.maxConnections(),
                    limits.maxConnectionsPerNetwork(),
                    admitted ? "an idle one was closed for a new one" : "a new one was refused",
                    more));
  }

  /** How many there are. */
  synchronized int size() {
    return all.size();
  }

  /** What all requests hold now, in bytes. */
  long requestBytes() {
    return requests.held();
  }
}
