package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.health.CacheStatistics;
import com.ecommerce.user.core.internal.cache.EventInvalidatedCache;
import com.ecommerce.user.core.internal.cache.EventInvalidatedCache.Entry;
import com.ecommerce.user.core.internal.cache.EventInvalidatedCache.Moment;
import com.ecommerce.user.core.internal.event.EventFeed;
import com.ecommerce.user.core.internal.token.AccessToken;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.TokenInfo;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;

/**
 * The states of sessions in memory, as {@link EventInvalidatedCache} keeps them, for {@link
 * SessionReads}. No method blocks. Thread-safe.
 */
public final class SessionCache {
  /**
   * The time for which an entry is used if no event invalidates it, for example after a manual
   * change of a session or user in the database.
   */
  static final Duration MAX_AGE = Duration.ofSeconds(10);

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

  private final EventInvalidatedCache<Checked> cache;

  /**
   * @param state empty if there is no such session; its id will never be used
   * @param live null if there is no such session, it has ended, or its user's account is closed
   */
  record Checked(Optional<SessionState> state, LiveSession live) {
    private static Checked of(SessionState found) {
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
   * Creates an empty cache.
   *
   * @param maxBytes the approximate memory that the entries may take
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public SessionCache(EventFeed feed, long maxBytes, LongSupplier nanoTime) {
    cache =
        new EventInvalidatedCache<>(
            feed,
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

  /** Returns the entry of a token's session, or null if it must be read from the database. */
  Entry<Checked> get(AccessToken.OfUser token) {
    return cache.get(token.session().value(), token.user().value());
  }

  void recordHit() {
    cache.recordHit();
  }

  void recordMiss() {
    cache.recordMiss();
  }

  /** Returns the current time; to be taken before the query whose sessions are to be stored. */
  Moment now() {
    return cache.now();
  }

  /**
   * Stores the state of a session, unless it has changed since the query began.
   *
   * @param state null if there is no such session; since its id will never be used, no change of a
   *     user needs to invalidate the entry
   */
  void put(UUID id, SessionState state, Moment queryBegan) {
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
