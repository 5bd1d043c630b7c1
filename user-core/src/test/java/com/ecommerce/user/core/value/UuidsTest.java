package com.ecommerce.user.core.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UuidsTest {
  private final MutableClock clock = new MutableClock(Instant.parse("2026-06-15T12:00:00.123Z"));
  private final Uuids uuids = new Uuids(clock, new Random(1));

  @Test
  void next_isVersion7WithTheTimeInFront() {
    UUID id = uuids.next();

    assertEquals(7, id.version());
    assertEquals(2, id.variant());
    assertEquals(clock.instant().toEpochMilli(), id.getMostSignificantBits() >>> 16);
  }

  @Test
  void next_ascendsWithinAMillisecondAndBeyondTheCounter() {
    List<String> ids = Stream.generate(() -> uuids.next().toString()).limit(10_000).toList();

    assertEquals(ids.stream().sorted().distinct().toList(), ids);
    assertTrue(Stream.of(ids.get(9_999)).map(UUID::fromString).allMatch(id -> id.version() == 7));
  }

  @Test
  void next_ascendsWhenTheClockStepsBack() {
    String before = uuids.next().toString();
    clock.advance(Duration.ofHours(-1));

    assertTrue(uuids.next().toString().compareTo(before) > 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e",
        "0190B6E2-7B1C-7A52-9D3E-3F1C2A4B5D6E",
        "  0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e\n"
      })
  void parse_acceptsAnyCase(String text) {
    assertEquals("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e", UserId.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1-1-1-1-1",
        "0190b6e27b1c7a529d3e3f1c2a4b5d6e",
        "{0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e}",
        "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6g",
        "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e0",
        "٠190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e"
      })
  void parse_rejectsOtherForms(String text) {
    assertEquals("INVALID_UUID", ruleBrokenBy(text));
  }

  @Test
  void parse_rejectsMissing() {
    assertEquals("REQUIRED", ruleBrokenBy(""));
    assertEquals("REQUIRED", ruleBrokenBy(" "));
    assertEquals("REQUIRED", ruleBrokenBy(null));
  }

  private static String ruleBrokenBy(String text) {
    return assertThrows(InvalidValueException.class, () -> Uuids.parse(text)).rule();
  }
}
