package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.health.CacheStatistics;
import com.ecommerce.user.core.internal.batch.BatchLoader;
import com.ecommerce.user.core.internal.cache.EventInvalidatedCache;
import com.ecommerce.user.core.internal.cache.EventInvalidatedCache.Entry;
import com.ecommerce.user.core.internal.cache.EventInvalidatedCache.Moment;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.event.EventFeed;
import com.ecommerce.user.core.internal.event.EventType;
import com.ecommerce.user.core.internal.token.AccessToken;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.TokenInfo;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
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
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Returns the state of sessions, mostly from memory, as {@link EventInvalidatedCache} keeps it.
 * Thread-safe.
 *
 * <p>Refresh-ahead: an entry that is used shortly before it expires is read again in the
 * background, with others in one query, so that calls neither wait nor cause a query each.
 */
public final class SessionCache {
  private static final Logger log = LoggerFactory.getLogger(SessionCache.class);

  /**
   * The time for which an answer is used if no event invalidates it, for example after a manual
   * change of a session or user in the database.
   */
  static final Duration MAX_AGE = Duration.ofSeconds(10);

  /** The age from which a use of an answer causes it to be read again. */
  static final Duration REFRESH_AGE = Duration.ofSeconds(7);

  /** The time for which sessions to be read again are collected for one query. */
  private static final Duration REFRESH_DELAY = Duration.ofMillis(200);

  private static final Set<EventType> EVENTS =
      EnumSet.of(
          EventType.USER_UPDATED,
          EventType.USER_EMAIL_CONFIRMED,
          EventType.USER_DEACTIVATED,
          EventType.USER_REACTIVATED,
          EventType.USER_DELETED,
          EventType.SESSION_ENDED);

  /** The memory of an entry without the characters of the email. */
  private static final int ENTRY_BYTES = 536;

  private static final int MAX_BATCH = 100;

  private final Database database;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final EventInvalidatedCache<Checked> cache;
  private final BatchLoader<UUID, Optional<SessionState>> loader;

  /** The sessions to be read again, until their query begins. */
  private final Set<UUID> aging = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean isRefreshPlanned = new AtomicBoolean();
  private final Executor refreshExecutor;

  /** The dependencies of the checks. */
  public record Needs(
      Database database, EventFeed feed, Executor executor, Clock clock, LongSupplier nanoTime) {}

  /**
   * @param state empty if there is no such session; its id will never be used
   * @param live null if there is no such session, it has ended, or its user's account is closed
   */
  private record Checked(Optional<SessionState> state, LiveSession live) {
    static Checked of(SessionState found) {
      return new Checked(Optional.ofNullable(found), LiveSession.of(found));
    }

    /**
     * Returns whether the session, as it was read, has expired. Then it must be read again, since
     * another instance may have renewed it, which writes no event.
     */
    boolean isExpired(long nowMillis) {
      return live != null && live.isExpired(nowMillis);
    }
  }

  /**
   * The data of a live session that calls with its tokens need, computed once for all of them.
   *
   * @param email never empty; an {@code Optional} as in {@link TokenInfo}
   * @param expiresAtMillis the same as {@code expiresAt}, in milliseconds since the epoch
   */
  record LiveSession(
      Caller.User caller, Optional<Email> email, Instant expiresAt, long expiresAtMillis) {
    boolean isExpired(long nowMillis) {
      return nowMillis >= expiresAtMillis;
    }

    /** Returns null for a session that does not exist or has ended, or whose account is closed. */
    private static LiveSession of(SessionState state) {
      return state == null || state.ended() || !state.status().isOpen()
          ? null
          : new LiveSession(
              new Caller.User(state.user(), state.roles(), new SessionId(state.session())),
              Optional.of(state.email()),
              state.expiresAt(),
              state.expiresAt().toEpochMilli());
    }
  }

  /**
   * Creates a cache, for {@code UserCore}.
   *
   * @param concurrency the number of queries that run at once
   * @param maxBytes the approximate maximum memory of the answers
   */
  public SessionCache(Needs needs, int concurrency, long maxBytes) {
    this.database = needs.database;
    this.clock = needs.clock;
    this.nanoTime = needs.nanoTime;
    loader =
        new BatchLoader<>(
            BatchLoader.reading(this::loadAll),
            needs.executor,
            needs.executor,
            concurrency,
            MAX_BATCH);
    refreshExecutor =
        CompletableFuture.delayedExecutor(
            REFRESH_DELAY.toMillis(), TimeUnit.MILLISECONDS, needs.executor);
    cache =
        new EventInvalidatedCache<>(
            needs.feed,
            EVENTS,
            MAX_AGE,
            nanoTime,
            Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .<UUID, Entry<Checked>>weigher((id, entry) -> weight(entry.value()))
                // An entry contains an email, possibly of a deleted user.
                .expireAfterWrite(MAX_AGE)
                .ticker(nanoTime::getAsLong)
                .scheduler(Scheduler.systemScheduler()));
  }

  private static int weight(Checked checked) {
    return ENTRY_BYTES + checked.state().map(state -> state.email().address().length()).orElse(0);
  }

  /**
   * Returns the session of a token if the caches suffice to accept the token. Never blocks. This is
   * the hot path of every call with a token.
   *
   * @param nowMillis since the epoch
   * @return null if the database must be queried or the session is not live
   */
  LiveSession live(AccessToken.OfUser token, long nowMillis) {
    var entry = cache.get(token.session().value(), token.user().value());
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
    var entry = cache.get(token.session().value(), token.user().value());
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
    sessions.forEach(id -> put(id, found.get(id), began));
    return found;
  }

  /**
   * Stores an answer.
   *
   * @param state null if there is no such session; since its id will never be used, no change of a
   *     user needs to invalidate the answer
   */
  private void put(UUID id, SessionState state, Moment queryBegan) {
    cache.put(id, state == null ? id : state.user().value(), Checked.of(state), queryBegan);
  }

  /** Invalidates the user's sessions when the transaction has ended. */
  void forgetAtEnd(Handle tx, UserId user) {
    cache.invalidateAtEnd(tx, user);
  }

  /** Returns the figures of the cache. */
  public CacheStatistics statistics() {
    return cache.statistics();
  }
}
