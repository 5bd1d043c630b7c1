package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.internal.batch.BatchLoader;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.ServiceClient;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Checks whether service clients exist. A result is cached for {@link #MAX_AGE}, but only if the
 * client exists, so that new clients can call immediately. The cache follows no events: there are
 * few clients, and one query in two seconds for each is cheap. Thread-safe.
 */
public final class ClientCache {
  /**
   * The lifetime of a cached result, for which the tokens of a deleted client may still be
   * accepted.
   */
  static final Duration MAX_AGE = Duration.ofSeconds(2);

  private static final int MAX_ENTRIES = 10_000;
  private static final int CONCURRENCY = 1;
  private static final int MAX_BATCH = 100;

  private final Database database;
  private final LongSupplier nanoTime;
  private final BatchLoader<UUID, Optional<ServiceClient>> loader;
  private final Cache<UUID, Checked> cache;

  /**
   * @param readAt the start of the query, in nanoseconds
   */
  private record Checked(Caller.Service caller, long readAt) {}

  /**
   * Creates an empty cache.
   *
   * @param readers run the queries
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public ClientCache(Database database, Executor readers, LongSupplier nanoTime) {
    this.database = database;
    this.nanoTime = nanoTime;
    loader =
        new BatchLoader<>(
            BatchLoader.reading(this::loadAll), readers, readers, CONCURRENCY, MAX_BATCH);
    cache = Caffeine.newBuilder().maximumSize(MAX_ENTRIES).executor(Runnable::run).build();
  }

  /** Returns the client as a caller if it is cached; null if the database must be queried. */
  Caller.Service known(UUID client) {
    var checked = cache.getIfPresent(client);
    return checked != null && nanoTime.getAsLong() - checked.readAt() < MAX_AGE.toNanos()
        ? checked.caller()
        : null;
  }

  /** Queries the database, together with concurrent calls. Never blocks. */
  CompletionStage<Optional<Caller.Service>> findAsync(RequestContext call, UUID client) {
    return loader
        .load(RequestContext.system().observedBy(call.observer()), client)
        .thenApply(found -> found.map(ClientCache::caller));
  }

  /** Does the same as {@link #findAsync} in the calling thread. */
  Optional<Caller.Service> find(UUID client) {
    return Optional.ofNullable(loadAll(RequestContext.system(), Set.of(client)).get(client))
        .map(ClientCache::caller);
  }

  private static Caller.Service caller(ServiceClient client) {
    return new Caller.Service(client.name());
  }

  private Map<UUID, ServiceClient> loadAll(RequestContext call, Set<UUID> clients) {
    long readAt = nanoTime.getAsLong();
    var found =
        database
            .read(
                call, handle -> new ServiceClientDao(handle).findAll(clients.toArray(UUID[]::new)))
            .stream()
            .collect(Collectors.toMap(ServiceClient::id, Function.identity()));
    found.forEach((id, client) -> cache.put(id, new Checked(caller(client), readAt)));
    return found;
  }

  /** Removes the client from the cache when the transaction has ended. */
  void forgetAtEnd(Handle tx, UUID client) {
    tx.addCleanable(() -> cache.invalidate(client));
  }
}
