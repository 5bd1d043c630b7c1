package com.ecommerce.user.core.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.access.Operation;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RateProperties {
  @Provide
  Arbitrary<Rate> rates() {
    return Combinators.combine(
            Arbitraries.integers().between(1, Rate.MAX_CALLS),
            Arbitraries.of("s", "m"),
            Arbitraries.integers().between(1, Rate.MAX_BURST))
        .as((calls, unit, burst) -> Rate.parse(calls + "/" + unit + ":" + burst));
  }

  @Provide
  Arbitrary<Map<Operation, Optional<Rate>>> choices() {
    return Arbitraries.maps(
            Arbitraries.of(Operation.class).filter(Operation::isLimited), rates().optional())
        .ofMaxSize(5);
  }

  @Property
  void rate_isReadAsItIsWritten(@ForAll("rates") Rate rate) {
    assertEquals(rate, Rate.parse(rate.toString()));
  }

  @Property
  void methods_areReadAsTheyAreWritten(@ForAll("choices") Map<Operation, Optional<Rate>> chosen) {
    var limits = new MethodLimits(chosen);
    if (!chosen.isEmpty()) {
      assertEquals(limits, MethodLimits.parse(limits.toString()));
      assertEquals(limits, MethodLimits.parse(limits.toString().replace(",", " , ")));
    }
  }

  @Property
  void otherTexts_areRefusedWithWhatWasExpected(@ForAll String text) {
    try {
      Rate.parse(text);
    } catch (IllegalArgumentException invalid) {
      assertTrue(invalid.getMessage().startsWith(text + " (expected: "), invalid.getMessage());
      assertThrows(IllegalArgumentException.class, () -> MethodLimits.parse("Login=" + text + "?"));
    }
  }

  /** Compares the bucket with a simple model: tokens are added one by one, up to the burst. */
  @Property(tries = 200)
  void bucket_behavesAsOneOfTokens(
      @ForAll @IntRange(min = 1, max = 20) int calls,
      @ForAll @IntRange(min = 1, max = 10) int burst,
      @ForAll @Size(max = 100) List<@IntRange(max = 200) Integer> pausesInMillis) {
    var rate = Rate.perSecond(calls, burst);
    long perCall = rate.nanosPerCall();
    var bucket = new Bucket();
    var comingBack = new ArrayDeque<Long>();
    long now = 1_000_000_000_000L;
    for (int pause : pausesInMillis) {
      now += pause * 1_000_000L;
      while (!comingBack.isEmpty() && comingBack.peekFirst() <= now) {
        comingBack.removeFirst();
      }
      var result = bucket.tryConsume("x", rate, now);
      boolean granted = comingBack.size() < burst;
      assertEquals(granted, result.granted());
      if (granted) {
        long after = comingBack.isEmpty() ? now : comingBack.peekLast();
        comingBack.addLast(after + perCall);
      } else {
        assertEquals(comingBack.peekFirst() - now, result.nanosToNext());
      }
      assertEquals(burst - comingBack.size(), result.remaining());
      assertEquals(comingBack.peekLast() - now, result.nanosToFull());
    }
  }
}
