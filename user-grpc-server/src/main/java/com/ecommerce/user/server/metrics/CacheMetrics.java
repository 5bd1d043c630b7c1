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
 * The metrics of the caches: their content, their hit rates and their freshness, under Micrometer's
 * usual names.
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
        .description("The time since the changes of other instances were last read")
        .register(registry);
  }

  private void bind(String cache, Function<UserCore, CacheStatistics> source) {
    gets(cache, "hit", known -> source.apply(known).hits());
    gets(cache, "miss", known -> source.apply(known).misses());
    gets(cache, "bypass", known -> source.apply(known).bypasses());
    FunctionCounter.builder("cache.evictions", core, known -> source.apply(known).evictions())
        .description("Copies that were evicted to make room")
        .tag("cache", cache)
        .register(registry);
    Gauge.builder("cache.size", core, known -> source.apply(known).entries())
        .description("Copies in the cache")
        .tag("cache", cache)
        .register(registry);
    Gauge.builder("cache.memory", core, known -> source.apply(known).bytes())
        .description("The approximate memory of the copies")
        .baseUnit("bytes")
        .tag("cache", cache)
        .register(registry);
  }

  private void gets(String cache, String result, ToDoubleFunction<UserCore> count) {
    FunctionCounter.builder("cache.gets", core, count)
        .description(
            "Reads, by result: hit, miss, or bypassed because the cache was not up to date")
        .tag("cache", cache)
        .tag("result", result)
        .register(registry);
  }

  /** Returns the age in seconds; NaN before the changes were read once. */
  private static double feedAge(UserCore core) {
    return core.cacheAge().map(CacheMetrics::seconds).orElse(Double.NaN);
  }

  private static double seconds(Duration age) {
    return age.toMillis() / 1_000.0;
  }
}
