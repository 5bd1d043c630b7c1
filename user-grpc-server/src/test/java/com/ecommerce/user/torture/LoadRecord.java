package com.ecommerce.user.torture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The outcomes and latencies of the calls of a load, with the times of faults. Calls may fail while
 * a fault lasts and a little longer, as unavailable; otherwise they may not. Thread-safe.
 */
final class LoadRecord {
  /** The failures that clients may get during a fault. */
  private static final Set<String> UNAVAILABLE =
      Set.of("UNAVAILABLE DATABASE_UNAVAILABLE (retry)", "503 DATABASE_UNAVAILABLE");

  private final AtomicLong calls = new AtomicLong();
  private final Tally duringFaults = new Tally();
  private final Tally unexpected = new Tally();
  private final AtomicLong faultEnd = new AtomicLong(Long.MIN_VALUE);
  private volatile boolean isFault;
  private List<Long> latencies = new ArrayList<>();

  /** Percentiles of the calls since the last look, in milliseconds. */
  record Latency(int calls, double p50, double p99) {}

  void begin() {
    isFault = true;
  }

  /**
   * @param grace the time in which calls may still fail
   */
  void end(long grace) {
    faultEnd.set(System.nanoTime() + grace);
    isFault = false;
  }

  private boolean mayFailSince(long began) {
    return isFault || began < faultEnd.get();
  }

  void ok(long began) {
    calls.incrementAndGet();
    synchronized (this) {
      latencies.add(System.nanoTime() - began);
    }
  }

  /**
   * @param call the name of the call
   * @param outcome its status and reason
   */
  void failed(String call, long began, String outcome) {
    calls.incrementAndGet();
    if (mayFailSince(began) && UNAVAILABLE.contains(outcome)) {
      duringFaults.add(outcome);
    } else {
      unexpected.add(call + " " + outcome + (mayFailSince(began) ? " during a fault" : ""));
    }
  }

  /** Ends the interval since the last call of this method. */
  synchronized Latency takeLatency() {
    long[] sorted = latencies.stream().mapToLong(Long::longValue).toArray();
    latencies = new ArrayList<>();
    Arrays.sort(sorted);
    return new Latency(sorted.length, percentile(sorted, 50), percentile(sorted, 99));
  }

  private static double percentile(long[] sorted, int percent) {
    int rank = (int) Math.ceil(sorted.length * percent / 100.0);
    return sorted.length == 0 ? 0 : sorted[Math.max(0, rank - 1)] / 1e6;
  }

  long calls() {
    return calls.get();
  }

  Tally duringFaults() {
    return duringFaults;
  }

  /** The failures that break a promise. */
  Tally unexpected() {
    return unexpected;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d calls; failed during faults: %s; otherwise: %s",
        calls(),
        duringFaults,
        unexpected);
  }
}
