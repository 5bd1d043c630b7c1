package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.health.CacheStatistics;
import com.ecommerce.user.core.internal.cache.EventInvalidatedCache;
import com.ecommerce.user.core.internal.cache.EventInvalidatedCache.Entry;
import com.ecommerce.user.core.internal.cache.EventInvalidatedCache.Moment;
import com.ecommerce.user.core.internal.event.EventFeed;
import com.ecommerce.user.core.value.UserId;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;

/**
 * A cache of users, bounded by memory and invalidated as {@link EventInvalidatedCache} describes.
 * Users are encoded, since a compact array takes a fraction of the memory of the objects. No method
 * blocks. Thread-safe.
 */
public final class UserCache {
  /** The time for which an entry is used if no event invalidates it. */
  static final Duration MAX_AGE = Duration.ofMinutes(1);

  private static final Set<EventType> EVENTS =
      EnumSet.of(
          EventType.USER_UPDATED,
          EventType.USER_EMAIL_CONFIRMED,
          EventType.USER_DEACTIVATED,
          EventType.USER_REACTIVATED,
          EventType.USER_DELETED,
          // A login changes the time of the last login.
          EventType.SESSION_STARTED);

  /**
   * The memory of an entry in addition to its bytes: its key, the entry itself, and the nodes of
   * the map and of the eviction policy.
   */
  private static final int ENTRY_BYTES = 168;

  private static final int EMAIL_ENTRY_BYTES = 128;

  /** The reciprocal of the part of the memory that is for emails. */
  private static final int EMAIL_SHARE = 5;

  private final boolean isOn;
  private final EventInvalidatedCache<byte[]> users;

  /**
   * Ids by the hash of the email. An entry counts only if the user in {@link #users} has the email.
   */
  private final Cache<Integer, UUID> ids;

  /**
   * @param maxBytes the approximate memory that it takes; 0 turns it off
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public UserCache(EventFeed feed, long maxBytes, LongSupplier nanoTime) {
    isOn = maxBytes > 0;
    users =
        new EventInvalidatedCache<>(
            feed,
            EVENTS,
            MAX_AGE,
            nanoTime,
            Caffeine.newBuilder()
                .maximumWeight(maxBytes - maxBytes / EMAIL_SHARE)
                .<UUID, Entry<byte[]>>weigher((id, entry) -> ENTRY_BYTES + entry.value().length));
    ids =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes / EMAIL_SHARE)
            .<Integer, UUID>weigher((hash, id) -> EMAIL_ENTRY_BYTES)
            .executor(Runnable::run)
            .build();
  }

  /** Returns the user if a valid copy is cached. */
  Optional<User> find(UserId id) {
    if (!isOn) {
      return Optional.empty();
    }
    var entry = users.get(id.value(), id.value());
    count(entry != null);
    return entry == null ? Optional.empty() : Optional.of(UserCodec.decode(id, entry.value()));
  }

  /** Returns the user with this email if a valid copy is cached. */
  Optional<User> find(Email email) {
    if (!isOn) {
      return Optional.empty();
    }
    var id = ids.getIfPresent(email.hashCode());
    var user =
        Optional.ofNullable(id == null ? null : users.get(id, id))
            .map(entry -> UserCodec.decode(new UserId(id), entry.value()))
            .filter(found -> found.email().equals(email));
    count(user.isPresent());
    return user;
  }

  private void count(boolean isHit) {
    if (isHit) {
      users.recordHit();
    } else {
      users.recordMiss();
    }
  }

  /** Returns the current time, which must be read before the query whose users are stored. */
  Moment now() {
    return users.now();
  }

  /** Stores a user, unless the user has changed since the query began. */
  void put(User user, Moment queryBegan) {
    if (isOn) {
      var id = user.id().value();
      users.put(id, id, UserCodec.encode(user), queryBegan);
    }
  }

  /** Does the same as {@link #put} for a user who was queried by email. */
  void putByEmail(User user, Moment queryBegan) {
    put(user, queryBegan);
    if (isOn) {
      ids.put(user.email().hashCode(), user.id().value());
    }
  }

  /** Invalidates the user's entry when the transaction has ended. */
  void forgetAtEnd(Handle tx, UserId user) {
    users.invalidateAtEnd(tx, user);
  }

  /**
   * Replaces the user's entry, if there is one, as {@link EventInvalidatedCache#replace} describes.
   *
   * @param changeBegan taken before the user was read
   * @param events the events of the change, of which no other listener needs to know
   */
  void replace(User user, Moment changeBegan, Collection<UUID> events) {
    users.replace(user.id().value(), () -> UserCodec.encode(user), changeBegan, events);
  }

  /** Invalidates the user's entry. */
  void forget(UserId user) {
    users.invalidate(user.value());
  }

  /** Returns the statistics. Entries of emails count only in the number of bytes. */
  public CacheStatistics statistics() {
    return users.statistics(ids);
  }
}
