package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.PaginationRequest;
import com.ecommerce.common.v1.TimeRange;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.ListEventsRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserEvent;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListEventsGrpcTest {
  private TestDatabase database;
  private TestService service;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    service = TestService.on(database);
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private List<UserEvent> all(ListEventsRequest.Builder request, int pageSize) {
    List<UserEvent> events = new ArrayList<>();
    String token = "";
    for (int page = 0; page < 100; page++) {
      var pagination = PaginationRequest.newBuilder().setPageSize(pageSize).setPageToken(token);
      var response = service.events().listEvents(request.setPagination(pagination).build());
      assertEquals(-1, response.getPagination().getTotalCount());
      assertTrue(response.getEventsCount() <= pageSize);
      events.addAll(response.getEventsList());
      token = response.getPagination().getNextPageToken();
      assertEquals(!token.isEmpty(), response.getPagination().getHasMore());
      if (token.isEmpty()) {
        return events;
      }
    }
    throw new AssertionError("the pages do not end");
  }

  private void rename(User user, String name) {
    service
        .users()
        .updateUser(
            UpdateUserRequest.newBuilder()
                .setUserId(user.getId())
                .setUser(User.newBuilder().setFirstName(name))
                .build());
  }

  @Test
  void listEvents_ofAUser_hasEveryChangeTheNewestFirst() {
    User user = service.create("listed@example.com");
    service.create("other.listed@example.com");
    rename(user, "Augusta");
    service
        .users()
        .deleteUser(
            DeleteUserRequest.newBuilder().setUserId(user.getId()).setReason("asked for").build());

    var events = all(ListEventsRequest.newBuilder().setUserId(user.getId()), 2);

    assertEquals(
        List.of("user.deleted", "user.updated", "user.created"),
        events.stream().map(UserEvent::getType).toList());
    assertEquals(List.of(3L, 2L, 1L), events.stream().map(UserEvent::getUserVersion).toList());
    var updated = events.get(1);
    assertEquals(user.getId(), updated.getUserId());
    assertEquals(List.of("first_name"), updated.getFieldsList());
    assertEquals("anonymous", updated.getActor());
    assertEquals("", updated.getObjectId());
    assertTrue(updated.getCallId().matches("[0-9a-f]{16}"), updated.getCallId());
    assertTrue(updated.getPosition().matches("[0-9a-f]{8}-[0-9]+"), updated.getPosition());
    assertEquals("asked for", events.get(0).getReason());
    assertFalse(updated.toString().contains("Augusta"));
  }

  @Test
  void listEvents_withFilters_listsThoseThatPassAll() {
    User user = service.create("filtered@example.com");
    rename(user, "Augusta");
    rename(user, "Byron");
    var ofUser = ListEventsRequest.newBuilder().setUserId(user.getId());

    assertEquals(2, all(ofUser.clone().addTypes("user.updated"), 1).size());
    assertEquals(
        3, all(ofUser.clone().addTypes("user.updated").addTypes("user.created"), 100).size());
    assertEquals(2, all(ofUser.clone().setActor("anonymous"), 100).size());
    assertEquals(1, all(ofUser.clone().setActor(user.getId()), 100).size());
    assertEquals(0, all(ofUser.clone().setActor("service:none"), 100).size());
    var created = all(ofUser.clone(), 100).get(2).getOccurredAt();
    var after = Timestamp.newBuilder().setSeconds(created.getSeconds() + 1000);
    assertEquals(
        0, all(ofUser.clone().setOccurredAt(TimeRange.newBuilder().setStartTime(after)), 9).size());
    assertEquals(
        3, all(ofUser.clone().setOccurredAt(TimeRange.newBuilder().setEndTime(after)), 9).size());
  }

  @Test
  void listEvents_withARareType_endsAPageAfterTheEventsThatACallLooksAt() {
    User user = service.create("rare@example.com");
    rename(user, "Augusta");
    database.execute(
        """
        insert into events (id, occurred_at, actor, type, user_id, reason, fields)
        select gen_random_uuid(), timestamptz '2026-11-01' + interval '1 ms' * i, 'flood', 'session.started',
          gen_random_uuid(), '', '{}'
        from generate_series(1, 45000) i
        """);
    // So many events get their positions in the background.
    var flood = ListEventsRequest.newBuilder().setActor("flood").build();
    Await.until(() -> service.events().listEvents(flood).getEventsCount() > 0);
    var request =
        ListEventsRequest.newBuilder().setActor("anonymous").addTypes("user.updated").build();

    var first = service.events().listEvents(request);
    assertEquals(0, first.getEventsCount());
    assertTrue(first.getPagination().getHasMore());

    var found = all(request.toBuilder(), 100);
    assertTrue(found.stream().anyMatch(event -> event.getUserId().equals(user.getId())));
    assertTrue(found.stream().allMatch(event -> event.getType().equals("user.updated")));
  }

  @Test
  void listEvents_namesEveryBrokenRule() {
    assertInvalid(
        () ->
            service
                .events()
                .listEvents(
                    ListEventsRequest.newBuilder()
                        .setUserId("x")
                        .addTypes("user.exploded")
                        .setActor("a".repeat(201))
                        .setPagination(PaginationRequest.newBuilder().setPageSize(-1))
                        .build()),
        "user_id INVALID_UUID",
        "types UNKNOWN_VALUE",
        "actor TOO_LONG",
        "pagination.page_size NEGATIVE");
  }

  @Test
  void pageToken_isBoundToTheFilter() {
    User user = service.create("bound@example.com");
    rename(user, "Augusta");
    var request =
        ListEventsRequest.newBuilder()
            .setUserId(user.getId())
            .setPagination(PaginationRequest.newBuilder().setPageSize(1));
    String token = service.events().listEvents(request.build()).getPagination().getNextPageToken();

    assertInvalid(
        () ->
            service
                .events()
                .listEvents(
                    request
                        .addTypes("user.updated")
                        .setPagination(PaginationRequest.newBuilder().setPageToken(token))
                        .build()),
        "pagination.page_token INVALID_PAGE_TOKEN");
  }
}
