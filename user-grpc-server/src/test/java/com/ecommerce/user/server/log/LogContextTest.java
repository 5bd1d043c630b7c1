package com.ecommerce.user.server.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.ecommerce.user.core.internal.credential.HashingPool;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.LogContext;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;

/** Tests the log context, in the module that has a logging library with an MDC. */
@ExtendWith(PostgresExtension.class)
class LogContextTest {
  private static final LogContext CALL = LogContext.ofCall("1");
  private static final LogContext TRACED = new LogContext("2", "4bf92f");

  @AfterEach
  void clear() {
    MDC.clear();
  }

  @Test
  void attach_holdsUntilItIsClosed() {
    try (var attached = TRACED.attach()) {
      assertEquals("2", MDC.get("call_id"));
      assertEquals("4bf92f", MDC.get("trace_id"));
      assertEquals(TRACED, LogContext.current());
    }

    assertNull(MDC.get("call_id"));
    assertNull(MDC.get("trace_id"));
    assertEquals(LogContext.NONE, LogContext.current());
  }

  @Test
  void attach_withinAnother_givesThatBack() {
    try (var outer = TRACED.attach()) {
      try (var inner = CALL.attach()) {
        assertEquals(CALL, LogContext.current());
      }
      assertEquals(TRACED, LogContext.current());
    }
  }

  @Test
  void attach_ofTheSameCall_changesNothing() {
    try (var outer = TRACED.attach()) {
      try (var inner = LogContext.ofCall("2").attach()) {
        assertEquals(TRACED, LogContext.current());
      }
      assertEquals(TRACED, LogContext.current());
    }
  }

  @Test
  void hashing_hasTheContextOfItsCall() throws Exception {
    try (var pool = new HashingPool(1, 4, Duration.ofMillis(1), System::nanoTime, waited -> {})) {
      var call = RequestContext.system();
      assertEquals(TRACED, hashed(pool, call.logged(TRACED)));
      assertEquals(LogContext.NONE, hashed(pool, call));
    }
  }

  private static LogContext hashed(HashingPool pool, RequestContext call) throws Exception {
    return pool.submit(call, HashingPool.Part.LOGIN, LogContext::current)
        .toCompletableFuture()
        .get();
  }

  @Test
  void transactions_haveTheContextOfTheirCall(TestDatabase testDatabase) {
    var database = new Database(testDatabase.dataSource());
    var call = new RequestContext(Actor.SYSTEM, "local", Cancellation.NEVER).logged(CALL);

    assertEquals(CALL, database.inTransaction(call, tx -> LogContext.current()));
    assertEquals(CALL, database.read(call.detached(), handle -> LogContext.current()));
    assertEquals(
        LogContext.NONE, database.read(RequestContext.system(), handle -> LogContext.current()));
  }

  @Test
  void attach_ofNone_keepsWhatIs() {
    try (var outer = CALL.attach();
        var inner = LogContext.NONE.attach()) {
      assertEquals(CALL, LogContext.current());
    }
  }
}
