package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.health.CacheStatistics;
import com.ecommerce.user.core.internal.cache.CacheCounters;
import com.ecommerce.user.core.internal.cache.InvalidationClock;
import com.ecommerce.user.core.internal.event.EventFeed;
import com.ecommerce.user.core.internal.event.EventType;
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
 * Copies of users in memory, as many as fit into a number of bytes. Never waits. Thread-safe.
 *
 * <p>A copy serves only while {@link EventFeed} is current, nothing was marked since it was read,
 * and it is younger than {@link #MAX_AGE}. So this instance's own changes are seen at once, those
 * of other instances a moment later and never more than {@link EventFeed#MAX_AGE} later, and what
 * somebody does to the table by hand, without an event, after {@link #MAX_AGE}.
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
          // A login: the time of the last one shows.
          EventType.SESSION_STARTED);

  /**
   * The memory that an entry takes beside its bytes: key, copy, the map's and the policy's nodes.
   */
  private static final int ENTRY_BYTES = 168;

  private static final int EMAIL_ENTRY_BYTES = 128;

  /** The share of the emails in the cache's size, as a divisor. */
  private static final int EMAIL_SHARE = 5;

  private final EventFeed feed;
  private final LongSupplier nanoTime;
  private final InvalidationClock changes = new InvalidationClock();
  private final CacheCounters counters = new CacheCounters();
  private final boolean isOn;
  private final Cache<UUID, Copy> users;

  /** By the email's hash: who has the email is known only by a look at the copy. */
  private final Cache<Integer, UUID> ids;

  /**
   * @param time when it was read, by the marks' clock
   * @param readAt the same in nanoseconds
   */
  private record Copy(byte[] bytes, long time, long readAt) {}

  /** When a query began. */
  record Moment(long time, long readAt) {}

  /**
   * For {@code UserCore}, which is the way to get one.
   *
   * @param maxBytes about how much memory it takes; 0 turns it off
   * @param nanoTime as {@link System#nanoTime}
   */
  public UserCache(EventFeed feed, long maxBytes, LongSupplier nanoTime) {
    this.feed = feed;
    this.nanoTime = nanoTime;
    isOn = maxBytes > 0;
    users =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes - maxBytes / EMAIL_SHARE)
            .<UUID, Copy>weigher((id, copy) -> ENTRY_BYTES + copy.bytes().length)
            .evictionListener(counters.evictionListener())
            .executor(Runnable::run)
            .build();
    ids =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes / EMAIL_SHARE)
            .<Integer, UUID>weigher((hash, id) -> EMAIL_ENTRY_BYTES)
            .executor(Runnable::run)
            .build();
    feed.subscribe(
        EVENTS,
        new EventFeed.Listener() {
          @Override
          public void onEvent(UUID user) {
            forget(user);
          }

          @Override
          public void onGap() {
            changes.markAll();
            users.invalidateAll();
          }
        });
  }

  /** The user, if there is a copy that may serve. */
  Optional<User> find(UserId id) {
    if (!isServing()) {
      return Optional.empty();
    }
    var copy = goodCopy(id.value());
    count(copy != null);
    return copy == null ? Optional.empty() : Optional.of(UserCodec.decode(id, copy.bytes()));
  }

  /** The user who has this email, if there is a copy that may serve and has it, too. */
  Optional<User> find(Email email) {
    if (!isServing()) {
      return Optional.empty();
    }
    var id = ids.getIfPresent(email.hashCode());
    var copy = id == null ? null : goodCopy(id);
    var user =
        Optional.ofNullable(copy)
            .map(found -> UserCodec.decode(new UserId(id), found.bytes()))
            .filter(found -> found.email().equals(email));
    count(user.isPresent());
    return user;
  }

  private boolean isServing() {
    if (!isOn) {
      return false;
    }
    // Before the look at the marks, as the feed wants it.
    if (!feed.isCurrent()) {
      counters.bypass();
      return false;
    }
    return true;
  }

  /** Null when there is none. */
  private Copy goodCopy(UUID id) {
    var copy = users.getIfPresent(id);
    if (copy == null || isGood(id, copy)) {
      return copy;
    }
    users.asMap().remove(id, copy);
    return null;
  }

  private boolean isGood(UUID id, Copy copy) {
    return changes.isUnchangedSince(id, copy.time())
        && nanoTime.getAsLong() - copy.readAt() < MAX_AGE.toNanos();
  }

  private void count(boolean isHit) {
    if (isHit) {
      counters.hit();
    } else {
      counters.miss();
    }
  }

  /** To be taken before the query whose users shall be kept. */
  Moment now() {
    return new Moment(changes.now(), nanoTime.getAsLong());
  }

  /** Keeps a user. A change since the query began voids the copy, before or after this. */
  void put(User user, Moment queryBegan) {
    var id = user.id().value();
    if (isOn && feed.isCurrent() && changes.isUnchangedSince(id, queryBegan.time())) {
      keep(id, new Copy(UserCodec.encode(user), queryBegan.time(), queryBegan.readAt()));
    }
  }

  /** Unless a change came meanwhile, whose look for a copy to remove found none yet. */
  private void keep(UUID id, Copy copy) {
    users.put(id, copy);
    if (!changes.isUnchangedSince(id, copy.time())) {
      users.asMap().remove(id, copy);
    }
  }

  /** Does the same as {@link #put} for a user who was asked for by email. */
  void putByEmail(User user, Moment queryBegan) {
    put(user, queryBegan);
    if (isOn) {
      ids.put(user.email().hashCode(), user.id().value());
    }
  }

  /** Voids the user's copy when the transaction has ended, before its call is answered. */
  void forgetAtEnd(Handle tx, UserId user) {
    tx.addCleanable(() -> forget(user.value()));
  }

  /**
   * Puts what a user has become in the place of a copy, if there is one. To be called after the
   * commit, before the change is answered; whoever knows no more than that it failed calls {@link
   * #forget} instead.
   *
   * @param changeBegan from before the user was read whom it changes
   * @param events what the log has of the change, of which nobody else here needs to know
   */
  void replace(User user, Moment changeBegan, Collection<UUID> events) {
    var id = user.id().value();
    var copy = users.getIfPresent(id);
    var change = changes.markKnown(id, changeBegan.time());
    if (copy == null || change.isEmpty() || !feed.isCurrent()) {
      users.invalidate(id);
    } else {
      // No younger than it was: what was done by hand to the rest of the row shall show in time.
      keep(id, new Copy(UserCodec.encode(user), change.getAsLong(), copy.readAt()));
    }
    feed.skip(events);
  }

  /** Voids the user's copy. */
  void forget(UserId user) {
    forget(user.value());
  }

  private void forget(UUID user) {
    changes.mark(user);
    // What it holds is personal data, perhaps of somebody who is no more.
    users.invalidate(user);
  }

  /** For metrics. Emails count with their bytes only. */
  public CacheStatistics statistics() {
    return counters.statistics(users, ids);
  }
}
