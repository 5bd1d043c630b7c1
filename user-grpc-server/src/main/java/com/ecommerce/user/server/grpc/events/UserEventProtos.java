package com.ecommerce.user.server.grpc.events;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.EventStart;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.server.grpc.CommonProtos;
import com.ecommerce.user.v1.ListEventsRequest;
import com.ecommerce.user.v1.ListEventsResponse;
import com.ecommerce.user.v1.UserEvent;
import com.ecommerce.user.v1.WatchEventsRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Converts between the event messages of {@code user.v1} and types of the core. */
public final class UserEventProtos {
  private UserEventProtos() {}

  /** The events to list, and the page. */
  public record Listing(EventFilter filter, PageRequest page) {}

  /** Returns the listing that the request asks for. */
  public static Listing listing(ListEventsRequest request) {
    var violations = new Violations();
    var users =
        users(
            violations,
            "user_id",
            request.getUserId().isEmpty() ? List.of() : List.of(request.getUserId()));
    var types = types(violations, request.getTypesList());
    var actor = violations.parse("actor", request.getActor(), EventFilter::parseActor);
    var from = CommonProtos.start(violations, "occurred_at", request.getOccurredAt());
    var before = CommonProtos.end(violations, "occurred_at", request.getOccurredAt());
    var page = CommonProtos.page(violations, request.getPagination());
    violations.throwIfAny();
    return new Listing(new EventFilter(types, users, actor, from, before), page);
  }

  /** The place to start from, and the events to watch. */
  public record Watching(EventStart start, EventFilter filter) {}

  /** Returns the watch that the request asks for. */
  public static Watching watching(WatchEventsRequest request) {
    var violations = new Violations();
    var start = request.getFromBeginning() ? EventStart.BEGINNING : EventStart.NOW;
    if (!request.getPosition().isEmpty()) {
      var position = violations.parse("position", request.getPosition(), EventPosition::parse);
      start = position == null ? start : EventStart.after(position);
      if (request.getFromBeginning()) {
        violations.add(
            "from_beginning", "UNSUPPORTED", "not together with position (expected: one of them)");
      }
    }
    var types = types(violations, request.getTypesList());
    var users = users(violations, "user_ids", request.getUserIdsList());
    violations.throwIfAny();
    return new Watching(
        start, new EventFilter(types, users, Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private static Set<UUID> users(Violations violations, String field, List<String> ids) {
    Set<UUID> users = new HashSet<>();
    for (String id : ids) {
      violations.parse(field, id, UserId::parse, user -> users.add(user.value()));
    }
    return users;
  }

  private static Set<String> types(Violations violations, List<String> names) {
    Set<String> types = new HashSet<>();
    for (String name : names) {
      violations.parse("types", name, EventFilter::parseType, types::add);
    }
    return types;
  }

  static ListEventsResponse page(Page<com.ecommerce.user.core.event.UserEvent> page) {
    var response = ListEventsResponse.newBuilder().setPagination(CommonProtos.page(page));
    page.items().forEach(event -> response.addEvents(event(event)));
    return response.build();
  }

  static UserEvent event(com.ecommerce.user.core.event.UserEvent event) {
    return UserEvent.newBuilder()
        .setId(event.id().toString())
        .setPosition(event.position().toString())
        .setType(event.type())
        .setUserId(event.user().toString())
        .setObjectId(event.object().map(UUID::toString).orElse(""))
        .setActor(event.actor())
        .setReason(event.reason())
        .addAllFields(event.fields())
        .setUserVersion(event.userVersion().orElse(0))
        .setOccurredAt(CommonProtos.timestamp(event.occurredAt()))
        .setCallId(event.callId())
        .build();
  }
}
