package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.event.UserEvents;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/** The routes of the event log. */
public final class EventRoutes {
  private static final String USER = "user_id";
  private static final String TYPE = "type";
  private static final String ACTOR = "actor";
  private static final String AFTER = "occurred_after";
  private static final String BEFORE = "occurred_before";

  private final UserEvents events;
  private final Optional<String> publicUrl;

  public EventRoutes(UserEvents events, Optional<String> publicUrl) {
    this.events = events;
    this.publicUrl = publicUrl;
  }

  public void addTo(Routes routes) {
    routes
        .on("GET", "/api/events", Operation.LIST_EVENTS, this::list)
        .withParameters(USER, TYPE, ACTOR, AFTER, BEFORE, Pages.SIZE, Pages.CURSOR)
        .on("GET", "/api/users/{user_id}/events", Operation.LIST_EVENTS, this::listOfUser)
        .withParameters(TYPE, ACTOR, AFTER, BEFORE, Pages.SIZE, Pages.CURSOR);
  }

  /**
   * The JSON form of an event.
   *
   * @param userVersion null if the event did not change the user
   * @param callId the id of the call that caused it; may be empty
   */
  private record EventJson(
      String id,
      String position,
      String type,
      String userId,
      Optional<String> objectId,
      String actor,
      String reason,
      List<String> fields,
      Optional<Long> userVersion,
      Instant occurredAt,
      String callId) {
    static EventJson of(UserEvent event) {
      return new EventJson(
          event.id().toString(),
          event.position().toString(),
          event.type(),
          event.user().toString(),
          event.object().map(UUID::toString),
          event.actor(),
          event.reason(),
          event.fields(),
          boxed(event.userVersion()),
          event.occurredAt(),
          event.callId());
    }

    private static Optional<Long> boxed(OptionalLong version) {
      return version.isPresent() ? Optional.of(version.getAsLong()) : Optional.empty();
    }
  }

  /**
   * A page of events.
   *
   * @param next the URL of the next page; null on the last page
   */
  private record EventListJson(Optional<String> next, List<EventJson> results) {}

  private ApiResponse list(ApiRequest request) {
    var violations = request.violations();
    Set<UUID> users = new HashSet<>();
    request
        .query(USER)
        .ifPresent(
            id -> violations.parse(USER, id, UserId::parse, user -> users.add(user.value())));
    return list(request, violations, users);
  }

  private ApiResponse listOfUser(ApiRequest request) {
    return list(request, request.violations(), Set.of(request.user().value()));
  }

  private ApiResponse list(ApiRequest request, Violations violations, Set<UUID> users) {
    Set<String> types = new HashSet<>();
    for (String type : request.queryList(TYPE)) {
      violations.parse(TYPE, type, EventFilter::parseType, types::add);
    }
    var actor = violations.parse(ACTOR, request.query(ACTOR).orElse(""), EventFilter::parseActor);
    var range = TimeRangeQuery.of(request, violations, AFTER, BEFORE);
    var page = Pages.requested(request, violations, PageRequest.DEFAULT_SIZE);
    violations.throwIfAny();
    var filter = new EventFilter(types, users, actor, range.after(), range.before());
    var found = events.list(request.call(), filter, page);
    return ApiResponse.json(
        200,
        new EventListJson(
            found.nextToken().map(token -> Pages.next(token, request, publicUrl)),
            found.items().stream().map(EventJson::of).toList()));
  }
}
