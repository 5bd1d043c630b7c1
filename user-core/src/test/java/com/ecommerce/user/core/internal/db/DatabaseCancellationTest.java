package com.ecommerce.user.core.internal.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
@Timeout(60)
class DatabaseCancellationTest {
  private static final String FOR_EVER = "select pg_sleep(3600)";

  private Database database;

  @BeforeEach
  void open(TestDatabase ownDatabase) {
    database = new Database(ownDatabase.dataSource());
  }

  /** A caller that cancels when the test decides. The action runs on a thread of its own. */
  private static final class Caller implements Cancellation {
    private final CountDownLatch gaveUp = new CountDownLatch(1);
    private final CompletableFuture<Runnable> action = new CompletableFuture<>();
    private Thread thread;

    @Override
    public Optional<ErrorReason> reason() {
      return gaveUp.getCount() == 0 ? Optional.of(ErrorReason.CALL_CANCELLED) : Optional.empty();
    }

    @Override
    public Registration onCancel(Runnable cancel) {
      action.complete(cancel);
      return () -> {};
    }

    void giveUp() {
      gaveUp.countDown();
      thread = new Thread(action.join(), "caller");
      thread.start();
    }

    RequestContext call() {
      return new RequestContext(Actor.SYSTEM, "local", this);
    }
  }

  @Test
  void callCancelledDuringAStatement_isStopped() throws InterruptedException {
    var caller = new Caller();

    var work =
        CompletableFuture.supplyAsync(
            () ->
                assertThrows(
                    UserServiceException.class,
                    () -> database.inTransaction(caller.call(), tx -> tx.execute(FOR_EVER))));
    caller.action.join();
    caller.giveUp();

    assertEquals(ErrorReason.CALL_CANCELLED, work.join().reason());
    caller.thread.join();
  }

  @Test
  void callCancelledBetweenStatements_stopsTheNextOne() throws InterruptedException {
    var caller = new Caller();

    var failure =
        assertThrows(
            UserServiceException.class,
            () ->
                database.inTransaction(
                    caller.call(),
                    tx -> {
                      caller.giveUp();
                      return tx.execute(FOR_EVER);
                    }));

    assertEquals(ErrorReason.CALL_CANCELLED, failure.reason());
    caller.thread.join();
  }

  @Test
  void connectionOfACancelledCall_isGoodForTheNext(TestDatabase ownDatabase)
      throws InterruptedException {
    try (var pool = ownDatabase.pool(1)) {
      var pooled = new Database(pool);
      var caller = new Caller();
      assertThrows(
          UserServiceException.class,
          () ->
              pooled.inTransaction(
                  caller.call(),
                  tx -> {
                    caller.giveUp();
                    return tx.execute(FOR_EVER);
                  }));

      int one =
          pooled.read(
              RequestContext.system(), handle -> handle.select("select 1").mapTo(int.class).one());

      assertEquals(1, one);
      caller.thread.join();
    }
  }
}
