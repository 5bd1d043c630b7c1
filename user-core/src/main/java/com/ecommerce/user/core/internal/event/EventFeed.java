package com.ecommerce.user.core.internal.event;

import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.log.FailureLogger;
import com.ecommerce.user.core.request.RequestContext;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Reads the events of all instances from the event log, and passes them to listeners. It polls the
 * database four times a second, and knows exactly how current it is. Thread-safe.
 *
 * <p>The algorithm is change data capture by polling with snapshots (PostgreSQL's manual,
 * "Transaction ID and Snapshot Information Functions"). Each row of the log has the id of its
 * transaction. A snapshot consists of {@code xmax}, the first id that was not assigned yet, and
 * {@code xip}, the ids below it whose transactions were running. A transaction is invisible to the
 * snapshot if and only if its id is at least {@code xmax} or in {@code xip}. Therefore each poll
 * reads exactly the committed events whose ids are in one of these two sets of the previous poll's
 * snapshot: none is missed and none is read twice, however long their transactions took and in
 * whatever order they were committed. Ids that a sequence or a clock assigns do not have this
 * property, because a smaller one may be committed later.
 *
 * <p>For example, a poll takes the snapshot {@code 102:105:102}: transaction 102 is running, and
 * 105 is the next id. Then 106 commits, and after it 102. The next poll reads the events of 102 and
 * of all from 105 on, which are those of 102 and 106; those of 103 and 104 were visible before.
 *
 * <p>Bounds: a poll is one statement that reads from an index on the transaction id, at most
 * {@value #MAX_EVENTS} events. If there are more, after a minute without the database, and after a
 * failover or the loss of transactions, listeners are notified of a gap instead. The statement
 * needs no session state, so it works through PgBouncer in any mode.
 */
public final class EventFeed implements AutoCloseable {
  /** The greatest age at which the knowledge of other instances' changes counts as current. */
  public static final Duration MAX_AGE = Duration.ofSeconds(3);

  private static final Logger log = LoggerFactory.getLogger(EventFeed.class);
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

  /**
   * The maximum time since the last poll after which events are still read. After a longer time,
   * there is a gap.
   */
  private static final Duration MAX_CATCH_UP = Duration.ofMinutes(1);

  /** The maximum number of events in one poll. If there are more, there is a gap. */
  private static final int MAX_EVENTS = 10_000;

  private final Database database;
  private final LongSupplier nanoTime;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  /**
   * The events to skip, until a poll reads them. If an entry is evicted before, listeners receive
   * its event, which does no harm.
   */
  private final Cache<UUID, Boolean> skipped =
      Caffeine.newBuilder()
          .maximumSize(MAX_EVENTS)
          .expireAfterWrite(MAX_AGE)
          .executor(Runnable::run)
          .build();

  /** After a failure, the next poll reads the events; until then, reads go to the database. */
  private final FailureLogger failures =
      new FailureLogger(
          log,
          Level.WARN,
          Database::isOutage,
          "The changes of other instances cannot be read",
          "The changes of other instances can be read again");

  /** The last successful poll; null before the first one. */
  private volatile Poll last;

  private volatile ScheduledExecutorService thread;
  private volatile boolean closed;

  /** Receives changes, on one thread at a time. Implementations must not block. */
  public interface Listener {
    /** Called when something of the user has changed, possibly by this instance itself. */
    void onEvent(UUID user);

    /** Called after a gap, in which anything may have changed. */
    void onGap();
  }

  private record Subscription(Set<String> types, Listener listener) {}

  /**
   * @param began the time before its snapshot was taken, in nanoseconds
   */
  private record Poll(String server, String snapshot, long nextTransaction, long began) {}

  /**
   * Creates a feed, for {@code UserCore}.
   *
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public EventFeed(Database database, LongSupplier nanoTime) {
    this.database = database;
    this.nanoTime = nanoTime;
  }

  /** Adds a listener. Must be called before {@link #start}. */
  public void subscribe(Set<EventType> types, Listener listener) {
    var codes = types.stream().map(EventType::code).collect(Collectors.toSet());
    subscriptions.add(new Subscription(codes, listener));
  }

  /**
   * Skips events of this instance whose changes were committed. No listener receives them, since
   * all listeners already know these changes or do not need them.
   */
  public void skip(Collection<UUID> events) {
    events.forEach(event -> skipped.put(event, true));
  }

  /** Starts the thread that polls. */
  public void start() {
    var poller = DaemonThreads.timer("event-feed");
    thread = poller;
    poller.scheduleWithFixedDelay(
        () -> failures.run(this::catchUp), 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Reads all events that were committed before this call, in the calling thread. This is for
   * callers that cannot wait for the next poll, such as tests.
   */
  public synchronized void catchUp() {
    long began = nanoTime.getAsLong();
    var before = last;
    boolean canCatchUp = before != null && began - before.began() <= MAX_CATCH_UP.toNanos();
    var rows = canCatchUp ? since(before) : List.of(position());
    var first = rows.get(0);
    var poll = new Poll(first.server(), first.snapshot(), first.nextTransaction(), began);
    if (canCatchUp && isComplete(before, poll, rows)) {
      var news = rows.stream().filter(row -> !isSkipped(row)).toList();
      subscriptions.forEach(subscription -> deliver(subscription, news));
    } else {
      subscriptions.forEach(subscription -> subscription.listener().onGap());
    }
    // This comes after the listeners, so that a thread that sees this poll also sees its effects.
    last = poll;
  }

  private boolean isSkipped(EventFeedDao.Row row) {
    return row.event() != null && skipped.asMap().remove(row.event()) != null;
  }

  private EventFeedDao.Row position() {
    return database.read(RequestContext.system(), handle -> new EventFeedDao(handle).position());
  }

  private List<EventFeedDao.Row> since(Poll before) {
    return database.read(
        RequestContext.system(),
        handle -> new EventFeedDao(handle).since(before.snapshot(), MAX_EVENTS));
  }

  /**
   * Returns whether no event can be missing. Transaction ids have another meaning on another
   * server, or on one that has lost transactions.
   */
  private static boolean isComplete(Poll before, Poll poll, List<EventFeedDao.Row> rows) {
    return rows.size() < MAX_EVENTS
        && poll.server().equals(before.server())
        && poll.nextTransaction() >= before.nextTransaction();
  }

  private static void deliver(Subscription subscription, List<EventFeedDao.Row> rows) {
    rows.stream()
        .filter(row -> subscription.types().contains(row.type()))
        .flatMap(row -> row.user().stream())
        .distinct()
        .forEach(subscription.listener()::onEvent);
  }

  /**
   * Returns whether everything that was committed more than {@link #MAX_AGE} ago is known. Never
   * blocks. A caller that calls this before it reads what listeners recorded can rely on the
   * result.
   */
  public boolean isCurrent() {
    var poll = last;
    return poll != null && !closed && nanoTime.getAsLong() - poll.began() <= MAX_AGE.toNanos();
  }

  /** Returns the time since the last successful poll began; empty when there was none. */
  public Optional<Duration> age() {
    return Optional.ofNullable(last)
        .map(poll -> Duration.ofNanos(nanoTime.getAsLong() - poll.began()));
  }

  /** Stops polling. From then on, {@link #isCurrent} returns false. */
  @Override
  public void close() {
    closed = true;
    if (thread != null) {
      DaemonThreads.stop(thread, STOP_TIMEOUT);
    }
  }
}
