package com.ecommerce.user.core.internal.event;

import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;

/**
 * Assigns positions to committed events, in an order that readers can follow: an event that gets a
 * position later has a higher one. Thread-safe; the sequencers of all instances take turns.
 *
 * <p><b>Algorithm.</b> A transactional outbox with a sequencer. An event gets no number when it is
 * written, since transactions commit neither in the order of a sequence or a clock nor in that of
 * their ids. A transaction also gets its id before it waits for a lock, so that even the events of
 * one user could be in the wrong order. Instead, the instance that holds the lock of the row in
 * {@code event_sequence} looks for the events that are visible now and were not in the snapshot of
 * the last batch, as {@link EventFeed} does, and assigns the next positions to them. Because of
 * that lock, positions are committed in their order. A long transaction delays only its own events.
 *
 * <p>Within a batch, events are in the order of their ids, which begin with the time. Those that
 * change the same user are then rearranged among their places, in the order of the user's versions.
 * Of two versions of a user, the later one is never in an earlier batch, since its transaction
 * began to change the user after the other one was committed.
 *
 * <p>For example, transactions 100 and 101 change the same user. The first takes its id, then waits
 * for the lock that the second holds. So 101 writes version 2 and 100 writes version 3, and both
 * commit before the next batch, where version 2 gets position 1 and version 3 gets position 2.
 *
 * <p><b>Timelines.</b> Positions are rows, so they survive restarts, failovers and restores. If a
 * failover or a restore has lost some, they are assigned again, to other events. So each run of a
 * server begins a timeline, at the last position that it has, and a position of an earlier timeline
 * is valid only up to there. In another cluster, transaction ids begin anew. There, the first batch
 * looks at all events that may lack a position: those with ids of the old cluster that the last
 * snapshot does not contain, and those with ids below the current one. It leaves out the events
 * that have a position.
 *
 * <p><b>Bounds.</b> While there are no new events, a call runs one statement, which reads a few
 * index entries. Otherwise, it runs three or four more for any number of events, and another one
 * when a timeline begins.
 */
public final class EventSequencer {
  /** The maximum number of events to which positions are assigned in less than a second. */
  static final int MAX_QUICK = 5_000;

  /** The time between attempts. A short batch of another instance takes a few milliseconds. */
  private static final Duration PAUSE = Duration.ofMillis(10);

  private static final int MAX_QUICK_ATTEMPTS = 25;

  private final Database database;
  private final RandomGenerator random;

  /**
   * Creates a sequencer.
   *
   * @param random the source of the ids of timelines
   */
  public EventSequencer(Database database, RandomGenerator random) {
    this.database = database;
    this.random = random;
  }

  /**
   * The state of the log.
   *
   * @param timeline the id of the current timeline; 0 before the first one
   * @param position the number of the last position
   * @param droppedThrough the position up to which events may have been dropped
   * @param isBehind whether some events have no position yet, or a timeline has to begin
   */
  public record State(int timeline, long position, long droppedThrough, boolean isBehind) {}

  /**
   * Assigns positions to all events that were committed before the call, unless another instance is
   * doing so.
   *
   * @return the state afterwards
   */
  public State advance() {
    return advance(Long.MAX_VALUE, 1);
  }

  /**
   * Assigns positions to all events that were committed before the call, in less than a second, for
   * callers that wait. If another instance is assigning positions, tries again every 10 ms, at most
   * {@value #MAX_QUICK_ATTEMPTS} times in all. Assigns nothing if more than {@value #MAX_QUICK}
   * events have no position, such as after an import, or if the whole log has to be searched for
   * them, as after a restore; {@link EventFollower} then assigns positions in the background.
   *
   * @return the state afterwards
   */
  public State advanceQuickly() {
    return advance(MAX_QUICK, MAX_QUICK_ATTEMPTS);
  }

  private State advance(long max, int attempts) {
    var call = RequestContext.system();
    var state = state(call);
    boolean isLocked = true;
    for (int i = 0; i < attempts && isLocked && state.isBehind(); i++) {
      if (i > 0) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
      isLocked = !database.inTransaction(call, tx -> assign(tx, max));
      state = state(call);
    }
    return state;
  }

  private State state(RequestContext call) {
    return database.read(call, handle -> new EventSequenceDao(handle).state());
  }

  /** Returns false if another instance is assigning positions. */
  private boolean assign(Handle tx, long max) {
    var dao = new EventSequenceDao(tx);
    var locked = dao.lock();
    locked
        .filter(last -> max == Long.MAX_VALUE || dao.isShort(last, max))
        .ifPresent(
            last -> {
              if (!last.server().equals(last.serverNow())) {
                dao.beginTimeline(random.nextInt(), last.position());
              }
              dao.assign(last);
            });
    return locked.isPresent();
  }
}
