package com.ecommerce.user.bench;

/**
 * The measurements of one round.
 *
 * @param p50 in milliseconds
 * @param p99 in milliseconds
 * @param processor time of the server's process in microseconds a call; 0: not known
 */
record Sample(double perSecond, double p50, double p99, double processor) {
  static Sample of(Latencies latencies, double seconds) {
    return new Sample(
        latencies.count() / seconds, latencies.percentile(50), latencies.percentile(99), 0);
  }

  Sample withProcessor(double microseconds) {
    return new Sample(perSecond, p50, p99, microseconds);
  }
}
