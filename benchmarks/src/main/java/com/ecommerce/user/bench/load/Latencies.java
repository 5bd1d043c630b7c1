package com.ecommerce.user.bench.load;

/** The durations of calls, to within 1.6 %. Not thread-safe. */
public final class Latencies {
  /** The number of buckets for the values between two powers of two. */
  private static final int BUCKETS = 64;

  private static final int BITS = Integer.numberOfTrailingZeros(BUCKETS);

  private final long[] counts = new long[(Long.SIZE - BITS + 1) * BUCKETS];
  private long total;

  public void add(long nanoseconds) {
    counts[bucket(Math.max(0, nanoseconds))]++;
    total++;
  }

  public long count() {
    return total;
  }

  /**
   * Returns a percentile in milliseconds; 0 if nothing was added.
   *
   * @param percent the percentile, such as 50 for the median
   */
  public double percentile(double percent) {
    long rank = Math.max(1, (long) Math.ceil(total * percent / 100));
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= rank) {
        return middle(bucket) / 1e6;
      }
    }
    return 0;
  }

  private static int bucket(long value) {
    int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(value) - BITS);
    return (int)
        (shift == 0 ? value : (shift - 1L) * (BUCKETS / 2) + (value >>> shift) + BUCKETS / 2);
  }

  private static double middle(int bucket) {
    if (bucket < BUCKETS) {
      return bucket;
    }
    int shift = (bucket - BUCKETS) / (BUCKETS / 2) + 1;
    long start = (long) ((bucket - BUCKETS) % (BUCKETS / 2) + BUCKETS / 2) << shift;
    return start + (1L << shift) / 2.0;
  }
}
