package com.ecommerce.user.server.metrics;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventDeliveries;
import com.ecommerce.user.core.event.EventStatistics;
import com.ecommerce.user.core.event.EventStatistics.Lag;
import com.ecommerce.user.core.request.RequestContext;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of the event log: its watches, and for each sink the lag, which is the same for all
 * instances, and the deliveries by this process. Lags are read every ten seconds instead of at each
 * scrape, so that a scrape never waits for the database. Thread-safe.
 */
final class EventMetrics {
  private static final Logger log = LoggerFactory.getLogger(EventMetrics.class);

  /** The delay before the first read, which should not slow down the first calls. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final UserCore core;
  private volatile Optional<EventStatistics> latest = Optional.empty();

  EventMetrics(UserCore core) {
    this.core = core;
  }

  /**
   * @param timer runs the reads
   */
  void bindTo(MeterRegistry registry, ScheduledExecutorService timer) {
    Gauge.builder("user.event.watches", this, events -> events.value(EventStatistics::watches))
        .description("Watches of the event log in this process, including those of sinks")
        .register(registry);
    timer.scheduleWithFixedDelay(
        this::refresh, FIRST_PAUSE.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  void bindSink(MeterRegistry registry, EventDeliveries sink) {
    String name = sink.sink();
    Gauge.builder("user.event.sink.lag", this, events -> events.lag(name, Lag::events))
        .description("Events that the sink has not received yet")
        .baseUnit("events")
        .tag("sink", name)
        .register(registry);
    TimeGauge.builder(
            "user.event.sink.oldest.age",
            this,
            TimeUnit.SECONDS,
            events -> events.lag(name, lag -> lag.age().toMillis() / 1_000.0))
        .description("The time since the oldest event occurred that the sink has not received yet")
        .tag("sink", name)
        .register(registry);
    for (EventDeliveries.Result result : EventDeliveries.Result.values()) {
      FunctionCounter.builder("user.event.deliveries", sink, known -> known.count(result))
          .description("Deliveries of events by this process, by result; failures are attempts")
          .tag("sink", name)
          .tag("result", result.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  private double lag(String sink, Function<Lag, Number> part) {
    return latest
        .map(found -> found.lags().get(sink))
        .map(part)
        .map(Number::doubleValue)
        .orElse(Double.NaN);
  }

  /** Returns the value; NaN while the database cannot be read. */
  private double value(Function<EventStatistics, Number> part) {
    return latest.map(part).map(Number::doubleValue).orElse(Double.NaN);
  }

  /** Reads the figures. Throws nothing, since an exception would end the periodic task. */
  private void refresh() {
    try {
      latest = Optional.of(core.eventStatistics(RequestContext.system()));
    } catch (UserServiceException away) {
      latest = Optional.empty();
      log.debug("The positions of sinks cannot be read: {}", away.reason());
    } catch (RuntimeException | Error defect) {
      latest = Optional.empty();
      log.warn(
          "The positions of sinks cannot be read; they are read again in {} s",
          INTERVAL.toSeconds(),
          defect);
    }
  }
}
