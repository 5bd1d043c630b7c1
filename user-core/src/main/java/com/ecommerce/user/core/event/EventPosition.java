package com.ecommerce.user.core.event;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A position in the event log: between an event and the next one. Its text is opaque to clients.
 * Immutable.
 *
 * <p>A position survives restarts, failovers and restores. After a failover or a restore that has
 * lost events, numbers are assigned again, so a position also names the timeline in which its
 * number was assigned, like the timelines of PostgreSQL's write-ahead log.
 *
 * @param timeline the id of the timeline
 * @param number the number of the event before the position; 0 before the first event
 */
public record EventPosition(int timeline, long number) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{8}-[0-9]{1,18}");
  private static final int TIMELINE_DIGITS = 8;

  /**
   * Reads the text of a position.
   *
   * @throws InvalidValueException with rule {@code REQUIRED} or {@code INVALID_POSITION}
   */
  public static EventPosition parse(@Nullable String raw) {
    String text = WhiteSpace.trim(raw);
    if (text.isEmpty()) {
      throw InvalidValueException.required();
    }
    if (!FORM.matcher(text).matches()) {
      throw new InvalidValueException(
          "INVALID_POSITION", "not a position (expected: the position of an event or a heartbeat)");
    }
    return new EventPosition(
        HexFormat.fromHexDigits(text, 0, TIMELINE_DIGITS),
        Long.parseLong(text, TIMELINE_DIGITS + 1, text.length(), 10));
  }

  /** Returns the text of the position. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(timeline) + "-" + number;
  }
}
