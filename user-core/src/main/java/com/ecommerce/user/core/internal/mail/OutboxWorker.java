package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.concurrent.RetryDelays;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.log.RateLimitedLogger;
import com.ecommerce.user.core.mail.MailDelivery;
import com.ecommerce.user.core.mail.MailException;
import com.ecommerce.user.core.mail.MailObserver;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the mails of the outbox one after the other. The workers of several instances can run at
 * the same time. Thread-safe.
 *
 * <p>The algorithm is a transactional outbox with a polling publisher (Chris Richardson,
 * "Microservices Patterns", chapter 3): the change that causes a mail queues it in the same
 * transaction. A mail is therefore sent only if the change was committed.
 *
 * <p>One statement claims a mail for 8 minutes, and a transaction creates the secret of its link.
 * The mail is sent outside of a transaction, and another statement records the result. If the
 * process ends in between, the mail is due again when its claim ends. So a mail is sent at least
 * once, and each copy has the same Message-ID and a working link. For example, a process dies after
 * the mail server has accepted a mail: 8 minutes later, another instance sends it again, and mail
 * programs recognize the copy by its Message-ID.
 *
 * <p>After a failure, the next attempt follows half a minute later, and further ones after
 * increasing pauses. When the mail is a day old, it is given up and kept.
 *
 * <p>While the mail server is unavailable, one mail is tried every 5 seconds. The others are not
 * tried, so they are sent as soon as the server accepts a mail, and an outage costs neither a line
 * of log nor a statement for each of them.
 */
