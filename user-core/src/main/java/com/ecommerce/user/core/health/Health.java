package com.ecommerce.user.core.health;

import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.concurrent.Stages;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the health of the service. Checks that are requested while one runs share its result, so
 * that many probes cost no more than one. Thread-safe.
 */
public final class Health implements AutoCloseable {
  /**
   * The maximum duration of a check. A component that has not answered by then counts as unhealthy.
   */
  public static final Duration MAX_WAIT = Duration.ofMillis(1_500);

  private static final Logger log = LoggerFactory.getLogger(Health.class);
  private static final String DATABASE = "database";
  private static final int VALIDATION_SECONDS = 1;

  private final Clock clock;
  private final Map<String, Component> components = new TreeMap<>();
  private final ThreadPoolExecutor prober;
  private final AtomicReference<CompletableFuture<HealthReport>> running = new AtomicReference<>();

  /** A component with its check, which completes with true if the component answers. */
  private record Component(
      boolean required, Supplier<CompletionStage<Boolean>> check, BooleanSupplier isImpaired) {}

  /** A check of one component. */
  @FunctionalInterface
  public interface Probe {
    /**
     * Returns whether the component answers. May block for some time. Called by one thread at a
     * time, except for the probe of the database: if a call hangs, others are made meanwhile.
     *
     * @throws Exception if it does not
     */
    boolean isWell() throws Exception;

    /** Returns a probe of a database, for which one connection is enough. */
    static Probe of(DataSource database) {
      return () -> answers(database);
    }
  }

  /**
   * Creates the checks. Embedders get them from {@code UserCore} instead.
   *
   * @param database checks the database
   * @param isDatabaseImpaired returns whether a database that answers refuses part of its work, for
   *     example all writes; must not block
   * @param optional components that the service can do without, by name
   */
  public Health(
      Clock clock,
      Supplier<CompletionStage<Boolean>> database,
      BooleanSupplier isDatabaseImpaired,
      Map<String, Probe> optional) {
    this.clock = clock;
    components.put(DATABASE, new Component(true, database, isDatabaseImpaired));
    optional.forEach(
        (name, probe) ->
            components.put(name, new Component(false, () -> check(name, probe), () -> false)));
    // A probe that hangs must not delay the others.
    prober = DaemonThreads.pool("health-probe", components.size(), new LinkedBlockingQueue<>());
  }

  private static boolean answers(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection()) {
      return connection.isValid(VALIDATION_SECONDS);
    }
  }

  /** Returns the names of the components that are checked. */
  public Set<String> componentNames() {
    return Set.copyOf(components.keySet());
  }

  /**
   * Checks every component.
   *
   * @return completes within {@link #MAX_WAIT}; fails if no check is possible, as after {@link
   *     #close}
   */
  public CompletionStage<HealthReport> check() {
    while (true) {
      var current = running.get();
      if (current != null && !current.isDone()) {
        return current.copy();
      }
      var next = new CompletableFuture<HealthReport>();
      if (running.compareAndSet(current, next)) {
        probeAll(next);
        return next.copy();
      }
    }
  }

  private void probeAll(CompletableFuture<HealthReport> report) {
    if (prober.isShutdown()) {
      report.completeExceptionally(new IllegalStateException("closed"));
      return;
    }
    var results = new TreeMap<String, CompletableFuture<Boolean>>();
    components.forEach((name, component) -> results.put(name, check(component)));
    CompletableFuture.allOf(results.values().toArray(CompletableFuture[]::new))
        .thenApply(all -> report.complete(summarise(results)))
        .exceptionally(report::completeExceptionally);
  }

  private CompletionStage<Boolean> check(String name, Probe probe) {
    return Stages.supply(() -> isWell(name, probe), prober);
  }

  private static CompletableFuture<Boolean> check(Component component) {
    return component
        .check()
        .get()
        .toCompletableFuture()
        .completeOnTimeout(false, MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static boolean isWell(String name, Probe probe) {
    try {
      return probe.isWell();
    } catch (Exception | Error failed) {
      log.debug("Component {} does not answer", name, failed);
      return false;
    }
  }

  private HealthReport summarise(Map<String, CompletableFuture<Boolean>> results) {
    var statuses = new TreeMap<String, HealthReport.Status>();
    var worst = HealthReport.Status.HEALTHY;
    for (var result : results.entrySet()) {
      var component = components.get(result.getKey());
      var status = status(component, result.getValue().join());
      statuses.put(result.getKey(), status);
      worst = worst.orWorse(status, component.required());
    }
    Instant now = clock.instant();
    return new HealthReport(worst, statuses, now);
  }

  private static HealthReport.Status status(Component component, boolean answers) {
    if (!answers) {
      return HealthReport.Status.UNHEALTHY;
    }
    return component.isImpaired().getAsBoolean()
        ? HealthReport.Status.DEGRADED
        : HealthReport.Status.HEALTHY;
  }

  /** Stops the probes. */
  @Override
  public void close() {
    prober.shutdownNow();
  }
}
