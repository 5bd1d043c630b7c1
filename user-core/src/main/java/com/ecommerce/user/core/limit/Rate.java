package com.ecommerce.user.core.limit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A limit on how often a caller may call: a bucket of {@code burst} calls, which fills up again at
 * {@code calls} a {@code period}.
 *
 * @param calls 1 to {@link #MAX_CALLS}
 * @param period a second or a minute
 * @param burst 1 to {@link #MAX_BURST}
 */
public record Rate(int calls, Duration period, int burst) {
  /** The maximum number of calls in a period. */
  public static final int MAX_CALLS = 100_000;

  /** The maximum burst. */
  public static final int MAX_BURST = 1_000_000;

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Pattern FORM = Pattern.compile("(\\d{1,6})/([sm])(?::(\\d{1,7}))?");

  /**
   * Checks the rate.
   *
   * @throws IllegalArgumentException if a part is out of its range
   */
  public Rate {
    requireNonNull(period, "period");
    boolean known = period.equals(SECOND) || period.equals(MINUTE);
    if (!known || calls < 1 || calls > MAX_CALLS || burst < 1 || burst > MAX_BURST) {
      throw new IllegalArgumentException("invalid rate: " + calls + " in " + period + ", " + burst);
    }
  }

  /** Returns the rate of that many calls a second. */
  public static Rate perSecond(int calls, int burst) {
    return new Rate(calls, SECOND, burst);
  }

  /** Returns the default of the burst: the calls of two periods. */
  public static int usualBurst(int calls) {
    return 2 * calls;
  }

  /**
   * Parses {@code 10/s}, {@code 5/m} or, with the burst, {@code 10/s:50}.
   *
   * @throws IllegalArgumentException if the text has another form; the message contains the
   *     expected one
   */
  public static Rate parse(String text) {
    var matcher = FORM.matcher(text);
    if (matcher.matches()) {
      int calls = Integer.parseInt(matcher.group(1));
      int burst = matcher.group(3) == null ? usualBurst(calls) : Integer.parseInt(matcher.group(3));
      if (calls >= 1 && calls <= MAX_CALLS && burst >= 1 && burst <= MAX_BURST) {
        return new Rate(calls, matcher.group(2).equals("s") ? SECOND : MINUTE, burst);
      }
    }
    throw new IllegalArgumentException(
        text
            + " (expected: calls a second or minute, 1 to "
            + MAX_CALLS
            + ", and perhaps a burst up to "
            + MAX_BURST
            + ", such as 10/s or 5/m:20)");
  }

  /**
   * Returns this rate with the number of calls and the burst multiplied by the factor, up to the
   * maximum of a rate.
   */
  Rate times(int factor) {
    return factor == 1
        ? this
        : new Rate(
            Math.min(MAX_CALLS, calls * factor), period, Math.min(MAX_BURST, burst * factor));
  }

  /** Returns the time in which a bucket gains one call. */
  public long nanosPerCall() {
    return period.toNanos() / calls;
  }

  /** Returns the time in which an empty bucket becomes full. */
  public long nanosToFill() {
    return burst * nanosPerCall();
  }

  /** Returns the rate without the burst, such as {@code 10/s}. */
  String speed() {
    return calls + (period.equals(SECOND) ? "/s" : "/m");
  }

  /** Returns a text that {@link #parse} accepts. */
  @Override
  public String toString() {
    return speed() + ":" + burst;
  }
}
