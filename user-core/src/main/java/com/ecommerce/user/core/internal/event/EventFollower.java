package com.ecommerce.user.core.internal.event;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.EventReceiver;
import com.ecommerce.user.core.event.EventStart;
import com.ecommerce.user.core.event.EventWatch;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.event.UserEventDao.Range;
import com.ecommerce.user.core.internal.log.FailureLogger;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Follows the event log for all watches of this instance. Thread-safe.
 *
 * <p><b>Algorithm.</b> A shared poller with a tail in memory. Twenty times a second while there are
 * watches, and once a second otherwise, it lets the {@link EventSequencer} assign positions, reads
 * the new events once for all watches, and keeps the last {@value EventTail#MAX_EVENTS} of them.
 * Each watch has a cursor, and no queue: when its receiver is ready, it sends the events between
 * the cursor and the end of the tail. A watch whose cursor is before the tail reads pages of the
 * log until it has reached the tail; two threads do this for all such watches in turn.
 *
 * <p><b>Bounds.</b> The tail takes less than a megabyte, and a watch some hundred bytes. A page has
 * at most {@value #PAGE} events, some 50 KB, and is only in memory while one of the {@value
 * #READERS} threads reads and sends it, however many watches catch up. Watches that have caught up
 * add no statements.
 */
public final class EventFollower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EventFollower.class);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration PAUSE_WITHOUT_WATCHES = Duration.ofSeconds(1);
  private static final Duration CHECK = Duration.ofSeconds(1);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

  /** The size of a page, which is about what gRPC sends before it waits for the client. */
  private static final int PAGE = 100;

  /** The number of events that a page with a filter by type looks at. */
  private static final int MAX_SCANNED = 2_000;

  private static final int SENDERS = 2;
  private static final int READERS = 2;

  private final Database database;
  private final EventSequencer sequencer;
  private final LongSupplier nanoTime;
  private final Set<FollowingWatch> watches = ConcurrentHashMap.newKeySet();
  private final ExecutorService senders =
      DaemonThreads.pool("event-sender", SENDERS, new LinkedBlockingQueue<>());
  private final ExecutorService readers =
      DaemonThreads.pool("event-reader", READERS, new LinkedBlockingQueue<>());

  /** Null until the first poll that succeeds. */
  private volatile EventTail tail;

  /** The thread that polls, and the one that checks, which does not wait for the database. */
  private volatile List<ScheduledExecutorService> timers = List.of();

  private long lastPoll;

  /** After a failure, a later poll reads the events. */
  private final FailureLogger failures =
      new FailureLogger(
          log,
          Level.WARN,
          Database::isOutage,
          "The event log cannot be followed; watches receive no events until this succeeds again",
          "The event log can be followed again");

  /**
   * Creates a follower, for {@code UserCore}.
   *
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public EventFollower(Database database, EventSequencer sequencer, LongSupplier nanoTime) {
    this.database = database;
    this.sequencer = sequencer;
    this.nanoTime = nanoTime;
  }

  /** Starts the threads that poll and check. */
  public void start() {
    lastPoll = nanoTime.getAsLong() - PAUSE_WITHOUT_WATCHES.toNanos();
    var poller = DaemonThreads.timer("event-follower");
    var checker = DaemonThreads.timer("event-checker");
    timers = List.of(poller, checker);
    poller.scheduleWithFixedDelay(this::pollIfDue, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    checker.scheduleWithFixedDelay(
        this::check, CHECK.toMillis(), CHECK.toMillis(), TimeUnit.MILLISECONDS);
  }

  EventWatch watch(EventStart start, EventFilter filter, EventReceiver receiver) {
    var watch = new FollowingWatch(this, start, filter, receiver);
    watches.add(watch);
    watch.signal();
    return watch;
  }

  /** Returns the number of watches, for metrics. */
  public int watches() {
    return watches.size();
  }

  private void pollIfDue() {
    long now = nanoTime.getAsLong();
    if (watches.isEmpty() && now - lastPoll < PAUSE_WITHOUT_WATCHES.toNanos()) {
      return;
    }
    lastPoll = now;
    failures.run(this::poll);
  }

  private void poll() {
    var state = sequencer.advance();
    var last = tail;
    if (last == null || watches.isEmpty() || !last.leadsTo(state)) {
      tail = EventTail.emptyAt(state);
    } else if (state.position() > last.position()) {
      var news =
          read(
              state.timeline(),
              dao -> dao.range(EventFilter.ALL, last.position(), state, EventTail.MAX_EVENTS));
      tail = last.with(news.events(), state);
    } else {
      tail = last.with(List.of(), state);
    }
    if (last == null || !last.end().equals(tail.end())) {
      watches.forEach(FollowingWatch::signal);
    }
  }

  /** Lets watches send heartbeats, and try again to read what they could not. */
  private void check() {
    long now = nanoTime.getAsLong();
    watches.stream().filter(watch -> watch.isDue(now)).forEach(FollowingWatch::signal);
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** Returns the last events; null before the first poll. */
  EventTail tail() {
    return tail;
  }

  void send(Runnable task) {
    execute(senders, task);
  }

  void read(Runnable task) {
    execute(readers, task);
  }

  private static void execute(ExecutorService threads, Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException stopped) {
      // Transports end their calls when they stop, before this object is closed.
      log.debug("A watch of events was not served, since the service is stopping");
    }
  }

  void remove(FollowingWatch watch) {
    watches.remove(watch);
  }

  /** Reads a page of events after the number. */
  Range range(EventFilter filter, EventTail until, long after) {
    int scanned = filter.types().isEmpty() ? PAGE : MAX_SCANNED;
    return read(until.timeline(), dao -> dao.range(filter, after, until.state(), scanned, PAGE));
  }

  /**
   * Returns the position to start from. A watch that starts with new events while a long backlog is
   * being assigned positions also gets the rest of that backlog.
   *
   * @throws UserServiceException with {@code POSITION_OUT_OF_RANGE} if it is not valid any more
   */
  EventPosition position(EventStart start) {
    if (start.after().isPresent()) {
      return inCurrentTimeline(start.after().get());
    }
    var state = sequencer.advanceQuickly();
    return new EventPosition(
        state.timeline(), start.fromBeginning() ? state.droppedThrough() : state.position());
  }

  /**
   * Returns the position in the current timeline.
   *
   * @throws UserServiceException with {@code POSITION_OUT_OF_RANGE} if it is not valid there
   */
  public EventPosition inCurrentTimeline(EventPosition position) {
    return database.read(
        RequestContext.system(),
        handle ->
            new EventSequenceDao(handle)
                .inCurrentTimeline(position)
                .orElseThrow(EventFollower::outOfRange));
  }

  static UserServiceException outOfRange() {
    return UserServiceException.of(
        ErrorReason.POSITION_OUT_OF_RANGE,
        "position: events after it are not kept any more, or it was lost when the database was restored"
            + " (expected: a start from another position)");
  }

  private <T> T read(int timeline, Function<UserEventDao, T> work) {
    return database.read(
        RequestContext.system(), handle -> work.apply(new UserEventDao(handle, timeline)));
  }

  /** Stops polling and sending. Watches receive nothing afterwards. */
  @Override
  public void close() {
    timers.forEach(timer -> DaemonThreads.stop(timer, STOP_TIMEOUT));
    DaemonThreads.stop(readers, STOP_TIMEOUT);
    DaemonThreads.stop(senders, STOP_TIMEOUT);
  }
}
