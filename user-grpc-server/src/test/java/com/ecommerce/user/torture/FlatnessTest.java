package com.ecommerce.user.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class FlatnessTest {
  private static Flatness of(double... values) {
    var flatness = new Flatness("heap", 0.1, 2);
    DoubleStream.of(values).forEach(flatness::add);
    return flatness;
  }

  @Test
  void steadyGrowth_isReported() {
    assertEquals(
        Optional.of("heap: from 50.0 to 80.0"), of(10, 20, 30, 40, 50, 60, 70, 80, 90).growth());
  }

  @Test
  void warmUp_isNoGrowth() {
    assertEquals(Optional.empty(), of(10, 30, 50, 60, 60, 61, 60, 61, 62).growth());
  }

  @Test
  void singlePeak_isNoGrowth() {
    assertEquals(Optional.empty(), of(50, 50, 50, 50, 50, 50, 50, 500, 50).growth());
  }

  @Test
  void growthWithinTolerance_isFlat() {
    assertEquals(Optional.empty(), of(50, 50, 50, 50, 50, 50, 57, 57, 57).growth());
  }

  @Test
  void fewValues_showNothing() {
    assertEquals(Optional.empty(), of(1, 2, 3, 4, 500).growth());
  }
}
