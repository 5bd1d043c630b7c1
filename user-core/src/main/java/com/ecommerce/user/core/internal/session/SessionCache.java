package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.health.CacheStatistics;
import com.ecommerce.user.core.internal.batch.BatchLoader;
import com.ecommerce.user.core.internal.cache.CacheCounters;
import com.ecommerce.user.core.internal.cache.InvalidationClock;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.event.EventFeed;
import com.ecommerce.user.core.internal.event.EventType;
import com.ecommerce.user.core.internal.token.AccessToken;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.TokenInfo;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import com.github.benmanes.caffeine.cache.Cache;
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
 * Tells whether sessions are still good, mostly from memory: what this process ends it knows at
 * once, what another instance ends a moment later, and never more than {@link EventFeed#MAX_AGE}
 * later. While that cannot be told, each check asks the database. Thread-safe.
 *
 * <p>Refresh-ahead: an answer that is used shortly before it expires is read again in the
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

  /** The memory that an entry takes, beside the characters of the email. */
  private static final int ENTRY_BYTES = 512;

  private static final int MAX_BATCH = 100;

  private final Database database;
  private final EventFeed feed;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final InvalidationClock changes = new InvalidationClock();
  private final CacheCounters counters = new CacheCounters();
  private final Cache<UUID, Checked> cache;
  private final BatchLoader<UUID, Optional<SessionState>> loader;

  /** The sessions to be read again, until their query begins. */
  private final Set<UUID> aging = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean isRefreshPlanned = new AtomicBoolean();
  private final Executor refreshExecutor;

  /** The dependencies of the checks. */
  public record Needs(
      Database database, EventFeed feed, Executor executor, Clock clock, LongSupplier nanoTime) {}

  /**
   * @param state empty when there is no such session; there will never be
   * @param live null if there is no such session, it has ended, or its user's account is closed
   * @param time when it was read, by the marks' clock
   * @param readAt the same in nanoseconds
   */
  private record Checked(Optional<SessionState> state, LiveSession live, long time, long readAt) {
    static Checked of(SessionState found, long time, long readAt) {
      return new Checked(Optional.ofNullable(found), LiveSession.of(found), time, readAt);
    }

    /** Returns whether the session, as it was read, has expired by now. */
    boolean isExpired(long nowMillis) {
      return live != null && nowMillis >= live.expiresAtMillis();
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
   * For {@code UserCore}, which is the way to get one.
   *
   * @param concurrency the number of queries that run at once
   * @param maxBytes about how much memory the answers take
   */
  public SessionCache(Needs needs, int concurrency, long maxBytes) {
    this.database = needs.database;
    this.feed = needs.feed;
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
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .<UUID, Checked>weigher((id, checked) -> weight(checked))
            // What serves no more goes: it holds an email, perhaps of somebody who is no more.
            .expireAfterWrite(MAX_AGE)
            .ticker(nanoTime::getAsLong)
            .scheduler(Scheduler.systemScheduler())
            .evictionListener(counters.evictionListener())
            .executor(Runnable::run)
            .build();
    feed.subscribe(
        EVENTS,
        new EventFeed.Listener() {
          @Override
          public void onEvent(UUID user) {
            changes.mark(user);
          }

          @Override
          public void onGap() {
            changes.markAll();
          }
        });
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
    // Must be read before the marks, as the feed requires.
    if (!feed.isCurrent()) {
      return null;
    }
    var checked = cache.getIfPresent(token.session().value());
    if (checked == null
        || checked.live() == null
        || !checked.live().caller().id().equals(token.user())
        || !isGood(token.user(), checked, nowMillis)) {
      return null;
    }
    hit(token, checked);
    return checked.live();
  }

  /** Never blocks; an answer from memory is there at once. */
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
    // Must be read before the marks, as the feed requires.
    if (!feed.isCurrent()) {
      counters.bypass();
      return null;
    }
    var checked = cache.getIfPresent(token.session().value());
    if (checked == null || !isGood(token.user(), checked, clock.instant().toEpochMilli())) {
      counters.miss();
      return null;
    }
    hit(token, checked);
    return checked;
  }

  private void hit(AccessToken.OfUser token, Checked checked) {
    counters.hit();
    if (nanoTime.getAsLong() - checked.readAt() > REFRESH_AGE.toNanos()
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

  /**
   * An expired session is not good enough, since another instance may have refreshed it, which
   * writes no event.
   */
  private boolean isGood(UserId user, Checked checked, long nowMillis) {
    return changes.isUnchangedSince(user.value(), checked.time())
        && nanoTime.getAsLong() - checked.readAt() < MAX_AGE.toNanos()
        && !checked.isExpired(nowMillis);
  }

  private Map<UUID, SessionState> loadAll(RequestContext call, Set<UUID> sessions) {
    long time = changes.now();
    long readAt = nanoTime.getAsLong();
    var found =
        database
            .read(call, handle -> new SessionDao(handle).findStates(sessions.toArray(UUID[]::new)))
            .stream()
            .collect(Collectors.toMap(SessionState::session, Function.identity()));
    if (feed.isCurrent()) {
      sessions.forEach(id -> cache.put(id, Checked.of(found.get(id), time, readAt)));
    }
    return found;
  }

  /** Forgets what is known of the user's sessions once the transaction has ended. */
  void forgetAtEnd(Handle tx, UserId user) {
    // However it ended: a commit that failed may have taken place.
    tx.addCleanable(() -> changes.mark(user.value()));
  }

  /** For metrics. */
  public CacheStatistics statistics() {
    return counters.statistics(cache);
  }
}
