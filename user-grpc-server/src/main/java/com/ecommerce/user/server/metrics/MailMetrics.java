package com.ecommerce.user.server.metrics;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.mail.MailDelivery;
import com.ecommerce.user.core.mail.MailStatistics;
import com.ecommerce.user.core.request.RequestContext;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of the outbox of the whole database, and of the mails that this process has sent. The
 * outbox is read every ten seconds instead of at each scrape, so that a scrape never waits for the
 * database. Thread-safe.
 */
final class MailMetrics {
  private static final Logger log = LoggerFactory.getLogger(MailMetrics.class);

  /** The delay before the first read, which should not slow down the first calls. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final UserCore core;
  private volatile Optional<MailStatistics> outbox = Optional.empty();

  MailMetrics(UserCore core) {
    this.core = core;
  }

  /**
   * @param timer runs the reads of the outbox
   */
  void bindTo(MeterRegistry registry, ScheduledExecutorService timer) {
    gauge(registry, "user.mail.waiting", "Mails that are not sent yet", MailStatistics::waiting);
    gauge(
        registry,
        "user.mail.given.up",
        "Mails that were given up and kept",
        MailStatistics::failed);
    TimeGauge.builder(
            "user.mail.oldest.age",
            this,
            TimeUnit.SECONDS,
            mails -> mails.value(found -> found.oldestAge().toMillis() / 1_000.0))
        .description("The time for which the oldest unsent mail has waited")
        .register(registry);
    core.mailDelivery().ifPresent(worker -> bindWorker(registry, worker));
    timer.scheduleWithFixedDelay(
        this::refresh, FIRST_PAUSE.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String description,
      Function<MailStatistics, Number> part) {
    Gauge.builder(name, this, mails -> mails.value(part))
        .description(description)
        .register(registry);
  }

  private static void bindWorker(MeterRegistry registry, MailDelivery worker) {
    FunctionCounter.builder("user.mail.sent", worker, MailDelivery::sent)
        .description("Mails that this process has sent")
        .register(registry);
    FunctionCounter.builder("user.mail.failed.attempts", worker, MailDelivery::failedAttempts)
        .description("Failed attempts of this process to send a mail")
        .register(registry);
  }

  /** Returns the value; NaN while the outbox cannot be read. */
  private double value(Function<MailStatistics, Number> part) {
    return outbox.map(part).map(Number::doubleValue).orElse(Double.NaN);
  }

  /** Reads the outbox. Throws nothing, since an exception would end the periodic task. */
  private void refresh() {
    try {
      outbox = Optional.of(core.mailStatistics(RequestContext.system()));
    } catch (UserServiceException away) {
      outbox = Optional.empty();
      log.debug("The outbox cannot be read: {}", away.reason());
    } catch (RuntimeException | Error defect) {
      outbox = Optional.empty();
      log.warn("The outbox cannot be read; it is read again in {} s", INTERVAL.toSeconds(), defect);
    }
  }
}
