package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.value.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Limits how often something is done for a subject, such as the mails to a mailbox, for all
 * instances on one database together. Thread-safe.
 *
 * <p>The algorithm is the sliding window log: a row stores the times of the latest events, as many
 * as the window allows, so that the oldest of them decides. A single statement checks and counts
 * under the lock of the row, which the transaction holds until it ends: concurrent events are
 * counted one after the other, and events of transactions that are rolled back are not counted.
 *
 * <p>A row stores a keyed digest (HMAC-SHA256) in place of the subject, so that the table does not
 * reveal it. It outlives the user, and is purged when it is no longer needed.
 */
public final class WindowLimits implements Purge {
  private static final String KEY_NAME = "window-limits";

  /** The shortest wait that a refusal reports. */
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

  private final ServiceKeys keys;

  public WindowLimits(ServiceKeys keys) {
    this.keys = keys;
  }

  /**
   * A limit of how often something may be done.
   *
   * @param kind the kind of event; stored
   * @param most the maximum number of events within the window
   * @param length the length of the window
   * @param gap the minimum time between two events; zero for none
   */
  public record Window(String kind, int most, Duration length, Duration gap) {
    /** Returns a limit for an hour without a minimum time between events. */
    public static Window hourly(String kind, int most) {
      return new Window(kind, most, Duration.ofHours(1), Duration.ZERO);
    }

    /** Returns the same limit with a minimum time between events. */
    public Window atLeastApart(Duration time) {
      return new Window(kind, most, length, time);
    }
  }

  /** Returns the subject of events that are counted for a user. */
  public static String subject(UserId user) {
    return "user:" + user;
  }

  /**
   * Counts one more event if the window has room for it.
   *
   * @return empty if it was counted; otherwise the time that the subject has to wait, at least one
   *     second
   */
  public Optional<Duration> tryConsume(Handle tx, Window window, String subject, Instant now) {
    var result = new WindowLimitDao(tx).tryConsume(event(tx, window, subject, now));
    return result.isCounted() ? Optional.empty() : Optional.of(wait(window, result, now));
  }

  /**
   * Adds a part to a statement that counts one more event if the window has room for it.
   *
   * @return the name of a part that returns one row if the event was counted, and none otherwise
   */
  public String tryConsume(MultiTableStatement change, Window window, String subject, Instant now) {
    var event = event(change.tx(), window, subject, now);
    return change.add(WindowLimitDao.COUNT, count -> count.bindMethods("event", event));
  }

  private WindowLimitDao.Event event(Handle tx, Window window, String subject, Instant now) {
    Duration counts = window.gap().compareTo(window.length()) > 0 ? window.gap() : window.length();
    return new WindowLimitDao.Event(
        keys.digest(tx, KEY_NAME, subject),
        window.kind(),
        now,
        now.plus(counts),
        // Even without a gap, the latest time may be in the future, since another instance's clock
        // may be ahead.
        window.gap().isZero() ? now.plus(counts) : now.minus(window.gap()),
        now.minus(window.length()),
        window.most());
  }

  private static Duration wait(Window window, WindowLimitDao.Result result, Instant now) {
    Instant afterGap = result.newest().map(time -> time.plus(window.gap())).orElse(now);
    Instant afterWindow = result.oldest().map(time -> time.plus(window.length())).orElse(now);
    var wait = Duration.between(now, afterGap.isAfter(afterWindow) ? afterGap : afterWindow);
    return wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
  }

  @Override
  public int purge(Handle tx, Instant now, int limit) {
    return new WindowLimitDao(tx).deleteForgotten(now, limit);
  }
}
