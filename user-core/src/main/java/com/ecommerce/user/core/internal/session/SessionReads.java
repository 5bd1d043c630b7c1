package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.batch.BatchLoader;
import com.ecommerce.user.core.internal.cache.EventInvalidatedCache.Entry;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.session.SessionCache.Checked;
import com.ecommerce.user.core.internal.session.SessionCache.LiveSession;
import com.ecommerce.user.core.internal.token.AccessToken;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the states of sessions: from memory where the cache has a current entry, else from the
 * database, where the reads that do not block share queries. Thread-safe.
 *
 * <p>Refresh-ahead: an entry that is used shortly before it expires is read again in the
 * background, with others in one query, so that calls neither wait nor cause a query each.
 */
public final class SessionReads {
  private static final Logger log = LoggerFactory.getLogger(SessionReads.class);

  /** The age from which a use of an entry causes it to be read again. */
  static final Duration REFRESH_AGE = Duration.ofSeconds(7);

  /** The time for which sessions to be read again are collected for one query. */
  private static final Duration REFRESH_DELAY = Duration.ofMillis(200);

  private static final int MAX_BATCH = 100;

  private final Database database;
  private final SessionCache cache;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final BatchLoader<UUID, Optional<SessionState>> loader;

  /** The sessions to be read again, until their query begins. */
  private final Set<UUID> aging = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean isRefreshPlanned = new AtomicBoolean();
  private final Executor refreshExecutor;

  /**
   * Creates the reads.
   *
   * @param executor runs the queries
   * @param concurrency the maximum number of concurrent queries
   * @param nanoTime the clock of the cache
   */
  public SessionReads(
      Database database,
      SessionCache cache,
      Executor executor,
      int concurrency,
      Clock clock,
      LongSupplier nanoTime) {
    this.database = database;
    this.cache = cache;
    this.clock = clock;
    this.nanoTime = nanoTime;
    loader =
        new BatchLoader<>(
            BatchLoader.reading(this::loadAll), executor, executor, concurrency, MAX_BATCH);
    refreshExecutor =
        CompletableFuture.delayedExecutor(
            REFRESH_DELAY.toMillis(), TimeUnit.MILLISECONDS, executor);
  }

  /**
   * Returns the session of a token if the caches suffice to accept the token. Never blocks. This is
   * the hot path of every call with a token.
   *
   * @param nowMillis since the epoch
   * @return null if the database must be queried or the session is not live
   */
  LiveSession live(AccessToken.OfUser token, long nowMillis) {
    var entry = cache.get(token);
    if (entry == null) {
      return null;
    }
    var live = entry.value().live();
    if (live == null || !live.caller().id().equals(token.user()) || live.isExpired(nowMillis)) {
      return null;
    }
    hit(token, entry);
    return live;
  }

  /**
   * Returns the state of a token's session. Never blocks. The stage is complete on return if the
   * cache suffices.
   */
  CompletionStage<Optional<SessionState>> stateAsync(
      RequestContext call, AccessToken.OfUser token) {
    var known = known(token);
    return known != null
        ? CompletableFuture.completedStage(known.state())
        : loader.load(RequestContext.system().observedBy(call.observer()), token.session().value());
  }

  /** Does the same as {@link #stateAsync}, in the calling thread. */
  Optional<SessionState> state(AccessToken.OfUser token) {
    var known = known(token);
    UUID id = token.session().value();
    return known != null
        ? known.state()
        : Optional.ofNullable(loadAll(RequestContext.system(), Set.of(id)).get(id));
  }

  /** Returns null if the database must be queried. */
  private Checked known(AccessToken.OfUser token) {
    var entry = cache.get(token);
    if (entry == null || entry.value().isExpired(clock.instant().toEpochMilli())) {
      cache.recordMiss();
      return null;
    }
    hit(token, entry);
    return entry.value();
  }

  private void hit(AccessToken.OfUser token, Entry<Checked> entry) {
    cache.recordHit();
    if (nanoTime.getAsLong() - entry.readAt() > REFRESH_AGE.toNanos()
        && aging.add(token.session().value())
        && isRefreshPlanned.compareAndSet(false, true)) {
      refreshExecutor.execute(this::refresh);
    }
  }

  /**
   * Reads the collected sessions again. If that fails, the next calls query the database
   * themselves.
   */
  private void refresh() {
    isRefreshPlanned.set(false);
    Set<UUID> batch = new HashSet<>();
    for (var ids = aging.iterator(); ids.hasNext(); ) {
      batch.add(ids.next());
      ids.remove();
      if (batch.size() == MAX_BATCH || !ids.hasNext()) {
        try {
          loadAll(RequestContext.system(), batch);
        } catch (UserServiceException failed) {
          log.debug("The refresh of sessions failed", failed);
        }
        batch.clear();
      }
    }
  }

  private Map<UUID, SessionState> loadAll(RequestContext call, Set<UUID> sessions) {
    var began = cache.now();
    var found =
        database
            .read(call, handle -> new SessionDao(handle).findStates(sessions.toArray(UUID[]::new)))
            .stream()
            .collect(Collectors.toMap(SessionState::session, Function.identity()));
    sessions.forEach(id -> cache.put(id, found.get(id), began));
    return found;
  }
}
