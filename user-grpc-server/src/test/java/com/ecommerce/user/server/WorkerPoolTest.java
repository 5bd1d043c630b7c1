package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.RequestKind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests workers whose work lasts until the end of the test, with a clock that stands still. */
@Timeout(60)
class WorkerPoolTest {
  private static final RequestContext ADA = from("ada", "203.0.113.7/32");

  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicLong now = new AtomicLong();
  private final List<String> order = new CopyOnWriteArrayList<>();
  private WorkerPool workers = new WorkerPool(10, 10, now::get);

  private static RequestContext from(String actor, String network) {
    return new RequestContext(new Actor(actor), network, Cancellation.NEVER);
  }

  @AfterEach
  void stop() {
    end.countDown();
    workers.close();
  }

  private void occupy(int count, RequestKind kind) {
    for (int i = 0; i < count; i++) {
      workers.supply(ADA, kind, this::untilTheEnd);
    }
  }

  private Void untilTheEnd() {
    try {
      end.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  private int running(RequestKind kind) {
    return workers.pool().running(kind.name());
  }

  private CompletableFuture<Boolean> note(RequestContext call, RequestKind kind, String name) {
    return workers.supply(call, kind, () -> order.add(name)).toCompletableFuture();
  }

  @Test
  void oneKind_hasHalfOfTheWorkersAndTwoKindsLeaveAFifth() {
    occupy(20, RequestKind.ADDRESSES);
    assertEquals(5, running(RequestKind.ADDRESSES));
    occupy(20, RequestKind.ACCOUNTS);
    assertEquals(3, running(RequestKind.ACCOUNTS));
    occupy(20, RequestKind.SESSIONS);
    occupy(20, RequestKind.DIRECTORY);
    assertEquals(1, running(RequestKind.SESSIONS));
    assertEquals(1, running(RequestKind.DIRECTORY));
    occupy(1, RequestKind.PREFERENCES);
    assertEquals(0, running(RequestKind.PREFERENCES));
    assertEquals(10, workers.pool().running());
    assertEquals(81 - 10, workers.pool().waiting());
  }

  @Test
  void fewerConnections_areSharedInTheSameWay() {
    workers = new WorkerPool(10, 4, now::get);
    occupy(20, RequestKind.ADDRESSES);
    assertEquals(2, running(RequestKind.ADDRESSES));
  }

  @Test
  void singleWorker_isEverybodys() {
    workers = new WorkerPool(1, 1, now::get);
    occupy(2, RequestKind.ADDRESSES);
    assertEquals(1, running(RequestKind.ADDRESSES));
  }

  @Test
  void callThatCannotBeginInTime_isRefused() {
    occupy(5, RequestKind.ADDRESSES);
    var late = note(ADA, RequestKind.ADDRESSES, "late");

    now.addAndGet(WorkerPool.LONGEST_WAIT.toNanos());
    note(ADA, RequestKind.ACCOUNTS, "other").join();

    var failure = assertThrows(CompletionException.class, late::join).getCause();
    assertEquals(ErrorReason.SERVER_BUSY, ((UserServiceException) failure).reason());
    assertEquals(1, workers.pool().refused(RequestKind.ADDRESSES.name()));
    assertEquals(List.of("other"), order);
  }

  @Test
  void networksTakeTurns_thenUsers_andServicesAreNetworks() {
    workers = new WorkerPool(1, 1, now::get);
    occupy(1, RequestKind.DIRECTORY);
    var kind = RequestKind.DIRECTORY;
    note(ADA, kind, "ada 1");
    note(ADA, kind, "ada 2");
    note(from("bob", "203.0.113.7/32"), kind, "bob, her neighbour");
    note(from("service:shop", "203.0.113.7/32"), kind, "shop 1");
    note(from("service:shop", "203.0.113.8/32"), kind, "shop 2");
    note(from("eve", "198.51.100.7/32"), kind, "eve");
    var resumed = workers.supplyResumed(ADA, kind, () -> order.add("ada resumed"));

    var last = note(ADA, kind, "ada 3");

    end.countDown();
    resumed.toCompletableFuture().join();
    last.join();

    assertEquals(
        List.of(
            "ada resumed",
            "shop 1",
            "eve",
            "bob, her neighbour",
            "shop 2",
            "ada 1",
            "ada 2",
            "ada 3"),
        order);
  }
}
