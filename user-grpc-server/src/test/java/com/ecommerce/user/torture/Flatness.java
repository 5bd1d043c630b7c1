package com.ecommerce.user.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A figure that must not grow under a steady load. The first third of its values is a warm-up. The
 * figure grows if the median of the last third exceeds that of the second third by more than the
 * tolerance; medians are not sensitive to single values during faults. Not thread-safe.
 */
final class Flatness {
  private static final int PARTS = 3;

  /** The minimum number of values for a conclusion. */
  private static final int MIN_VALUES = 6;

  private final String name;
  private final double relativeTolerance;
  private final double absoluteTolerance;
  private final List<Double> values = new ArrayList<>();

  /**
   * Both tolerances are added.
   *
   * @param relativeTolerance as a part of the earlier value
   */
  Flatness(String name, double relativeTolerance, double absoluteTolerance) {
    this.name = name;
    this.relativeTolerance = relativeTolerance;
    this.absoluteTolerance = absoluteTolerance;
  }

  void add(double value) {
    values.add(value);
  }

  /** Returns the growth in words; empty if the figure is flat, or there are fewer than 6 values. */
  Optional<String> growth() {
    if (values.size() < MIN_VALUES) {
      return Optional.empty();
    }
    double before = medianOfPart(1);
    double after = medianOfPart(2);
    boolean isFlat = after <= before * (1 + relativeTolerance) + absoluteTolerance;
    return isFlat
        ? Optional.empty()
        : Optional.of(String.format(Locale.ROOT, "%s: from %.1f to %.1f", name, before, after));
  }

  /** The medians of the three parts, as text. */
  String summary() {
    return values.size() < PARTS
        ? name + " " + values
        : String.format(
            Locale.ROOT,
            "%s %.1f, %.1f, %.1f",
            name,
            medianOfPart(0),
            medianOfPart(1),
            medianOfPart(2));
  }

  private double medianOfPart(int part) {
    int size = values.size();
    var sorted =
        values.subList(part * size / PARTS, (part + 1) * size / PARTS).stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
