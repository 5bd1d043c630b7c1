package com.ecommerce.user.bench.report;

import com.ecommerce.user.bench.load.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The samples of one contestant, one for each round. */
public final class Series {
  private final List<Sample> samples = new ArrayList<>();

  public void add(Sample sample) {
    samples.add(sample);
  }

  public Spread perSecond() {
    return spread(Sample::perSecond);
  }

  public Spread p50() {
    return spread(Sample::p50);
  }

  public Spread p99() {
    return spread(Sample::p99);
  }

  public Spread processor() {
    return spread(Sample::processor);
  }

  private Spread spread(ToDoubleFunction<Sample> value) {
    return Spread.of(samples.stream().mapToDouble(value).toArray());
  }

  /** Returns the ratio of the calls per second to those of another series, round by round. */
  public Spread ratioTo(Series limit) {
    return ratio(samples, limit.samples, Sample::perSecond);
  }

  /** Returns the ratio of the 99th percentile to that of another series, round by round. */
  public Spread p99RatioTo(Series limit) {
    return ratio(samples, limit.samples, Sample::p99);
  }

  /** Returns the ratio of the median to that of another series, round by round. */
  public Spread p50RatioTo(Series limit) {
    return ratio(samples, limit.samples, Sample::p50);
  }

  private static Spread ratio(
      List<Sample> samples, List<Sample> limits, ToDoubleFunction<Sample> value) {
    double[] ratios = new double[Math.min(samples.size(), limits.size())];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] =
          value.applyAsDouble(samples.get(round)) / value.applyAsDouble(limits.get(round));
    }
    return Spread.of(ratios);
  }

  /** The median of some values, with the smallest and the largest. */
  public record Spread(double median, double min, double max) {
    public static Spread of(double... values) {
      List<Double> sorted = new ArrayList<>();
      for (double value : values) {
        sorted.add(value);
      }
      Collections.sort(sorted);
      int size = sorted.size();
      double median = (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
      return new Spread(median, sorted.get(0), sorted.get(size - 1));
    }

    /** Returns a text such as {@code 41,200 (40,100 to 42,000)}. */
    String format(String format) {
      String middle = String.format(java.util.Locale.ROOT, format, median);
      return min == max
          ? middle
          : String.format(
              java.util.Locale.ROOT, "%s (" + format + " to " + format + ")", middle, min, max);
    }
  }
}
