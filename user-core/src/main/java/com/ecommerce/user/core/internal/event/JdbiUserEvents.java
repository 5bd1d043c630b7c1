package com.ecommerce.user.core.internal.event;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.EventReceiver;
import com.ecommerce.user.core.event.EventStart;
import com.ecommerce.user.core.event.EventWatch;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.event.UserEvents;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.event.UserEventDao.Place;
import com.ecommerce.user.core.internal.page.PageTokens;
import com.ecommerce.user.core.internal.page.PageTokens.Cursor;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Implements {@link UserEvents} with Jdbi. */
public final class JdbiUserEvents implements UserEvents {
  /** Positions break ties, so page tokens need no id. */
  private static final UUID NO_ID = new UUID(0, 0);

  private final Database database;
  private final EventSequencer sequencer;
  private final EventFollower follower;
  private final PageTokens pageTokens;

  public JdbiUserEvents(
      Database database, EventSequencer sequencer, EventFollower follower, PageTokens pageTokens) {
    this.database = database;
    this.follower = follower;
    this.sequencer = sequencer;
    this.pageTokens = pageTokens;
  }

  @Override
  public Page<UserEvent> list(RequestContext call, EventFilter filter, PageRequest request) {
    requireNonNull(call, "call");
    requireNonNull(filter, "filter");
    requireNonNull(request, "request");
    var fingerprint = filter.fingerprint();
    var before = pageTokens.read(fingerprint, request.token()).map(JdbiUserEvents::place);
    int timeline = sequencer.advanceQuickly().timeline();
    var found =
        database.read(
            call,
            handle -> new UserEventDao(handle, timeline).page(filter, before, request.size() + 1));
    boolean isFull = found.events().size() > request.size();
    var events = isFull ? found.events().subList(0, request.size()) : found.events();
    var next = isFull ? Optional.of(place(events.get(events.size() - 1))) : found.last();
    return new Page<>(
        events, next.map(place -> pageTokens.write(fingerprint, cursor(place))), Page.NOT_COMPUTED);
  }

  @Override
  public EventWatch watch(EventStart start, EventFilter filter, EventReceiver receiver) {
    requireNonNull(start, "start");
    requireNonNull(filter, "filter");
    requireNonNull(receiver, "receiver");
    if (filter.actor().isPresent() || filter.from().isPresent() || filter.before().isPresent()) {
      throw new IllegalArgumentException("a watch cannot filter by actor or time");
    }
    return follower.watch(start, filter, receiver);
  }

  private static Place place(UserEvent event) {
    return new Place(event.occurredAt(), event.position().number());
  }

  private static Cursor cursor(Place place) {
    return new Cursor(place.position() + " " + place.time(), NO_ID);
  }

  private static Place place(Cursor cursor) {
    String key = cursor.key();
    int space = key.indexOf(' ');
    return new Place(
        Instant.parse(key.substring(space + 1)), Long.parseLong(key.substring(0, space)));
  }
}
