package com.ecommerce.user.core.session;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.internal.Stages;
import com.ecommerce.user.core.value.SessionId;
import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jdbi.v3.core.Handle;

/**
 * Tells whether sessions are still good, mostly from memory: what this process ends it knows at
 * once, what another instance ends within {@link #MAX_AGE}. Calls that wait for the same session
 * share one query. Thread-safe.
 */
final class SessionChecks {
  /** How old an answer may be. */
  static final Duration MAX_AGE = Duration.ofSeconds(3);

  private static final int MAX_SESSIONS = 100_000;

  private final Database database;
  private final Executor executor;
  private final Clock clock;
  private final AsyncCache<UUID, Checked> cache =
      Caffeine.newBuilder().maximumSize(MAX_SESSIONS).executor(Runnable::run).buildAsync();

  /**
   * @param state empty when there is no such session
   */
  private record Checked(Optional<SessionState> state, Instant at) {}

  SessionChecks(Database database, Executor executor, Clock clock) {
    this.database = database;
    this.executor = executor;
    this.clock = clock;
  }

  /** Never blocks. */
  CompletionStage<Optional<SessionState>> stateAsync(Call call, SessionId session) {
    dropOutdated(session.value());
    return cache
        .get(
            session.value(),
            (id, unused) -> Stages.supply(() -> load(call, id), executor).toCompletableFuture())
        .thenApply(Checked::state);
  }

  /**
   * As {@link #stateAsync}. It asks the database itself rather than wait for a query of somebody
   * else, which may be queued behind the very thread that calls this.
   */
  Optional<SessionState> state(SessionId session) {
    dropOutdated(session.value());
    var own = new CompletableFuture<Checked>();
    var known = cache.asMap().putIfAbsent(session.value(), own);
    if (known != null && known.isDone() && !known.isCompletedExceptionally()) {
      return known.join().state();
    }
    try {
      own.complete(load(Call.system(), session.value()));
    } catch (RuntimeException failed) {
      // The cache drops it; who waits for it fails, too.
      own.completeExceptionally(failed);
      throw failed;
    }
    return own.join().state();
  }

  private void dropOutdated(UUID session) {
    var known = cache.getIfPresent(session);
    if (known != null && known.isDone() && !isFresh(known)) {
      cache.asMap().remove(session, known);
    }
  }

  private boolean isFresh(CompletableFuture<Checked> known) {
    if (known.isCompletedExceptionally()) {
      return false;
    }
    Instant at = known.join().at();
    Instant now = clock.instant();
    return !now.isBefore(at) && now.isBefore(at.plus(MAX_AGE));
  }

  /** The answer is for everyone: it does not end with the call. */
  private Checked load(Call call, UUID session) {
    Instant now = clock.instant();
    var shared = Call.system().observedBy(call.observer());
    var state = database.read(shared, handle -> handle.attach(SessionDao.class).findState(session));
    return new Checked(state, now);
  }

  /** Forgets what is known of the sessions once the transaction is committed. */
  void forget(Handle tx, Collection<UUID> sessions) {
    // Also what is being read right now, perhaps before the commit, is forgotten with its entry.
    tx.afterCommit(() -> cache.asMap().keySet().removeAll(sessions));
  }
}
