package com.example.inprocess;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.InProcessUserService;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The service as another project's tests use it, from outside its packages. */
@ExtendWith(PostgresExtension.class)
class InProcessUserServiceTest {
  private static final CreateUserRequest ADA =
      CreateUserRequest.newBuilder()
          .setEmail("ada@example.com")
          .setPassword("correct horse battery")
          .build();

  @Test
  void start_runsOnAPostgresqlOfItsOwn() {
    try (var service = InProcessUserService.start()) {
      var users = UserServiceGrpc.newBlockingStub(service.channel());
      assertEquals("ada@example.com", users.createUser(ADA).getUser().getEmail());
    }
  }

  @Test
  void start_runsOnAGivenDatabaseAndLeavesItOpen(TestDatabase database) {
    var clock = MutableClock.atNoon();
    try (var pool = database.pool(10)) {
      var service = InProcessUserService.builder().dataSource(pool).clock(clock).start();
      var users = UserServiceGrpc.newBlockingStub(service.channel());
      var created = users.createUser(ADA).getUser();
      assertEquals(
          clock.instant().getEpochSecond(), created.getAudit().getCreatedAt().getSeconds());
      assertEquals(1, users.listUsers(ListUsersRequest.getDefaultInstance()).getUsersCount());

      service.close();

      assertFalse(pool.isClosed());
      assertDoesNotThrow(() -> pool.getConnection().close());
      var failure = assertThrows(StatusRuntimeException.class, () -> users.createUser(ADA));
      assertEquals(Status.Code.UNAVAILABLE, failure.getStatus().getCode());
    }
  }

  @Test
  void start_thatEndsInAnError_closesWhatItOpened() throws Exception {
    var before = Thread.getAllStackTraces().keySet();
    var ofItsPool = new ArrayList<Thread>();
    var failure = new Error("no such choice");
    var builder =
        InProcessUserService.builder()
            .core(
                choices -> {
                  Thread.getAllStackTraces().keySet().stream()
                      .filter(thread -> thread.getName().startsWith("users"))
                      .filter(thread -> !before.contains(thread))
                      .forEach(ofItsPool::add);
                  throw failure;
                });

    assertSame(failure, assertThrows(Error.class, builder::start));

    assertFalse(ofItsPool.isEmpty());
    for (Thread thread : ofItsPool) {
      thread.join(10_000);
      assertFalse(thread.isAlive(), thread.getName());
    }
  }

  @Test
  void start_twice_givesTwoServices(TestDatabase database) {
    try (var pool = database.pool(20);
        var one = InProcessUserService.builder().dataSource(pool).start();
        var other = InProcessUserService.builder().dataSource(pool).start()) {
      assertTrue(one.channel() != other.channel());
      assertDoesNotThrow(
          () ->
              UserServiceGrpc.newBlockingStub(other.channel())
                  .listUsers(ListUsersRequest.getDefaultInstance()));
    }
  }
}
