package com.ecommerce.user.server;

import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.health.HealthReport;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@code grpc.health.v1.Health} up to date with {@link Health}: SERVING unless a required
 * component is unavailable, for the whole server and each service. Thread-safe.
 */
final class HealthReporter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HealthReporter.class);

  /**
   * The interval of reports. With a probe that waits a second for the database, watchers are
   * notified within two seconds.
   */
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final Health health;
  private final List<String> services;
  private final HealthStatusManager manager = new HealthStatusManager();
  private final ScheduledExecutorService timer = DaemonThreads.timer("health-reporter");
  private volatile Optional<HealthReport> latest = Optional.empty();
  private boolean failing;
  private ServingStatus reported = ServingStatus.UNKNOWN;
  private volatile boolean closed;

  /**
   * @param services the full names of the services
   */
  HealthReporter(Health health, List<String> services) {
    this.health = health;
    this.services = services;
  }

  BindableService service() {
    return manager.getHealthService();
  }

  /** Reports now, and then every half second. */
  void start() {
    refresh();
    timer.scheduleWithFixedDelay(
        this::refresh, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns the latest report; empty before the first one. */
  Optional<HealthReport> latest() {
    return latest;
  }

  /**
   * Returns whether calls are accepted: every required component answers, and the server is not
   * stopping.
   */
  boolean isServing() {
    return !closed
        && latest.filter(found -> found.status() != HealthReport.Status.UNHEALTHY).isPresent();
  }

  /** Reports the health. Throws nothing, since an exception would end the periodic task. */
  private void refresh() {
    try {
      report(health.check().toCompletableFuture().join());
      failing = false;
    } catch (RuntimeException | Error failed) {
      // The latest report stays until the next check.
      if (!failing) {
        log.error("Health cannot be determined", failed);
      }
      failing = true;
    }
  }

  private synchronized void report(HealthReport report) {
    if (closed) {
      return;
    }
    latest = Optional.of(report);
    boolean serving = report.status() != HealthReport.Status.UNHEALTHY;
    var status = serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    if (status == reported) {
      return;
    }
    // The status only changes with an outage of the database, which the core logs.
    log.debug("Health is now {}: {}", report.status(), report.components());
    reported = status;
    manager.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    services.forEach(service -> manager.setStatus(service, status));
  }

  /**
   * Permanently sets the status to NOT_SERVING, and notifies watchers immediately. A second call
   * does nothing.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    timer.shutdownNow();
    manager.enterTerminalState();
  }
}
