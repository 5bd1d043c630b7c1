package com.ecommerce.user.core.internal.webhook;

import com.ecommerce.user.core.event.CloudEvents;
import com.ecommerce.user.core.event.EventDeliveries;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.concurrent.RetryDelays;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.event.EventSequencer;
import com.ecommerce.user.core.internal.log.FailureLogger;
import com.ecommerce.user.core.internal.log.RateLimitedLogger;
import com.ecommerce.user.core.internal.webhook.DeliveryDao.Claimed;
import com.ecommerce.user.core.internal.webhook.DeliveryDao.Result;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.webhook.WebhookDelivery;
import com.ecommerce.user.core.webhook.WebhookException;
import com.ecommerce.user.core.webhook.WebhookId;
import com.ecommerce.user.core.webhook.WebhookMessage;
import com.ecommerce.user.core.webhook.WebhookTransport;
import com.ecommerce.user.core.webhook.Webhooks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Sends the queued events to the endpoints. The workers of several instances share the work.
 * Thread-safe.
 *
 * <p><b>Algorithm.</b> A queue in the database with leases. Of the events of a user that wait for
 * an endpoint, only the first has a time at which it is due; the transaction that finishes it gives
 * one to the next. So the order of a user's events is kept without a look at the others, and those
 * behind a failing event cost nothing. One poll claims what is due for all endpoints: it locks rows
 * that nobody else has locked ({@code for update skip locked}), and makes them due again after
 * {@link #LEASE}, in case this process is killed. A worker that was so slow that another one has
 * claimed the row records nothing: it is fenced by the number of the attempt and that of the place
 * in the queue, which changes when the event is queued again and attempts begin anew. Only the
 * clock of the database counts, since those of the instances may differ.
 *
 * <p>For example, events 1 and 2 of a user wait, and 1 is due. An instance claims 1, sends it, and
 * is killed before it records that. Half a minute later, another instance claims 1, sends it a
 * second time, and makes 2 due in the transaction that marks 1 as delivered.
 *
 * <p><b>Bounds.</b> A poll makes at most {@value #SHARE} deliveries of an endpoint at a time, each
 * on a thread of its own, so an endpoint that does not answer occupies no other's threads. At most
 * {@value #DATABASE_SHARE} of them use the database at the same time, so that calls get
 * connections. A poll is three statements for any number of endpoints, twice a second and after
 * each delivery; without endpoints, it is one statement every five seconds.
 */
public final class WebhookWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WebhookWorker.class);

  /** The name of the sink in metrics. */
  static final String SINK = "webhooks";

  /** The pause after the first failed attempt, for {@link RetryDelays}. */
  public static final Duration FIRST_RETRY = Duration.ofSeconds(5);

  static final Duration GIVE_UP_AFTER = Duration.ofHours(24);
  static final Duration PAUSE_AFTER = Duration.ofDays(3);

  /** The longest pause that an endpoint can request with {@code Retry-After}. */
  static final Duration MAX_ASKED = Duration.ofHours(1);

  /** Several times {@link WebhookTransport#TIMEOUT}, after which the result is recorded. */
  static final Duration LEASE = Duration.ofSeconds(30);

  /** The number of deliveries of an endpoint that a process makes at a time. */
  static final int SHARE = 4;

  private static final int DATABASE_SHARE = 3;
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration PAUSE_WITHOUT_ENDPOINTS = Duration.ofSeconds(5);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

  private final Database database;
  private final Clock clock;
  private final WebhookQueue queue;
  private final EventSequencer sequencer;
  private final WebhookEvents events;
  private final WebhookTransport transport;
  private final CloudEvents format;
  private final RetryDelays pauses;
  private final RateLimitedLogger deadLine;
  private final EventDeliveries counts = new EventDeliveries(SINK);
  private final Map<WebhookId, Integer> running = new ConcurrentHashMap<>();
  private final Semaphore databaseShare = new Semaphore(DATABASE_SHARE, true);
  private final AtomicBoolean woken = new AtomicBoolean();
  private final ExecutorService senders =
      DaemonThreads.poolWithoutQueue("webhook", Webhooks.MAX_ENDPOINTS * SHARE);

  /** Used by the poller. After a failure, the events are still in the log or in the queue. */
  private final FailureLogger failures =
      new FailureLogger(
          log,
          Level.ERROR,
          failed -> Database.isOutage(failed) || isStopping(),
          "Webhooks cannot be sent; the service tries again",
          "Webhooks are sent again");

  private volatile ScheduledExecutorService poller;
  private volatile boolean stopping;

  /** The number of polls to leave out. Only the poller uses the fields below. */
  private long pollsToSkip;

  private int timeline;
  private boolean hasEndpoints;

  /**
   * Creates a worker whose threads are not started yet.
   *
   * @param deadLine limits the log lines about deliveries that were given up
   */
  public WebhookWorker(
      Database database,
      Clock clock,
      WebhookQueue queue,
      EventSequencer sequencer,
      WebhookEvents events,
      WebhookTransport transport,
      CloudEvents format,
      RetryDelays pauses,
      RateLimitedLogger deadLine) {
    this.database = database;
    this.clock = clock;
    this.queue = queue;
    this.sequencer = sequencer;
    this.events = events;
    this.transport = transport;
    this.format = format;
    this.pauses = pauses;
    this.deadLine = deadLine;
  }

  /** Starts the thread that polls. Those that send start when there is something to send. */
  public synchronized void start() {
    var timer = DaemonThreads.timer("webhook-poller");
    poller = timer;
    timer.scheduleWithFixedDelay(
        this::pollOrSkip, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns the counts of deliveries by this process, for metrics. */
  public EventDeliveries counts() {
    return counts;
  }

  /** Makes a started worker look for work at once, instead of at its next poll. Never blocks. */
  public void wake() {
    run(this::pollAndLog);
  }

  private void run(Runnable task) {
    var timer = poller;
    if (timer == null || stopping || !woken.compareAndSet(false, true)) {
      return;
    }
    try {
      timer.execute(
          () -> {
            woken.set(false);
            task.run();
          });
    } catch (RejectedExecutionException stopped) {
      log.debug("Webhooks were not polled, since the service is stopping");
    }
  }

  private void pollOrSkip() {
    if (pollsToSkip > 0) {
      pollsToSkip--;
    } else {
      pollAndLog();
    }
  }

  private void pollAndLog() {
    failures.run(this::poll);
  }

  private boolean isStopping() {
    return stopping;
  }

  private void poll() {
    var work = database.read(RequestContext.system(), handle -> new WebhookDao(handle).work());
    hasEndpoints = work.endpoints() > 0;
    pollsToSkip = hasEndpoints ? 0 : PAUSE_WITHOUT_ENDPOINTS.dividedBy(PAUSE) - 1;
    if (!hasEndpoints) {
      return;
    }
    var end = sequencer.advanceQuickly();
    timeline = end.timeline();
    boolean isLeft = work.position() < end.position() || work.hasReplays();
    while (isLeft && !stopping) {
      isLeft = queue.fill(end);
      claim();
      // While many events are queued again for one endpoint, all get the new ones.
      end = sequencer.advanceQuickly();
    }
    claim();
  }

  /** Claims what is due, and hands it to the senders. */
  private void claim() {
    if (stopping || !hasEndpoints) {
      return;
    }
    var known = Map.copyOf(running);
    var claimed =
        database.inStatement(
            RequestContext.system(),
            handle -> new DeliveryDao(handle).claim(timeline, LEASE, SHARE, known));
    for (Claimed one : claimed) {
      running.merge(one.endpoint(), 1, Integer::sum);
      try {
        senders.execute(() -> deliverAndLog(one));
      } catch (RejectedExecutionException stopped) {
        // This worker is stopping, or deleted endpoints occupy threads for a moment. The delivery
        // is due again when its lease ends.
        release(one.endpoint());
      }
    }
  }

  private void release(WebhookId endpoint) {
    running.computeIfPresent(endpoint, (id, count) -> count == 1 ? null : count - 1);
  }

  private void deliverAndLog(Claimed claimed) {
    try {
      deliver(claimed);
    } catch (RuntimeException | Error failed) {
      // The delivery is due again when its lease ends.
      if (Database.isOutage(failed) || stopping) {
        log.debug("The delivery of event {} was not recorded", claimed.eventId(), failed);
      } else {
        log.error("The delivery of event {} was not recorded", claimed.eventId(), failed);
      }
    } finally {
      release(claimed.endpoint());
      run(() -> failures.run(this::claim));
    }
  }

  private void deliver(Claimed claimed) {
    if (claimed.event().isEmpty()) {
      var result = Result.failed("the event is not kept any more");
      record((tx, now) -> finish(tx, claimed, result, WebhookDelivery.State.DEAD, now));
      return;
    }
    var result = send(message(claimed, claimed.event().get()));
    if (stopping && !result.isSuccess()) {
      // The stop may have been the reason.
      return;
    }
    counts.add(
        result.isSuccess() ? EventDeliveries.Result.DELIVERED : EventDeliveries.Result.FAILED, 1);
    record((tx, now) -> recordResult(tx, claimed, result, now));
  }

  private WebhookMessage message(Claimed claimed, UserEvent event) {
    String id = event.id().toString();
    long timestamp = clock.instant().getEpochSecond();
    byte[] body = format.json(event);
    String signatures =
        claimed.secrets().stream()
            .map(secret -> secret.sign(id, timestamp, body))
            .collect(Collectors.joining(" "));
    return new WebhookMessage(
        claimed.url(),
        Map.of(
            "content-type",
            CloudEvents.MEDIA_TYPE,
            "webhook-id",
            id,
            "webhook-timestamp",
            Long.toString(timestamp),
            "webhook-signature",
            signatures),
        body);
  }

  private Result send(WebhookMessage message) {
    try {
      var answer = transport.post(message);
      return new Result(
          OptionalInt.of(answer.status()),
          answer.isAccepted() ? "" : "HTTP status " + answer.status(),
          answer.isGone(),
          answer.pause(clock.instant()));
    } catch (WebhookException failed) {
      log.debug("A message to a webhook endpoint failed", failed);
      return Result.failed(failed.getMessage());
    } catch (RuntimeException failed) {
      // Unless it counts as a failed attempt, the message is never given up.
      if (!stopping) {
        log.error("A message to a webhook endpoint could not be sent", failed);
      }
      return Result.failed("internal error");
    }
  }

  /**
   * Runs a transaction that finishes deliveries.
   *
   * @param work gets the time of the transaction
   */
  private void record(BiConsumer<Handle, Instant> work) {
    databaseShare.acquireUninterruptibly();
    try {
      database.useTransaction(
          RequestContext.system(), tx -> work.accept(tx, new DeliveryDao(tx).lockToFinish()));
    } finally {
      databaseShare.release();
    }
  }

  private void recordResult(Handle tx, Claimed claimed, Result result, Instant now) {
    if (result.isSuccess()) {
      finish(tx, claimed, result, WebhookDelivery.State.DELIVERED, now);
      new WebhookDao(tx).noteSuccess(claimed.endpoint());
      return;
    }
    Instant end = claimed.firstAttemptAt().plus(GIVE_UP_AFTER);
    if (now.isBefore(end)) {
      Instant next = now.plus(pause(claimed, result));
      new DeliveryDao(tx).postpone(claimed, result, next.isAfter(end) ? end : next);
    } else {
      finish(tx, claimed, result, WebhookDelivery.State.DEAD, now);
    }
    boolean isPaused =
        new WebhookDao(tx).noteFailure(claimed, now, result.isGone(), now.minus(PAUSE_AFTER));
    if (isPaused) {
      String reason =
          result.isGone()
              ? "it answered with status 410 (Gone)"
              : "no attempt has succeeded for " + PAUSE_AFTER.toDays() + " days";
      events.appendPause(tx, clock.instant(), claimed.endpoint(), reason);
      tx.afterCommit(() -> logPause(claimed, result, reason));
    }
  }

  /** Returns the pause after a failed attempt. An endpoint can make it longer, not shorter. */
  private Duration pause(Claimed claimed, Result result) {
    var own = pauses.after(claimed.attempts());
    var asked = result.pause().compareTo(MAX_ASKED) > 0 ? MAX_ASKED : result.pause();
    return asked.compareTo(own) > 0 ? asked : own;
  }

  private void finish(
      Handle tx, Claimed claimed, Result result, WebhookDelivery.State state, Instant now) {
    boolean isFinished = new DeliveryDao(tx).finish(claimed, result, state, now);
    if (isFinished && state == WebhookDelivery.State.DEAD) {
      tx.afterCommit(() -> noteDead(claimed, result));
    }
  }

  private static void logPause(Claimed claimed, Result result, String reason) {
    log.warn(
        "Webhook endpoint {} was paused, since {}; the last answer: {}."
            + " Events for it are kept for {} days, and are sent when it is resumed",
        claimed.endpoint(),
        reason,
        result.failure(),
        WebhookPurge.KEEP_OTHERS.toDays());
  }

  private void noteDead(Claimed claimed, Result result) {
    counts.add(EventDeliveries.Result.GIVEN_UP, 1);
    deadLine
        .due()
        .ifPresent(
            leftOut ->
                log.warn(
                    "Event {} was given up for webhook endpoint {} after {} attempts: {}."
                        + " Such events left out since the last such line: {}",
                    claimed.eventId(),
                    claimed.endpoint(),
                    claimed.attempts(),
                    result.failure(),
                    leftOut));
  }

  /**
   * Stops. Waits at most 2 seconds for messages that are being sent; what is not recorded by then
   * is sent again when its lease ends.
   */
  @Override
  public synchronized void close() {
    stopping = true;
    if (poller != null) {
      DaemonThreads.stop(poller, STOP_TIMEOUT);
    }
    DaemonThreads.stop(senders, STOP_TIMEOUT);
  }
}
