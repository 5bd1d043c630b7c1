package com.ecommerce.user.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.Status.Code;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that the work in the database is cancelled when a client cancels its call. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class DeadlineGrpcTest {
  private static final int MORE_THAN_ALL_WORKERS = 12;

  /** The maximum number of workers for one kind of calls: half of them. */
  private static final int MOST_OF_A_KIND = 5;

  private TestDatabase database;
  private TestService service;
  private User user;
  private Connection locker;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    service = TestService.on(database);
    user = service.create("ada@example.com");
  }

  @AfterAll
  void stop() {
    service.close();
  }

  @BeforeEach
  void lockTheRow() throws SQLException {
    locker = database.dataSource().getConnection();
    locker.setAutoCommit(false);
    locker.createStatement().execute("select 1 from users for update");
  }

  @AfterEach
  void unlockTheRow() throws SQLException {
    locker.close();
  }

  private UpdateUserRequest update() {
    return TestService.anUpdate(user, User.newBuilder().setFirstName("Augusta"), "first_name")
        .build();
  }

  private int waitingStatements() {
    return database
        .query(
            "select 1 from pg_stat_activity where datname = current_database()"
                + " and state = 'active' and wait_event_type = 'Lock'")
        .size();
  }

  private void awaitWaitingStatements(int count) throws Exception {
    Await.until(() -> waitingStatements() == count);
  }

  private void assertTheServiceIsFree() {
    var get = GetUserRequest.newBuilder().setUserId(user.getId()).build();
    assertEquals(user.getId(), service.users().getUser(get).getUser().getId());
    assertEquals("Ada", service.users().getUser(get).getUser().getFirstName());
  }

  @Test
  void deadline_cancelsTheStatementAndFreesTheWorker() throws Exception {
    for (int i = 0; i < MORE_THAN_ALL_WORKERS; i++) {
      var failure =
          Failure.of(
              () ->
                  service
                      .users()
                      .withDeadlineAfter(100, TimeUnit.MILLISECONDS)
                      .updateUser(update()));
      assertEquals(Code.DEADLINE_EXCEEDED, failure.code());
    }

    awaitWaitingStatements(0);
    assertTheServiceIsFree();
  }

  @Test
  void cancellation_cancelsTheStatementAndFreesTheWorker() throws Exception {
    var users = UserServiceGrpc.newFutureStub(service.channel());
    var calls =
        IntStream.range(0, MOST_OF_A_KIND).mapToObj(i -> users.updateUser(update())).toList();
    awaitWaitingStatements(MOST_OF_A_KIND);

    calls.forEach(call -> assertTrue(call.cancel(true)));

    awaitWaitingStatements(0);
    calls.forEach(call -> assertThrows(CancellationException.class, call::get));
    assertTheServiceIsFree();
  }

  @Test
  void deadlineThatIsFarAway_disturbsNothing() throws Exception {
    var change = TestService.anUpdate(user, User.newBuilder().setLastName("King"), "last_name");
    var call =
        UserServiceGrpc.newFutureStub(service.channel())
            .withDeadlineAfter(50, TimeUnit.SECONDS)
            .updateUser(change.build());
    awaitWaitingStatements(1);
    locker.rollback();

    var changed = call.get().getUser();
    assertEquals("King", changed.getLastName());
    assertEquals(user.getAudit().getVersion() + 1, changed.getAudit().getVersion());
    assertEquals(
        user,
        changed.toBuilder().setLastName(user.getLastName()).setAudit(user.getAudit()).build());
  }
}
