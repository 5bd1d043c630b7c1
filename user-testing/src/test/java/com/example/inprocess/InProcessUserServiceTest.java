package com.example.inprocess;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.testing.InProcessUserService;
import com.ecommerce.user.testing.TestRequests;
import com.ecommerce.user.v1.ListUsersRequest;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

/** The service as another project's tests use it, from outside its packages. */
class InProcessUserServiceTest {
  private static HikariDataSource pool(EmbeddedPostgres postgres) {
    var config = new HikariConfig();
    config.setDataSource(postgres.getPostgresDatabase());
    config.setMaximumPoolSize(20);
    return new HikariDataSource(config);
  }

  @Test
  void start_runsOnAPostgresqlOfItsOwn() {
    try (var service = InProcessUserService.start()) {
      var request = TestRequests.createUser().build();
      assertEquals(request.getEmail(), service.users().createUser(request).getUser().getEmail());
    }
  }

  @Test
  void start_runsOnAGivenDatabaseAndLeavesItOpen() throws Exception {
    var clock = MutableClock.of(Instant.parse("2026-06-15T12:00:00Z"), ZoneOffset.UTC);
    try (var postgres = EmbeddedPostgres.start();
        var pool = pool(postgres)) {
      var service = InProcessUserService.builder().dataSource(pool).clock(clock).start();
      var other = InProcessUserService.builder().dataSource(pool).start();
      assertNotSame(service.channel(), other.channel());
      var created = service.users().createUser(TestRequests.createUser().build()).getUser();
      assertEquals(
          clock.instant().getEpochSecond(), created.getAudit().getCreatedAt().getSeconds());
      var all = ListUsersRequest.getDefaultInstance();
      assertEquals(1, service.users().listUsers(all).getUsersCount());
      assertEquals(1, other.users().listUsers(all).getUsersCount());

      service.close();

      assertDoesNotThrow(() -> other.users().listUsers(all));
      other.close();
      assertFalse(pool.isClosed());
      assertDoesNotThrow(() -> pool.getConnection().close());
      var failure =
          assertThrows(StatusRuntimeException.class, () -> service.users().listUsers(all));
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
      thread.join(60_000);
      assertFalse(thread.isAlive(), thread.getName());
    }
  }
}
