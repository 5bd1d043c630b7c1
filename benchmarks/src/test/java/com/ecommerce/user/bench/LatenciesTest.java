package com.ecommerce.user.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.bench.load.Latencies;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  @Test
  void percentile_isWithinTwoPercent() {
    var latencies = new Latencies();
    LongStream.rangeClosed(1, 100_000).forEach(micros -> latencies.add(micros * 1_000));
    assertEquals(100_000, latencies.count());
    assertEquals(50.0, latencies.percentile(50), 1);
    assertEquals(99.0, latencies.percentile(99), 2);
    assertEquals(100.0, latencies.percentile(100), 2);
  }

  @Test
  void percentile_takesAllTimesThereAre() {
    var latencies = new Latencies();
    assertEquals(0, latencies.percentile(50));
    latencies.add(-1);
    assertEquals(0, latencies.percentile(99));
    latencies.add(Long.MAX_VALUE);
    assertEquals(Long.MAX_VALUE / 1e6, latencies.percentile(99), Long.MAX_VALUE / 1e6 * 0.02);
  }
}
