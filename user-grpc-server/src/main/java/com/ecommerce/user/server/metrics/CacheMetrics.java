package com.ecommerce.user.server.metrics;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.health.CacheStatistics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Metrics of what the caches hold and answer, with Micrometer's usual names, and of how fresh that
 * is.
 */
final class CacheMetrics {
  private final MeterRegistry registry;
  private final UserCore core;

  CacheMetrics(MeterRegistry registry, UserCore core) {
    this.registry = registry;
    this.core = core;
  }

  void bind() {
    bind("users", UserCore::userCacheStatistics);
    bind("sessions", UserCore::sessionCacheStatistics);
    TimeGauge.builder("user.cache.feed.age", core, TimeUnit.SECONDS, CacheMetrics::feedAge)
        .description("How long ago the changes of other instances were last read")
        .register(registry);
  }

  private void bind(String cache, Function<UserCore, CacheStatistics> source) {
    gets(cache, "hit", known -> source.apply(known).hits());
    gets(cache, "miss", known -> source.apply(known).misses());
    gets(cache, "bypass", known -> source.apply(known).bypasses());
    FunctionCounter.builder("cache.evictions", core, known -> source.apply(known).evictions())
        .description("Copies that were dropped to make room")
        .tag("cache", cache)
        .register(registry);
    Gauge.builder("cache.size", core, known -> source.apply(known).entries())
        .description("Copies that are held")
        .tag("cache", cache)
        .register(registry);
    Gauge.builder("cache.memory", core, known -> source.apply(known).bytes())
        .description("About what the copies take")
        .baseUnit("bytes")
        .tag("cache", cache)
        .register(registry);
  }

  private void gets(String cache, String result, ToDoubleFunction<UserCore> count) {
    FunctionCounter.builder("cache.gets", core, count)
        .description("Reads: answered from memory, missing there, or past a cache that is behind")
        .tag("cache", cache)
        .tag("result", result)
        .register(registry);
  }

  /** Not a number before the changes were read once. */
  private static double feedAge(UserCore core) {
    return core.cacheAge().map(CacheMetrics::seconds).orElse(Double.NaN);
  }

  private static double seconds(Duration age) {
    return age.toMillis() / 1_000.0;
  }
}
