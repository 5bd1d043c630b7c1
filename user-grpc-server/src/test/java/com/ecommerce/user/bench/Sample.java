package com.ecommerce.user.bench;

/**
 * What one round measured.
 *
 * @param p50 in milliseconds
 * @param p99 in milliseconds
 */
record Sample(double perSecond, double p50, double p99) {
  static Sample of(Latencies latencies, double seconds) {
    return new Sample(
        latencies.count() / seconds, latencies.percentile(50), latencies.percentile(99));
  }
}
