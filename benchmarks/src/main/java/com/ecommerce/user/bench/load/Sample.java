package com.ecommerce.user.bench.load;

/**
 * The measurements of one round.
 *
 * @param p50 the median in milliseconds
 * @param p99 the 99th percentile in milliseconds
 * @param processor the processor time of the server's process in microseconds per call; 0 if it is
 *     unknown
 */
public record Sample(double perSecond, double p50, double p99, double processor) {
  public static Sample of(Latencies latencies, double seconds) {
    return new Sample(
        latencies.count() / seconds, latencies.percentile(50), latencies.percentile(99), 0);
  }

  public Sample withProcessor(double microseconds) {
    return new Sample(perSecond, p50, p99, microseconds);
  }
}
