package com.ecommerce.user.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.server.testing.CapturedLog;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.pgclient.PgConnection;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a loop's connection is opened and closed, by a clock that the test moves. */
class VertxConnectionTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<CompletableFuture<PgConnection>> openings = new ArrayList<>();
  private final VertxConnection connection =
      new VertxConnection(
          channel.eventLoop(),
          loop -> {
            var opening = new CompletableFuture<PgConnection>();
            openings.add(opening);
            return opening;
          });

  /** As much of a connection as is opened and closed. */
  private static final class Opened {
    boolean isClosed;
    Handler<Void> closeHandler;

    @SuppressWarnings("unchecked")
    PgConnection connection() {
      return (PgConnection)
          Proxy.newProxyInstance(
              PgConnection.class.getClassLoader(),
              new Class<?>[] {PgConnection.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "close" -> {
                      isClosed = true;
                      yield Future.succeededFuture();
                    }
                    case "closeHandler" -> {
                      closeHandler = (Handler<Void>) arguments[0];
                      yield proxy;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                  });
    }
  }

  @BeforeEach
  void stopTheClock() {
    channel.freezeTime();
  }

  @AfterEach
  void end() {
    channel.close();
  }

  private void pass(Duration time) {
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  private Opened succeed(int opening) {
    var opened = new Opened();
    openings.get(opening).complete(opened.connection());
    pass(Duration.ZERO);
    return opened;
  }

  private void want() {
    connection.isReady();
    pass(Duration.ofSeconds(1));
  }

  @Test
  void connection_isOpened_onceItIsWanted() {
    pass(Duration.ofMinutes(1));
    assertEquals(0, openings.size());

    assertFalse(connection.isReady());
    assertFalse(connection.isReady());
    assertEquals(0, openings.size(), "whoever asks goes on first");
    pass(Duration.ofSeconds(1));
    assertEquals(1, openings.size());
    assertFalse(connection.isReady());

    succeed(0);
    assertTrue(connection.isReady());
    assertEquals(1, openings.size());
  }

  @Test
  void connection_thatIsRefused_isTriedAgainLater_andTheLogSaysItOnce() {
    try (var log = new CapturedLog()) {
      want();
      openings.get(0).completeExceptionally(new IllegalStateException("refused"));
      pass(Duration.ZERO);

      want();
      assertEquals(1, openings.size());
      pass(Duration.ofSeconds(10));
      openings.get(1).completeExceptionally(new IllegalStateException("refused"));
      pass(Duration.ZERO);

      assertFalse(connection.isReady());
      pass(Duration.ofSeconds(10));
      succeed(2);
      assertTrue(connection.isReady());
      assertEquals(1, log.events().size(), log::text);
    }
  }

  @Test
  void connection_thatComesTooLate_isClosed() {
    want();
    pass(Duration.ofSeconds(10));
    connection.isReady();

    var late = succeed(0);

    assertTrue(late.isClosed);
    assertFalse(connection.isReady());
    pass(Duration.ofSeconds(10));
    succeed(1);
    assertTrue(connection.isReady());
  }

  @Test
  void connection_thatIsLost_isOpenedAnew() {
    want();
    var first = succeed(0);

    first.closeHandler.handle(null);

    assertFalse(connection.isReady());
    pass(Duration.ofSeconds(1));
    succeed(1);
    assertTrue(connection.isReady());
  }

  @Test
  void connection_thatNobodyUses_isClosed() {
    want();
    var unused = succeed(0);

    pass(Duration.ofMinutes(1));
    assertFalse(unused.isClosed);
    pass(Duration.ofMinutes(1));

    assertTrue(unused.isClosed);
    assertFalse(connection.isReady());
  }

  @Test
  void openNow_opensAtOnce_andNoSecond() {
    var opening = connection.openNow();
    pass(Duration.ZERO);
    assertEquals(1, openings.size());
    assertFalse(opening.isDone());

    succeed(0);

    assertTrue(opening.isDone());
    assertTrue(connection.isReady());
    connection.openNow();
    pass(Duration.ZERO);
    assertEquals(1, openings.size());
  }

  @Test
  void connection_thatIsOpenedAfterTheEnd_isClosed() {
    want();
    connection.close();
    pass(Duration.ZERO);

    var late = succeed(0);

    assertTrue(late.isClosed);
    assertFalse(connection.isReady());
    pass(Duration.ofMinutes(1));
    assertEquals(1, openings.size());
  }
}
