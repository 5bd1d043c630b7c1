package com.ecommerce.user.server;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.event.EventDeliveries;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.concurrent.FairPool;
import com.ecommerce.user.rest.http.RequestMeter;
import com.ecommerce.user.server.config.BuildInfo;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.intercept.CallMeter;
import com.ecommerce.user.server.metrics.Metrics;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongConsumer;

/** The metrics and probes of the server, unless they are turned off. */
final class Monitoring implements AutoCloseable {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

  private final Optional<ScheduledExecutorService> timer;
  private final Optional<Metrics> metrics;
  private final Optional<MetricsEndpoint> endpoint;

  private Monitoring(
      Optional<ScheduledExecutorService> timer,
      Optional<Metrics> metrics,
      Optional<MetricsEndpoint> endpoint) {
    this.timer = timer;
    this.metrics = metrics;
    this.endpoint = endpoint;
  }

  /**
   * Starts to listen, unless it is turned off.
   *
   * @throws StartupException when it cannot listen
   */
  static Monitoring open(ServerSettings settings) {
    if (settings.metrics().port().isEmpty()) {
      return new Monitoring(Optional.empty(), Optional.empty(), Optional.empty());
    }
    var timer = DaemonThreads.timer("metrics-timer");
    var metrics = new Metrics(BuildInfo.version(), timer);
    try {
      var endpoint = new MetricsEndpoint(settings.listenAddress(), settings.metrics(), metrics);
      return new Monitoring(Optional.of(timer), Optional.of(metrics), Optional.of(endpoint));
    } catch (RuntimeException failed) {
      metrics.close();
      throw failed;
    }
  }

  CallMeter calls() {
    return metrics.map(Metrics::grpcCalls).orElse(CallMeter.NONE);
  }

  RequestMeter requests() {
    return metrics.map(Metrics::requests).orElse(RequestMeter.NONE);
  }

  Optional<MetricsTrackerFactory> pools() {
    return metrics.map(Metrics::pools);
  }

  Optional<LongConsumer> hashingWaits() {
    return metrics.map(Metrics::hashingWaits);
  }

  void watch(FairPool workers) {
    metrics.ifPresent(known -> known.watchWorkers(workers));
  }

  /**
   * Returns the timer that reads metrics from the core, which must be closed before the core.
   * Scrapes then return the latest values until this is closed as well.
   */
  AutoCloseable timer() {
    return () -> timer.ifPresent(running -> DaemonThreads.stop(running, STOP_TIMEOUT));
  }

  /** Adds the metrics of the core, and makes readiness follow the health. */
  void watch(UserCore core, HealthReporter health) {
    metrics.ifPresent(
        known -> {
          known.watch(core);
          known.watchHealth(core.health().componentNames(), health::isServing, health::latest);
        });
    endpoint.ifPresent(listening -> listening.readyWhen(health::isServing));
  }

  /** Adds the metrics of a sink of events. Must be called after those of the core were added. */
  void watch(EventDeliveries sink) {
    metrics.ifPresent(known -> known.watch(sink));
  }

  /** Returns the port; empty if metrics are off. */
  Optional<Integer> port() {
    return endpoint.map(MetricsEndpoint::port);
  }

  @Override
  public void close() {
    endpoint.ifPresent(MetricsEndpoint::close);
    metrics.ifPresent(Metrics::close);
  }
}
