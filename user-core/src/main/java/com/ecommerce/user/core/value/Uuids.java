package com.ecommerce.user.core.value;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import java.time.Clock;
import java.util.HexFormat;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes UUIDs of version 7 (RFC 9562, section 5.7, method 1 of 6.2): milliseconds, then a 12-bit
 * counter, then 62 random bits. The UUIDs of one instance ascend even if the clock steps back.
 * Thread-safe.
 */
public final class Uuids {
  private static final String EXAMPLE = "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e";
  private static final int COUNTER_BITS = 12;

  private final Clock clock;
  private final RandomGenerator random;
  private long lastTick;

  /** Creates a generator; the random source should be a cryptographically strong one. */
  public Uuids(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** Returns a new UUID, greater than all that this generator returned before. */
  public UUID next() {
    long tick = nextTick();
    long milliseconds = tick >>> COUNTER_BITS;
    long counter = tick & ((1 << COUNTER_BITS) - 1);
    long high = milliseconds << 16 | 0x7000 | counter;
    long low = random.nextLong() >>> 2 | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /**
   * Returns the next milliseconds and counter. If the counter is full, it continues with the next
   * millisecond.
   */
  private synchronized long nextTick() {
    lastTick = Math.max(lastTick + 1, clock.instant().toEpochMilli() << COUNTER_BITS);
    return lastTick;
  }

  /**
   * Reads the 36 characters of a UUID in any letter case.
   *
   * @throws InvalidValueException with rule {@code REQUIRED} or {@code INVALID_UUID}
   */
  public static UUID parse(@Nullable String raw) {
    String text = WhiteSpace.trim(raw);
    if (text.isEmpty()) {
      throw InvalidValueException.required();
    }
    if (!hasForm(text)) {
      throw new InvalidValueException(
          "INVALID_UUID", "not a UUID (expected: for example " + EXAMPLE + ")");
    }
    return UUID.fromString(text);
  }

  /**
   * Returns whether the text has the format of a UUID. Checked without a regular expression, which
   * would take longer than the rest of the work of a call.
   */
  private static boolean hasForm(String text) {
    if (text.length() != EXAMPLE.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      boolean fits =
          EXAMPLE.charAt(i) == '-' ? text.charAt(i) == '-' : HexFormat.isHexDigit(text.charAt(i));
      if (!fits) {
        return false;
      }
    }
    return true;
  }
}
