package com.ecommerce.user.core.internal.webhook;

import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.event.EventSequencer;
import com.ecommerce.user.core.internal.event.UserEventDao;
import com.ecommerce.user.core.internal.webhook.WebhookDao.Receiver;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Clock;
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
 * same way, from a position that belongs to the endpoint.
 */
public final class WebhookQueue {
  private static final Logger log = LoggerFactory.getLogger(WebhookQueue.class);

  /** The maximum number of events that one transaction queues. */
  private static final int BATCH = 500;

  private final Database database;
  private final Clock clock;

  public WebhookQueue(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Queues a batch of events.
   *
   * @param end the state of the log
   * @return whether there may be more
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
    deliveries.lockToAdd();
    var receivers = dao.receivers();
    boolean isLeft = false;
    if (!receivers.isEmpty() && position.getAsLong() < end.position()) {
      var part = read(tx, end, position.getAsLong());
      deliveries.add(entries(receivers, part.events()), clock.instant());
      dao.setPosition(part.end());
      isLeft = part.end() < end.position();
    }
    for (Receiver receiver : receivers) {
      if (receiver.replayAfter().isPresent()) {
        isLeft |= replay(tx, end, receiver, receiver.replayAfter().getAsLong());
      }
    }
    return isLeft;
  }

  private boolean replay(Handle tx, EventSequencer.State end, Receiver receiver, long after) {
    var part = read(tx, end, after);
    var events =
        part.events().stream()
            .filter(event -> event.position().number() <= receiver.replayThrough())
            .toList();
    var entries =
        events.stream()
            .filter(event -> receiver.settings().admits(event.type()))
            .map(event -> new DeliveryDao.Entry(receiver.id(), event))
            .toList();
    new DeliveryDao(tx).addAgain(entries, clock.instant());
    new WebhookDao(tx).setReplay(receiver.id(), part.end(), receiver.replayThrough());
    return part.end() < receiver.replayThrough();
  }

  private static UserEventDao.Range read(Handle tx, EventSequencer.State end, long after) {
    var part = new UserEventDao(tx, end.timeline()).range(EventFilter.ALL, after, end, BATCH);
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
