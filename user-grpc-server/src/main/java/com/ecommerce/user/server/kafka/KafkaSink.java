package com.ecommerce.user.server.kafka;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.CloudEvents;
import com.ecommerce.user.core.event.EventCursors;
import com.ecommerce.user.core.event.EventCursors.Lease;
import com.ecommerce.user.core.event.EventDeliveries;
import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.EventStart;
import com.ecommerce.user.core.event.EventWatch;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.event.UserEvents;
import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.server.config.KafkaSettings;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.kafka.EventQueue.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends all events to a topic of Kafka, in order and at least once. Thread-safe.
 *
 * <p><b>Algorithm.</b> A cursor in the database has the position up to which the brokers have
 * acknowledged the events. One instance at a time has its lease, watches the event log from there
 * on, and sends what it receives in transactions of Kafka, one after the other. It stores the
 * position after a transaction, so what a crash or a failure interrupts is sent again. The brokers
 * refuse the transactions of an instance that goes on after its lease, because the next one has
 * opened a producer with the same transactional id since then. So an instance checks its lease
 * after it has opened a producer, and before it sends: the next one can only take the lease, and
 * then open its own, after that check.
 *
 * <p>For example, an instance sends the events 1 to 3, is suspended before it stores position 3,
 * and loses its lease. The next one sends 1 to 3 again, then 4. When the first one continues, the
 * brokers refuse its 4, and the database its position.
 *
 * <p><b>Outages.</b> While the brokers do not take events, these wait in the database. The
 * beginning and the end of an outage are logged once each. A first failure is not logged, since a
 * new producer often succeeds at once, for example after brokers have forgotten an idle one.
 *
 * <p><b>Bounds.</b> There is one thread, beside the one of the producer, and at most two batches of
 * {@value EventQueue#CAPACITY} events are in memory. The lease lasts longer than a transaction may
 * take, and is renewed between them.
 */
public final class KafkaSink implements Health.Probe, AutoCloseable {
  /** The name of the cursor, of the component in the health, and in metrics. */
  public static final String NAME = "kafka";

  /** The time after which another instance takes over from one that has ended without notice. */
  public static final Duration LEASE = Duration.ofSeconds(20);

  private static final Logger log = LoggerFactory.getLogger(KafkaSink.class);
  private static final int RENEWALS_IN_A_LEASE = 4;
  private static final int ATTEMPTS_IN_A_LEASE = 10;
  private static final long POLL_MILLIS = 250;
  private static final long STORE_INTERVAL = Duration.ofMillis(500).toNanos();
  private static final long RETRY_MILLIS = 1_000;
  private static final long STOP_MILLIS = 1_000;

  /**
   * The number of refusals in one lease that point to a producer outside of it. A single one can be
   * due to an instance that was replaced.
   */
  private static final int REFUSALS = 2;

  /** The number of failures in a row that are an outage. */
  private static final int OUTAGE = 2;

  private final KafkaSettings settings;
  private final EventProducer producer;
  private final Duration leaseTime;
  private final LongSupplier nanoTime;
  private final EventDeliveries deliveries = new EventDeliveries(NAME);
  private final UUID holder = UUID.randomUUID();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread = DaemonThreads.named("kafka-sink").newThread(this::run);
  private UserEvents events;
  private EventCursors cursors;
  private volatile boolean isWell = true;

  /** True if a defect has occurred since the last event was sent. */
  private volatile boolean hasDefect;

  // The fields below belong to the thread.

  /** Null while this instance does not send. */
  private Lease lease;

  private long renewed;

  /** True if the lease was taken or renewed since the producer was opened or has failed. */
  private boolean isLeaseChecked;

  private EventQueue queue;
  private EventWatch watch;
  private List<Entry> batch = List.of();

  /** The position that the brokers have acknowledged, and the stored one; null if there is none. */
  private EventPosition reached;

  private EventPosition stored;
  private long lastStore;
  private int failures;

  /** True if the last failure was due to another producer. */
  private boolean isRefused;

  /** The number of such failures in this lease. */
  private int refusals;

  /**
   * Creates a sink, which does not connect yet.
   *
   * @param leaseTime {@link #LEASE}, or a shorter one in tests
   * @param nanoTime a clock such as {@link System#nanoTime}
   * @throws StartupException if a property of the producer is wrong
   */
  public KafkaSink(
      KafkaSettings settings, CloudEvents format, Duration leaseTime, LongSupplier nanoTime) {
    this.settings = settings;
    this.leaseTime = leaseTime;
    this.nanoTime = nanoTime;
    try {
      producer = new EventProducer(settings, format);
    } catch (ConfigException wrong) {
      throw new StartupException("KAFKA_CONFIG_FILE: " + wrong.getMessage(), wrong);
    }
  }

  /** Starts to send the events of a core that has been started. */
  public void start(UserEvents userEvents, EventCursors eventCursors) {
    events = userEvents;
    cursors = eventCursors;
    thread.start();
  }

  /** Returns the counts of deliveries, for metrics. */
  public EventDeliveries deliveries() {
    return deliveries;
  }

  /** Returns false while this instance should send events and cannot. */
  @Override
  public boolean isWell() {
    return isWell && !hasDefect;
  }

  private void run() {
    try {
      while (!isStopping()) {
        runStep();
      }
    } catch (InterruptedException interrupted) {
      log.debug("The sink was interrupted, since the service is stopping");
    }
    end();
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  private void pause(long millis) throws InterruptedException {
    if (stopping.await(millis, TimeUnit.MILLISECONDS)) {
      log.debug("The sink is stopping");
    }
  }

  private void runStep() throws InterruptedException {
    try {
      step();
    } catch (UserServiceException away) {
      // An outage of the database is logged by the core.
      log.debug("The position in Kafka cannot be read or stored: {}", away.reason());
      if (stored != null) {
        // The outage may be a failover that has lost what was reached, but not what is stored.
        lease = null;
      }
      pause(RETRY_MILLIS);
    } catch (RuntimeException | Error defect) {
      if (isStopping()) {
        log.debug("The sink was interrupted, since the service is stopping", defect);
        return;
      }
      if (!hasDefect) {
        log.warn("Events cannot be sent to Kafka; this is tried again", defect);
      }
      hasDefect = true;
      // The next step begins anew.
      lease = null;
      pause(RETRY_MILLIS);
    }
  }

  private void step() throws InterruptedException {
    if (!hasLease()) {
      pause(leaseTime.toMillis() / ATTEMPTS_IN_A_LEASE);
      return;
    }
    if (batch.isEmpty()) {
      batch = queue.take(POLL_MILLIS);
      watch.signal();
    }
    if (batch.isEmpty() && queue.failure().isPresent()) {
      startOver(queue.failure().get());
      return;
    }
    var unsent = batch.stream().map(Entry::event).flatMap(Optional::stream).toList();
    if (unsent.isEmpty()) {
      // Also during an outage of Kafka, since this may be the first position.
      passBatch();
    }
    if (lease == null) {
      return;
    }
    if (!producer.isOpen()) {
      open();
    } else if (deliver(unsent)) {
      passBatch();
    }
  }

  /** Moves the position to the end of the batch, and stores it if that is due. */
  private void passBatch() {
    if (!batch.isEmpty()) {
      reached = batch.get(batch.size() - 1).position();
      batch = List.of();
    }
    storeIfDue();
  }

  /**
   * Returns whether this instance has the lease, which is taken or renewed if that is due, and
   * after the producer was opened or has failed.
   */
  private boolean hasLease() {
    long now = nanoTime.getAsLong();
    if (lease != null
        && isLeaseChecked
        && now - renewed < leaseTime.toNanos() / RENEWALS_IN_A_LEASE) {
      return true;
    }
    var taken = cursors.take(NAME, holder, leaseTime);
    if (taken.isEmpty()) {
      if (lease != null) {
        log.info("Another instance sends the events to Kafka now");
      }
      unfollow();
      failures = 0;
      isWell = true;
      hasDefect = false;
      return false;
    }
    renewed = now;
    isLeaseChecked = true;
    if (lease == null || lease.revision() != taken.get().revision()) {
      follow(taken.get());
    } else if (isRefused) {
      noteRefusal();
    }
    isRefused = false;
    return true;
  }

  private void noteRefusal() {
    refusals++;
    if (refusals == REFUSALS) {
      log.warn(
          "Kafka at {} refuses events, since a producer outside of this service uses the same"
              + " transactional id; each must have its own",
          servers());
    }
  }

  private void follow(Lease taken) {
    unfollow();
    refusals = 0;
    lease = taken;
    stored = taken.position().orElse(null);
    boolean fromNow = settings.start() == KafkaSettings.Start.NOW;
    if (!hasDefect) {
      log.info(
          "This instance sends events to Kafka at {}, {}",
          settings,
          taken
              .position()
              .map(position -> "after position " + position)
              .orElse(fromNow ? "from now on" : "from the oldest one that is kept"));
    }
    watch(
        taken
            .position()
            .map(EventStart::after)
            .orElse(fromNow ? EventStart.NOW : EventStart.BEGINNING));
  }

  private void watch(EventStart start) {
    reached = stored;
    queue = new EventQueue();
    watch = events.watch(start, EventFilter.ALL, queue);
  }

  /** Stops sending. What is not acknowledged yet will be sent by the next holder of the lease. */
  private void unfollow() {
    lease = null;
    batch = List.of();
    if (watch != null) {
      watch.close();
      watch = null;
    }
    producer.close();
  }

  /** Goes on after the watch has failed. */
  private void startOver(Throwable failure) {
    if (!(failure instanceof UserServiceException known)
        || known.reason() != ErrorReason.POSITION_OUT_OF_RANGE) {
      throw new IllegalStateException("the watch of the event log has failed", failure);
    }
    var followed = reached;
    unfollow();
    if (!hasLease() || !Objects.equals(reached, followed)) {
      // A failover has lost what was reached, but not necessarily what is stored.
      return;
    }
    log.warn(
        "Events after position {} are not kept any more, or the position was lost when the database was"
            + " restored; the topic {} gets all events from the oldest one that is kept",
        stored,
        settings.topic());
    watch.close();
    watch(EventStart.BEGINNING);
  }

  private void open() throws InterruptedException {
    try {
      producer.open();
    } catch (RuntimeException | Error failed) {
      noteFailure(failed);
      return;
    }
    isLeaseChecked = false;
  }

  private boolean deliver(List<UserEvent> unsent) throws InterruptedException {
    try {
      producer.send(unsent);
    } catch (RuntimeException | Error failed) {
      noteFailure(failed);
      return false;
    }
    deliveries.add(EventDeliveries.Result.DELIVERED, unsent.size());
    failures = 0;
    if (!unsent.isEmpty()) {
      hasDefect = false;
    }
    if (!isWell) {
      isWell = true;
      log.info("Kafka at {} takes events again", servers());
    }
    return true;
  }

  private void noteFailure(Throwable failure) throws InterruptedException {
    producer.close();
    isLeaseChecked = false;
    isRefused = EventProducer.isFenced(failure);
    if (isStopping()) {
      return;
    }
    deliveries.add(EventDeliveries.Result.FAILED, 1);
    failures++;
    if (failures < OUTAGE) {
      log.debug("Kafka did not take events", failure);
      return;
    }
    if (isWell) {
      isWell = false;
      var cause = Stages.innermostCause(failure);
      log.warn(
          "Kafka at {} does not take events, which wait in the database ({}: {})",
          servers(),
          cause.getClass().getSimpleName(),
          cause.getMessage());
    }
    pause(RETRY_MILLIS);
  }

  private String servers() {
    return String.join(",", settings.servers());
  }

  private void storeIfDue() {
    long now = nanoTime.getAsLong();
    if (reached == null
        || reached.equals(stored)
        || (stored != null && now - lastStore < STORE_INTERVAL)) {
      return;
    }
    lastStore = now;
    if (cursors.store(lease, reached)) {
      stored = reached;
    } else {
      unfollow();
    }
  }

  /** Stores the position, and lets another instance go on from there. */
  private void end() {
    // The connections below need a thread that is not interrupted.
    boolean wasInterrupted = Thread.interrupted();
    try {
      var last = lease;
      unfollow();
      if (last != null) {
        if (reached != null && !reached.equals(stored)) {
          cursors.store(last, reached);
        }
        cursors.release(last);
      }
    } catch (RuntimeException | Error failed) {
      // The lease ends by itself, and the next holder sends the last events again.
      log.debug("The position in Kafka could not be stored", failed);
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Stops sending. Waits a second for the transaction that runs, and at most another one for its
   * end.
   */
  @Override
  public void close() {
    stopping.countDown();
    try {
      thread.join(STOP_MILLIS);
      thread.interrupt();
      thread.join(STOP_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