public final class OutboxWorker implements MailDelivery, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OutboxWorker.class);

  static final Duration LEASE = MailTransport.LONGEST;
  static final Duration GIVE_UP_AFTER = Duration.ofHours(24);

  /** The pause after the first failed attempt, for {@link RetryDelays}. */
  public static final Duration FIRST_RETRY = Duration.ofSeconds(30);

  /**
   * The pause after the start: mails that were left behind can wait until the first calls are
   * answered.
   */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private static final Duration POLL_PAUSE = Duration.ofSeconds(5);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final Database database;
  private final Clock clock;
  private final MailComposer composer;
  private final MailTransport transport;
  private final RetryDelays pauses;
  private final RateLimitedLogger failureLine;
  private final MailObserver observer;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong failedAttempts = new AtomicLong();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final Object sending = new Object();
  private volatile boolean lastAttemptFailed;

  /** The failed attempts since the mail server became unavailable; 0 while it is available. */
  private final AtomicLong attemptsInOutage = new AtomicLong();

  private volatile boolean stopping;
  private volatile ScheduledExecutorService thread;

  /**
   * Creates a worker whose thread is not started yet.
   *
   * @param failureLine limits the log lines about mails that were not sent
   */
  public OutboxWorker(
      Database database,
      Clock clock,
      MailComposer composer,
      MailTransport transport,
      RetryDelays pauses,
      RateLimitedLogger failureLine,
      MailObserver observer) {
    this.database = database;
    this.clock = clock;
    this.composer = composer;
    this.transport = transport;
    this.pauses = pauses;
    this.failureLine = failureLine;
    this.observer = observer;
  }

  /**
   * Checks the templates, and starts the thread that sends.
   *
   * @throws IllegalArgumentException if a template of the operator is invalid
   */
  public synchronized void start() {
    composer.load();
    thread = DaemonThreads.timer("mail");
    thread.scheduleWithFixedDelay(
        this::runAndLog, FIRST_PAUSE.toMillis(), POLL_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Makes a started worker check for mails at once, instead of at its next poll, which comes every
   * 5 seconds. Does nothing while the mail server is unavailable.
   */
  public void wake() {
    var sender = thread;
    if (sender == null || attemptsInOutage.get() > 0 || !woken.compareAndSet(false, true)) {
      return;
    }
    try {
      sender.execute(
          () -> {
            woken.set(false);
            runAndLog();
          });
    } catch (RejectedExecutionException stopped) {
      log.debug("A mail was queued while the worker stopped; another one will send it");
    }
  }

  /**
   * Sends the mails that are due. Throws nothing, since an exception would end the periodic task.
   */
  void runAndLog() {
    try {
      sendDue();
    } catch (RuntimeException | Error failed) {
      // The mails are still in the outbox; the next poll finds them.
      if (Database.isOutage(failed)) {
        log.debug("The mail worker sent nothing, since the database is unavailable", failed);
      } else {
        log.error("The mail worker failed; it will try again", failed);
      }
    }
  }

  @Override
  public int sendDue() {
    synchronized (sending) {
      int count = 0;
      boolean more = true;
      while (more && !stopping) {
        var claimed = database.inStatement(RequestContext.system(), this::claim);
        if (claimed.isEmpty()) {
          break;
        }
        count += observedAttempt(claimed.get()) ? 1 : 0;
        more = claimed.get().moreDue() && attemptsInOutage.get() == 0;
      }
      return count;
    }
  }

  private Optional<QueuedMail> claim(Handle handle) {
    Instant now = clock.instant();
    return new MailDao(handle).claim(now, now.plus(LEASE));
  }

  private boolean observedAttempt(QueuedMail queued) {
    var attempt =
        new MailObserver.Attempt(queued.id(), queued.kind(), queued.attempts(), queued.cause());
    try (var observation = observer.begin(attempt)) {
      return attempt(RequestContext.system().observedBy(observation.work()), queued, observation);
    }
  }

  private boolean attempt(
      RequestContext call, QueuedMail queued, MailObserver.Observation observation) {
    try {
      var prepared = database.inTransaction(call, tx -> composer.prepare(tx, queued));
      if (prepared.isEmpty()) {
        return false;
      }
      var mail = composer.compose(prepared.get());
      try (var sending = call.observer().begin("send mail")) {
        transport.send(mail);
      }
    } catch (MailException failed) {
      observation.failed(failed);
      logFailure(queued, failed);
      lastAttemptFailed = !failed.isOfRecipient();
      afterFailure(call, queued, failed.isPermanent());
      return false;
    } catch (RuntimeException defect) {
      observation.failed(defect);
      if (Database.isOutage(defect)) {
        // The attempt cannot be recorded; another one follows when the lease ends.
        throw defect;
      }
      log.error(
          "Mail {} could not be composed or sent at attempt {}", queued, queued.attempts(), defect);
      afterFailure(call, queued, false);
      return false;
    }
    noteAvailable();
    lastAttemptFailed = false;
    sent.incrementAndGet();
    finish(call, queued, MailState.SENT);
    return true;
  }

  /** Logs an outage of the server once, and other failures at most once in ten seconds. */
  private void logFailure(QueuedMail queued, MailException failed) {
    if (failed.isServerUnavailable() && attemptsInOutage.incrementAndGet() == 1) {
      log.warn(
          "Mail {} was not sent at attempt {}: {}. The mail server is unavailable; one mail is tried every {} s until it accepts one",
          queued,
          queued.attempts(),
          failed.getMessage(),
          POLL_PAUSE.toSeconds());
      return;
    }
    if (!failed.isServerUnavailable()) {
      noteAvailable();
      var leftOut = failureLine.due();
      if (leftOut.isPresent()) {
        log.warn(
            "Mail {} was not sent at attempt {}: {}. Failures left out since the last such line: {}",
            queued,
            queued.attempts(),
            failed.getMessage(),
            leftOut.getAsLong());
        return;
      }
    }
    log.debug(
        "Mail {} was not sent at attempt {}: {}", queued, queued.attempts(), failed.getMessage());
  }

  private void noteAvailable() {
    long failed = attemptsInOutage.getAndSet(0);
    if (failed > 0) {
      log.info("Mails are sent again, after {} failed attempts", failed);
    }
  }

  private void afterFailure(RequestContext call, QueuedMail queued, boolean permanent) {
    failedAttempts.incrementAndGet();
    Instant now = clock.instant();
    Instant end = queued.createdAt().plus(GIVE_UP_AFTER);
    if (permanent || !now.isBefore(end)) {
      finish(call, queued, MailState.FAILED);
      return;
    }
    Instant next = now.plus(pauses.after(queued.attempts()));
    Instant due = next.isAfter(end) ? end : next;
    database.inStatement(
        call, handle -> new MailDao(handle).postpone(queued.id(), queued.attempts(), due));
  }

  private void finish(RequestContext call, QueuedMail queued, MailState state) {
    database.inStatement(
        call,
        handle ->
            new MailDao(handle).finish(queued.id(), queued.attempts(), state, clock.instant()));
  }

  @Override
  public long sent() {
    return sent.get();
  }

  @Override
  public long failedAttempts() {
    return failedAttempts.get();
  }

  /** Returns whether the transport accepted the latest mail, or refused only its recipient. */
  public boolean isTransportWell() {
    return !lastAttemptFailed;
  }

  /** Stops after the mail that is being sent, for which it waits at most 5 seconds. */
  @Override
  public synchronized void close() {
    stopping = true;
    if (thread != null) {
      DaemonThreads.stop(thread, STOP_TIMEOUT);
    }
  }
}
