package com.ecommerce.user.core.internal.concurrent;

import com.ecommerce.user.core.internal.log.RateLimitedLogger;
import com.ecommerce.user.core.request.ClientNetwork;
import com.ecommerce.user.core.request.TrustedProxies;
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
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections, in total and by client network. When a limit is reached, a new connection
 * replaces the one that has been idle the longest, so that idle connections keep nobody out. If all
 * are in use, it replaces one of the network that has the most, provided that its own network has
 * clearly fewer, so that a few busy networks keep nobody else out. Otherwise the new one is
 * refused. Thread-safe.
 *
 * @param <C> the connections
 * @param <S> what the connections of one network share
 */
public final class ConnectionTable<C extends ConnectionTable.Connection, S> {
  private static final Logger log = LoggerFactory.getLogger(ConnectionTable.class);

  /**
   * The minimum idle time before a connection is replaced, since new connections are about to make
   * a call.
   */
  private static final Duration MIN_IDLE = Duration.ofSeconds(5);

  private static final Duration ANY_TIME = Duration.ofNanos(-1);

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private static final int HEAP_PER_CONNECTION = 128 * 1024;
  private static final int MIN_CONNECTIONS = 1_000;
  private static final int MAX_CONNECTIONS = 20_000;

  private final String transport;
  private final int most;
  private final int mostPerNetwork;
  private final TrustedProxies proxies;
  private final Supplier<S> shared;
  private final LongSupplier nanoTime;
  private final RateLimitedLogger line;
  private final Map<String, Network<C, S>> networks = new HashMap<>();
  private final Set<C> all = new LinkedHashSet<>();

  /**
   * @param transport the name of the transport in the log
   * @param most the maximum number of connections
   * @param mostPerNetwork the maximum number of connections of one network
   * @param proxies the proxies whose connections only count towards the total
   * @param shared creates what the connections of a network share
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public ConnectionTable(
      String transport,
      int most,
      int mostPerNetwork,
      TrustedProxies proxies,
      Supplier<S> shared,
      LongSupplier nanoTime) {
    this.transport = transport;
    this.most = most;
    this.mostPerNetwork = mostPerNetwork;
    this.proxies = proxies;
    this.shared = shared;
    this.nanoTime = nanoTime;
    this.line = new RateLimitedLogger(BETWEEN_LINES, nanoTime);
  }

  /** Returns one connection for each 128 KiB of heap, between 1,000 and 20,000. */
  public static int presetMost() {
    long fitting = Runtime.getRuntime().maxMemory() / HEAP_PER_CONNECTION;
    return (int) Math.max(MIN_CONNECTIONS, Math.min(MAX_CONNECTIONS, fitting));
  }

  /** Returns a quarter of all connections. */
  public static int presetPerNetwork(int most) {
    return Math.max(1, most / 4);
  }

  /** Returns an eighth of the heap, for requests that are not answered yet. */
  public static long presetRequestBytes() {
    return Runtime.getRuntime().maxMemory() / 8;
  }

  /** A connection in the table. */
  public interface Connection {
    /** Returns the client network; empty if the connection only counts towards the total. */
    Optional<String> network();

    /** Returns how long the connection has been idle, without a call or ping. Thread-safe. */
    long idleNanos(long now);

    /** Ends the connection, unless it has a call by now. Its client reconnects. Thread-safe. */
    void sendAway();

    /** Ends the connection even if it has calls. Thread-safe. */
    void displace();
  }

  private record Network<C, S>(Set<C> connections, S shared) {}

  /**
   * Returns the network under which a peer is counted; empty if it only counts towards the total.
   */
  public Optional<String> networkOf(SocketAddress peer) {
    return peer instanceof InetSocketAddress known && !proxies.contains(known.getAddress())
        ? Optional.of(ClientNetwork.of(known.getAddress()))
        : Optional.empty();
  }

  /**
   * Adds a connection, if a limit does not prevent it.
   *
   * @return whether the connection was added
   */
  public boolean admit(C connection) {
    Optional<C> idle = Optional.empty();
    Optional<C> displaced = Optional.empty();
    var network = connection.network();
    boolean admitted;
    synchronized (this) {
      var ofNetwork = network.map(this::network);
      boolean networkIsFull =
          ofNetwork.isPresent() && ofNetwork.get().connections().size() >= mostPerNetwork;
      if (networkIsFull) {
        idle = longestIdle(ofNetwork.get().connections(), MIN_IDLE);
      } else if (all.size() >= most) {
        idle = longestIdle(all, MIN_IDLE);
        if (idle.isEmpty()) {
          displaced = surplus(ofNetwork.map(known -> known.connections().size()).orElse(0));
        }
      }
      admitted = idle.isPresent() || displaced.isPresent() || (!networkIsFull && all.size() < most);
      idle.ifPresent(this::forget);
      displaced.ifPresent(this::forget);
      if (admitted) {
        all.add(connection);
        network.ifPresent(name -> network(name).connections().add(connection));
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

  private Network<C, S> network(String name) {
    return networks.computeIfAbsent(
        name, unknown -> new Network<>(new LinkedHashSet<>(), shared.get()));
  }

  /** Returns what the connections of a network in the table share. */
  public synchronized S shared(String network) {
    return network(network).shared();
  }

  /**
   * Chooses a connection of the network that has the most.
   *
   * @param own the number of connections of the new one's network
   * @return empty if the other network would then have fewer than the new one's
   */
  private Optional<C> surplus(int own) {
    return networks.values().stream()
        .max(Comparator.comparingInt(network -> network.connections().size()))
        .filter(largest -> largest.connections().size() > own + 1)
        .flatMap(largest -> longestIdle(largest.connections(), ANY_TIME));
  }

  private Optional<C> longestIdle(Collection<C> connections, Duration atLeast) {
    long now = nanoTime.getAsLong();
    C found = null;
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
  public synchronized void forget(C connection) {
    if (!all.remove(connection)) {
      return;
    }
    connection
        .network()
        .ifPresent(
            name -> {
              networks.get(name).connections().remove(connection);
              forgetIfUnused(name);
            });
  }

  private void forgetIfUnused(String name) {
    var network = networks.get(name);
    if (network.connections().isEmpty()) {
      networks.remove(name);
    }
  }

  private void logLimit(boolean admitted) {
    line.due()
        .ifPresent(
            more ->
                log.warn(
                    "The limit of {} connections is reached ({} in all, {} of one network): {};"
                        + " {} more since the last such line",
                    transport,
                    most,
                    mostPerNetwork,
                    admitted ? "another one was closed for a new one" : "a new one was refused",
                    more));
  }

  /** Returns the number of connections. */
  public synchronized int size() {
    return all.size();
  }
}
