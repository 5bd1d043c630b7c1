package com.ecommerce.user.core.internal.webhook;

import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.event.EventSequencer;
import com.ecommerce.user.core.internal.event.UserEventDao;
import com.ecommerce.user.core.internal.webhook.WebhookDao.Receiver;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queues the events of the log for the endpoints that admit them. Thread-safe; the instances take
 * turns.
 *
 * <p><b>Algorithm.</b> One transaction locks the position of the queue, reads the events after it
 * from the log, adds a row for each endpoint and event, and moves the position. Since the queue is
 * in the database of the log, an event is queued exactly once whatever is killed, and no lease has
 * to expire before another instance goes on. Events that are to be sent again are queued in the
 * same way, from a position of their endpoint, while the endpoint is active and fewer than {@value
 * #MAX_WAITING} events wait for it.
 */
public final class WebhookQueue {
  private static final Logger log = LoggerFactory.getLogger(WebhookQueue.class);

  /**
   * The maximum number of rows that one transaction adds for new events, and also for events that
   * are sent again. Both this limit and the next one keep transactions short, since results of
   * deliveries cannot be recorded meanwhile.
   */
  private static final int MAX_ROWS = 2_000;

  /** The maximum number of events that are read at a time. */
  private static final int MAX_EVENTS = 500;

  /**
   * The number of waiting events of an endpoint from which on no events are queued again for it. So
   * a redelivery of the whole log proceeds as fast as the endpoint accepts it.
   */
  static final int MAX_WAITING = 5_000;

  private final Database database;

  public WebhookQueue(Database database) {
    this.database = database;
  }

  /**
   * Queues a batch of events.
   *
   * @param end the state of the log
   * @return whether there may be more to queue now
   */
  boolean fill(EventSequencer.State end) {
    return database.inTransaction(RequestContext.system(), tx -> fill(tx, end));
  }

  private boolean fill(Handle tx, EventSequencer.State end) {
    var dao = new WebhookDao(tx);
    var position = dao.tryLockPosition();
    if (position.isEmpty()) {
      return false;
    }
    var deliveries = new DeliveryDao(tx);
    Instant now = deliveries.lockToAdd();
    var receivers = dao.receivers();
    int batch = Math.min(MAX_EVENTS, MAX_ROWS / Math.max(1, receivers.size()));
    boolean isLeft = false;
    if (!receivers.isEmpty() && position.getAsLong() < end.position()) {
      var part = read(tx, end, position.getAsLong(), batch);
      deliveries.add(entries(receivers, part.events()), now);
      dao.setPosition(part.end());
      isLeft = part.end() < end.position();
    }
    for (Receiver receiver : receivers) {
      if (receiver.replayAfter().isPresent()
          && deliveries.countWaiting(receiver.id(), MAX_WAITING) < MAX_WAITING) {
        var part = read(tx, end, receiver.replayAfter().getAsLong(), batch);
        isLeft |= replay(tx, receiver, part, now);
      }
    }
    return isLeft;
  }

  private static boolean replay(
      Handle tx, Receiver receiver, UserEventDao.Range part, Instant now) {
    var events =
        part.events().stream()
            .filter(event -> event.position().number() <= receiver.replayThrough())
            .toList();
    var entries =
        events.stream()
            .filter(event -> receiver.settings().admits(event.type()))
            .map(event -> new DeliveryDao.Entry(receiver.id(), event))
            .toList();
    new DeliveryDao(tx).addAgain(entries, now);
    new WebhookDao(tx).setReplay(receiver.id(), part.end(), receiver.replayThrough());
    return part.end() < receiver.replayThrough();
  }

  private static UserEventDao.Range read(
      Handle tx, EventSequencer.State end, long after, int limit) {
    var part = new UserEventDao(tx, end.timeline()).range(EventFilter.ALL, after, end, limit);
    if (part.isIncomplete()) {
      log.warn(
          "Events after position {} are not kept any more and are not sent to webhook endpoints",
          after);
    }
    return part;
  }

  private static List<DeliveryDao.Entry> entries(List<Receiver> receivers, List<UserEvent> events) {
    List<DeliveryDao.Entry> entries = new ArrayList<>();
    for (UserEvent event : events) {
      for (Receiver receiver : receivers) {
        if (event.position().number() > receiver.startsAfter()
            && receiver.settings().admits(event.type())) {
          entries.add(new DeliveryDao.Entry(receiver.id(), event));
        }
      }
    }
    return entries;
  }
}
