package com.ecommerce.user.server.metrics;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.credential.HashingStatistics;
import com.ecommerce.user.core.event.EventDeliveries;
import com.ecommerce.user.core.health.HealthReport;
import com.ecommerce.user.core.internal.concurrent.FairPool;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.rest.http.RequestMeter;
import com.ecommerce.user.server.intercept.CallMeter;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The metrics of the process, for Prometheus to read. Every label has few values, whatever clients
 * send. Thread-safe.
 */
public final class Metrics implements AutoCloseable {
  private static final Tags WORKERS = Tags.of("name", "workers");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ScheduledExecutorService timer;
  private final JvmMeters jvm = new JvmMeters();

  /** Null before {@link #watch(UserCore)}. */
  private EventMetrics events;

  /**
   * @param timer runs the reads that must not delay a scrape; closed together with this
   */
  public Metrics(String buildVersion, ScheduledExecutorService timer) {
    this.timer = timer;
    Gauge.builder("user.service.build.info", () -> 1)
        .description("Always 1; the label is the version")
        .tag("version", buildVersion)
        .strongReference(true)
        .register(registry);
  }

  /** Returns a meter that counts and times gRPC calls. */
  public CallMeter grpcCalls() {
    return new GrpcCallMetrics(registry);
  }

  /** Returns a meter that counts and times REST requests. */
  public RequestMeter requests() {
    return new RequestMetrics(registry);
  }

  /** Returns a factory of trackers that count and time the use of connection pools. */
  public MetricsTrackerFactory pools() {
    return new MicrometerMetricsTrackerFactory(registry);
  }

  /** Returns a consumer of the times, in nanoseconds, that passwords wait to be hashed. */
  public LongConsumer hashingWaits() {
    var waits =
        LatencyBuckets.timer("user.hashing.wait")
            .description("The time that passwords waited to be hashed")
            .register(registry);
    return nanoseconds -> waits.record(nanoseconds, TimeUnit.NANOSECONDS);
  }

  /** Registers the metrics of the workers, under Micrometer's names for thread pools. */
  public void watchWorkers(FairPool workers) {
    workers("executor.active", "Calls that run on workers", workers, FairPool::running);
    workers("executor.queued", "Calls that wait for a worker", workers, FairPool::waiting);
    workers(
        "executor.queue.remaining",
        "Further calls that may wait",
        workers,
        pool -> Math.max(0, pool.capacity() - pool.waiting()));
    workers("executor.pool.size", "Threads of the workers", workers, FairPool::threads);
    workers("executor.pool.core", "Threads that may run calls", workers, FairPool::concurrency);
    workers("executor.pool.max", "Threads that may run calls", workers, FairPool::concurrency);
    FunctionCounter.builder("executor.completed", workers, FairPool::completed)
        .description("Calls that workers have completed")
        .baseUnit(BaseUnits.TASKS)
        .tags(WORKERS)
        .register(registry);
    for (RequestKind kind : RequestKind.values()) {
      String name = kind.name();
      FunctionCounter.builder("user.workers.refused", workers, pool -> pool.refused(name))
          .description(
              "Calls that were refused because no worker was free in time or the queue was full")
          .tag("kind", name.toLowerCase(Locale.ROOT))
          .register(registry);
      Gauge.builder("user.workers.active", workers, pool -> pool.running(name))
          .description("Calls that run on workers, by kind")
          .tag("kind", name.toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  private void workers(
      String name, String description, FairPool workers, ToDoubleFunction<FairPool> part) {
    Gauge.builder(name, workers, part)
        .description(description)
        .baseUnit(
            name.contains(".pool.") || name.endsWith("active")
                ? BaseUnits.THREADS
                : BaseUnits.TASKS)
        .tags(WORKERS)
        .register(registry);
  }

  /** Adds the metrics of the core. */
  public void watch(UserCore core) {
    gauge(
        "user.hashing.queued",
        "Passwords that wait to be hashed",
        core,
        HashingStatistics::waiting);
    gauge(
        "user.hashing.places",
        "The maximum number of passwords that may wait",
        core,
        HashingStatistics::capacity);
    gauge("user.hashing.running", "Passwords being hashed", core, HashingStatistics::running);
    gauge(
        "user.hashing.width",
        "The maximum number of passwords hashed at once",
        core,
        HashingStatistics::concurrency);
    FunctionCounter.builder("user.hashing.rejected", core, known -> known.hashing().rejected())
        .description("Calls refused because too many passwords wait to be hashed")
        .register(registry);
    new MailMetrics(core).bindTo(registry, timer);
    new CacheMetrics(registry, core).bind();
    events = new EventMetrics(core);
    events.bindTo(registry, timer);
    for (Operation method : Operation.values()) {
      if (!method.isLimited()) {
        continue;
      }
      FunctionCounter.builder(
              "user.limit.refusals", core, known -> known.rateLimits().refusals(method))
          .description("Calls refused because their caller calls too often, over both transports")
          .tag("method", method.title())
          .register(registry);
    }
  }

  /** Adds the metrics of a sink of events. Must be called after those of the core were added. */
  public void watch(EventDeliveries sink) {
    events.bindSink(registry, sink);
  }

  private void gauge(
      String name, String description, UserCore core, ToDoubleFunction<HashingStatistics> part) {
    Gauge.builder(name, core, known -> part.applyAsDouble(known.hashing()))
        .description(description)
        .register(registry);
  }

  /**
   * Adds the metrics of the service's health.
   *
   * @param components the names of the components
   * @param serving whether calls are accepted
   * @param latest the latest report
   */
  public void watchHealth(
      Iterable<String> components,
      BooleanSupplier serving,
      Supplier<Optional<HealthReport>> latest) {
    Gauge.builder("user.service.ready", () -> serving.getAsBoolean() ? 1 : 0)
        .description("1 while calls are accepted")
        .strongReference(true)
        .register(registry);
    for (String component : components) {
      Gauge.builder("user.component.up", () -> isUp(latest.get(), component) ? 1 : 0)
          .description("1 while the component works")
          .tag("component", component)
          .strongReference(true)
          .register(registry);
    }
  }

  private static boolean isUp(Optional<HealthReport> report, String component) {
    return report
        .map(found -> found.components().get(component) == HealthReport.Status.HEALTHY)
        .orElse(false);
  }

  /** Returns all metrics in the Prometheus text format (version 0.0.4). */
  public String scrape() {
    jvm.bindOnceTo(registry);
    return registry.scrape();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    jvm.close();
    registry.close();
  }
}
