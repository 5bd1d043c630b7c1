package com.ecommerce.user.core.session;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.internal.Daos;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.internal.Gatherer;
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
 * Tells whether service clients exist, from memory for {@link #MAX_AGE} after each look at the
 * database, and only that they do: a client that does not exist yet may exist a moment later. Needs
 * no events, since there are few clients, and one query in two seconds for each costs nothing.
 * Thread-safe.
 */
final class ClientChecks {
  /** How long an answer serves: so much longer than the client itself do its tokens live. */
  static final Duration MAX_AGE = Duration.ofSeconds(2);

  private static final int MAX_ENTRIES = 10_000;
  private static final int LANES = 1;
  private static final int MAX_BATCH = 100;

  private final Database database;
  private final LongSupplier nanoTime;
  private final Gatherer<UUID, Optional<ServiceClient>> gatherer;
  private final Cache<UUID, Checked> cache;

  /**
   * @param readAt when the query began, in nanoseconds
   */
  private record Checked(Caller.Service caller, long readAt) {}

  /**
   * @param readers run the queries
   * @param nanoTime as {@link System#nanoTime}
   */
  ClientChecks(Database database, Executor readers, LongSupplier nanoTime) {
    this.database = database;
    this.nanoTime = nanoTime;
    gatherer = new Gatherer<>(Gatherer.reading(this::loadAll), readers, readers, LANES, MAX_BATCH);
    cache = Caffeine.newBuilder().maximumSize(MAX_ENTRIES).executor(Runnable::run).build();
  }

  /** The client as a caller, if memory has it; null if the database has to be asked. */
  Caller.Service known(UUID client) {
    var checked = cache.getIfPresent(client);
    return checked != null && nanoTime.getAsLong() - checked.readAt() < MAX_AGE.toNanos()
        ? checked.caller()
        : null;
  }

  /** Asks the database, in company. Never blocks. */
  CompletionStage<Optional<Caller.Service>> findAsync(Call call, UUID client) {
    return gatherer
        .ask(Call.system().observedBy(call.observer()), client)
        .thenApply(found -> found.map(ClientChecks::caller));
  }

  /** As {@link #findAsync}, in the calling thread. */
  Optional<Caller.Service> find(UUID client) {
    return Optional.ofNullable(loadAll(Call.system(), Set.of(client)).get(client))
        .map(ClientChecks::caller);
  }

  private static Caller.Service caller(ServiceClient client) {
    return new Caller.Service(client.name());
  }

  private Map<UUID, ServiceClient> loadAll(Call call, Set<UUID> clients) {
    long readAt = nanoTime.getAsLong();
    var found =
        database
            .read(
                call,
                handle ->
                    Daos.on(handle, ServiceClientDao.class).findAll(clients.toArray(UUID[]::new)))
            .stream()
            .collect(Collectors.toMap(ServiceClient::id, Function.identity()));
    found.forEach((id, client) -> cache.put(id, new Checked(caller(client), readAt)));
    return found;
  }

  /** Forgets what is known of the client once the transaction has ended. */
  void forgetAtEnd(Handle tx, UUID client) {
    tx.addCleanable(() -> cache.invalidate(client));
  }
}
