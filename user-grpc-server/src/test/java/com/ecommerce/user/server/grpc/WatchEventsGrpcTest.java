package com.ecommerce.user.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserEvent;
import com.ecommerce.user.v1.UserEventServiceGrpc;
import com.ecommerce.user.v1.WatchEventsRequest;
import com.ecommerce.user.v1.WatchEventsResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests watches over two instances on one database. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class WatchEventsGrpcTest {
  private static final int MAX_OF_CALLER = 100;

  private final AtomicLong elapsed = new AtomicLong();
  private TestDatabase database;
  private TestService service;
  private TestService other;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    service =
        TestService.on(database, core -> core.nanoTime(() -> System.nanoTime() + elapsed.get()));
    other = TestService.on(database);
  }

  @AfterAll
  void stop() {
    service.close();
    other.close();
  }

  /** A client that reads what it asks for. */
  private static final class Watch
      implements ClientResponseObserver<WatchEventsRequest, WatchEventsResponse>, AutoCloseable {
    final BlockingQueue<WatchEventsResponse> messages = new LinkedBlockingQueue<>();
    final CompletableFuture<Throwable> end = new CompletableFuture<>();
    final boolean isSlow;
    ClientCallStreamObserver<WatchEventsRequest> call;

    Watch(boolean isSlow) {
      this.isSlow = isSlow;
    }

    static Watch of(TestService service, WatchEventsRequest.Builder request) {
      return of(UserEventServiceGrpc.newStub(service.channel()), request, false);
    }

    static Watch of(
        UserEventServiceGrpc.UserEventServiceStub stub,
        WatchEventsRequest.Builder request,
        boolean isSlow) {
      var watch = new Watch(isSlow);
      stub.watchEvents(request.build(), watch);
      return watch;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchEventsRequest> begun) {
      call = begun;
      if (isSlow) {
        begun.disableAutoRequestWithInitial(1);
      }
    }

    @Override
    public void onNext(WatchEventsResponse message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable failure) {
      end.complete(failure);
    }

    @Override
    public void onCompleted() {
      end.complete(null);
    }

    WatchEventsResponse next() throws InterruptedException {
      var message = messages.poll(30, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no message; the end: " + end.getNow(null));
      }
      return message;
    }

    /** Returns whether the call began, as soon as it has begun or failed. */
    boolean begins() throws InterruptedException {
      while (!end.isDone()) {
        if (messages.poll(10, TimeUnit.MILLISECONDS) != null) {
          return true;
        }
      }
      return false;
    }

    UserEvent nextEvent() throws InterruptedException {
      var message = next();
      assertTrue(message.hasEvent(), message.toString());
      assertEquals(message.getPosition(), message.getEvent().getPosition());
      return message.getEvent();
    }

    Failure failure() throws Exception {
      return Failure.of((StatusRuntimeException) end.get(30, TimeUnit.SECONDS));
    }

    @Override
    public void close() {
      call.cancel("done", null);
    }
  }

  private static WatchEventsRequest.Builder request() {
    return WatchEventsRequest.newBuilder();
  }

  private static void rename(TestService service, User user, String name) {
    service
        .users()
        .updateUser(
            UpdateUserRequest.newBuilder()
                .setUserId(user.getId())
                .setUser(User.newBuilder().setFirstName(name))
                .build());
  }

  private static void insert(Connection connection, UUID id, UUID user, String type)
      throws SQLException {
    try (var insert =
        connection.prepareStatement(
            """
            insert into events (id, occurred_at, actor, type, user_id, reason, fields)
            values (?, now(), 'test', ?, ?, '', '{}')
            """)) {
      insert.setObject(1, id);
      insert.setString(2, type);
      insert.setObject(3, user);
      insert.executeUpdate();
    }
  }

  @Test
  void watch_fromNow_getsTheChangesOfBothInstances() throws Exception {
    User user = service.create("watched@example.com");
    try (var watch = Watch.of(service, request().addUserIds(user.getId()))) {
      var begun = watch.next();
      assertFalse(begun.hasEvent());
      assertFalse(begun.getPosition().isEmpty());

      rename(service, user, "Augusta");
      rename(other, user, "Byron");

      var first = watch.nextEvent();
      assertEquals("user.updated", first.getType());
      assertEquals(2, first.getUserVersion());
      assertEquals(user.getId(), first.getUserId());
      assertEquals(3, watch.nextEvent().getUserVersion());
    }
  }

  @Test
  void watch_afterAPosition_getsWhatFollowed_onAnyInstance() throws Exception {
    User user = service.create("resumed@example.com");
    var ofUser = request().addUserIds(user.getId());
    String position;
    try (var watch = Watch.of(service, ofUser.clone())) {
      watch.next();
      rename(service, user, "One");
      position = watch.next().getPosition();
    }
    rename(service, user, "Two");
    rename(other, user, "Three");

    try (var watch = Watch.of(other, ofUser.clone().setPosition(position))) {
      assertEquals(position, watch.next().getPosition());
      assertEquals(3, watch.nextEvent().getUserVersion());
      assertEquals(4, watch.nextEvent().getUserVersion());
    }
  }

  @Test
  void watch_fromTheBeginning_getsEveryEventOnceInOrder() throws Exception {
    User user = service.create("beginning@example.com");
    try (var watch = Watch.of(service, request().setFromBeginning(true))) {
      List<String> received = new ArrayList<>();
      watch.next();
      String created = "";
      while (!created.equals(user.getId())) {
        var event = watch.nextEvent();
        received.add(event.getId());
        created = event.getType().equals("user.created") ? event.getUserId() : "";
      }

      var stored =
          database.query("select event_id from event_positions order by position").stream()
              .map(row -> row.get("event_id").toString())
              .toList();
      assertEquals(stored.subList(0, received.size()), received);
    }
  }

  @Test
  void watch_withTypes_getsOnlyThose() throws Exception {
    User user = service.create("typed@example.com");
    try (var watch =
        Watch.of(service, request().addTypes("user.deactivated").addUserIds(user.getId()))) {
      watch.next();
      rename(service, user, "Augusta");
      service.core().users().deactivate(RequestContext.system(), UserId.parse(user.getId()), "");

      assertEquals("user.deactivated", watch.nextEvent().getType());
    }
  }

  @Test
  void overlappingTransactions_areReceivedInAnOrderThatNeverGoesBack() throws Exception {
    UUID user = UUID.randomUUID();
    try (var watch = Watch.of(service, request().addUserIds(user.toString()));
        var slow = database.dataSource().getConnection();
        var fast = database.dataSource().getConnection()) {
      watch.next();
      slow.setAutoCommit(false);
      fast.setAutoCommit(false);
      UUID early = UUID.fromString("00000000-0000-7000-8000-000000000001");
      UUID late = UUID.fromString("00000000-0000-7000-8000-000000000002");
      insert(slow, early, user, "user.updated");
      insert(fast, late, user, "user.updated");
      fast.commit();
      var first = watch.nextEvent();
      assertEquals(late.toString(), first.getId());

      slow.commit();

      var second = watch.nextEvent();
      assertEquals(early.toString(), second.getId());
      try (var again =
          Watch.of(other, request().addUserIds(user.toString()).setPosition(first.getPosition()))) {
        again.next();
        assertEquals(early.toString(), again.nextEvent().getId());
      }
    }
  }

  @Test
  void slowReader_getsEveryEvent_andNothingIsQueuedForIt() throws Exception {
    int many = 5_000;
    UUID user = UUID.randomUUID();
    try (var watch =
            Watch.of(
                UserEventServiceGrpc.newStub(service.channel()),
                request().addUserIds(user.toString()),
                true);
        var quick = Watch.of(service, request().addUserIds(user.toString()))) {
      watch.next();
      quick.next();
      database.execute(
          """
          insert into events (id, occurred_at, actor, type, user_id, reason, fields)
          select ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, now(), 'test', 'user.updated', ?, '', '{}'
          from generate_series(1, ?) i
          """,
          user,
          many);
      for (int i = 1; i <= many; i++) {
        assertEquals(uuid(i), quick.nextEvent().getId());
      }
      assertTrue(watch.messages.isEmpty());

      for (int i = 1; i <= many; i++) {
        watch.call.request(1);
        assertEquals(uuid(i), watch.nextEvent().getId());
      }
    }
  }

  private static String uuid(int number) {
    return "00000000-0000-7000-8000-" + String.format(Locale.ROOT, "%012d", number);
  }

  @Test
  void idleWatch_getsItsPositionEvery15Seconds() throws Exception {
    UUID nobody = UUID.randomUUID();
    try (var watch = Watch.of(service, request().addUserIds(nobody.toString()))) {
      String begun = watch.next().getPosition();
      service.create("heartbeat@example.com");
      elapsed.addAndGet(Duration.ofSeconds(16).toNanos());

      var heartbeat = watch.next();
      // The follower may not have read the event yet.
      while (heartbeat.getPosition().equals(begun)) {
        elapsed.addAndGet(Duration.ofSeconds(16).toNanos());
        heartbeat = watch.next();
      }

      assertFalse(heartbeat.hasEvent());
      assertNotEquals(begun, heartbeat.getPosition());
    }
  }

  @Test
  void callBeyondTheLimitOfItsCaller_isRefusedUntilAnotherOneEnds() throws Exception {
    List<Watch> watches = new ArrayList<>();
    try {
      for (int i = 0; i < MAX_OF_CALLER; i++) {
        watches.add(Watch.of(other, request()));
      }
      for (var watch : watches) {
        watch.next();
      }

      var failure = Watch.of(other, request()).failure();

      failure.assertIs(Status.Code.RESOURCE_EXHAUSTED, "RATE_LIMITED");
      assertTrue(failure.retry().isPresent());
      watches.remove(0).close();
      do {
        watches.add(Watch.of(other, request()));
      } while (!watches.get(watches.size() - 1).begins());
    } finally {
      watches.forEach(Watch::close);
    }
  }

  @Test
  void malformedRequest_isRefused() throws Exception {
    for (var malformed :
        List.of(
            request().setPosition("yesterday"),
            request().addTypes("user.exploded"),
            request().addUserIds("x"))) {
      assertEquals(Status.Code.INVALID_ARGUMENT, Watch.of(service, malformed).failure().code());
    }
  }

  @Test
  void lostPosition_isOutOfRange() throws Exception {
    try (var watch = Watch.of(service, request())) {
      String position = watch.next().getPosition();
      String timeline = position.substring(0, 9);
      long number = Long.parseLong(position.substring(9));

      for (String lost : List.of(timeline + (number + 1_000_000), "0badcafe-" + number)) {
        if (lost.startsWith("0badcafe") && timeline.startsWith("0badcafe")) {
          continue;
        }
        var failure = Watch.of(service, request().setPosition(lost)).failure();
        assertEquals(Status.Code.OUT_OF_RANGE, failure.code());
        assertEquals("POSITION_OUT_OF_RANGE", failure.reason());
      }
    }
  }

  @Test
  void positionOfAnEarlierTimeline_isValidUpToItsEnd() throws Exception {
    User user = service.create("timeline@example.com");
    String before;
    String lost;
    try (var watch = Watch.of(service, request().addUserIds(user.getId()))) {
      before = watch.next().getPosition();
      rename(service, user, "Augusta");
      lost = watch.nextEvent().getPosition();
      // As after a restore that has lost the last event.
      long kept = Long.parseLong(before.substring(9));
      database.execute("update event_sequence set server = 'before the restore'");
      rename(service, user, "Byron");
      watch.nextEvent();
      database.execute(
          "update event_timelines set begins_after = ? where number = (select max(number) from event_timelines)",
          kept);
    }

    try (var watch = Watch.of(other, request().addUserIds(user.getId()).setPosition(before))) {
      assertNotEquals(before, watch.next().getPosition());
      assertEquals(2, watch.nextEvent().getUserVersion());
    }
    assertEquals(
        Status.Code.OUT_OF_RANGE, Watch.of(other, request().setPosition(lost)).failure().code());
  }

  @Test
  void watch_endsWithTheSessionOfItsCaller() throws Exception {
    var passed = new AtomicLong();
    try (var guarded =
        TestService.guardedOn(
            database, core -> core.nanoTime(() -> System.nanoTime() + passed.get()))) {
      var call = RequestContext.system();
      var users = guarded.core().users();
      var admin = users.create(call, TestUsers.aUser("watching.admin@example.com"));
      users.update(call, admin.id(), UserPatch.builder().roles(Set.of(Role.ADMIN)).build());
      var sessions = guarded.core().sessions();
      var signedIn = sessions.signIn(call, admin.id(), "");
      var stub =
          TestService.with(
              signedIn.tokens().accessToken(), UserEventServiceGrpc.newStub(guarded.channel()));
      try (var watch = Watch.of(stub, request(), false)) {
        watch.next();
        sessions.revoke(call, admin.id(), signedIn.session().id());
        passed.addAndGet(Duration.ofSeconds(16).toNanos());

        assertEquals(Status.Code.UNAUTHENTICATED, watch.failure().code());
      }
    }
  }
}
