package com.ecommerce.user.server.database.eventloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.ecommerce.user.core.eventloop.Columns;
import com.ecommerce.user.server.testing.CapturedLog;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.RowSet;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests when a loop's connection is opened and closed, with a clock that the test moves. */
class VertxConnectionTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<ConnectionAttempt> openings = new ArrayList<>();
  private final VertxConnection connection =
      new VertxConnection(
          channel.eventLoop(),
          loop -> {
            var opening = new ConnectionAttempt();
            openings.add(opening);
            return opening;
          },
          Duration.ofSeconds(1));

  /** A fake of the part of the driver that a connection uses. Queries find no user. */
  private static final class Opened {
    final Promise<Void> closed = Promise.promise();
    boolean isClosed;
    boolean isSilent;
    boolean isCancelled;
    Handler<Void> closeHandler;
    Future<RowSet<Row>> answer = Future.succeededFuture(fake(RowSet.class, this::rows));

    PgConnection connection() {
      return fake(PgConnection.class, this::connection);
    }

    @SuppressWarnings("unchecked")
    private Object connection(String method, Object[] arguments) {
      return switch (method) {
        case "close" -> {
          isClosed = true;
          if (!isSilent) {
            closed.complete();
          }
          yield closed.future();
        }
        case "closeHandler" -> {
          closeHandler = (Handler<Void>) arguments[0];
          yield null;
        }
        case "cancelRequest" -> {
          isCancelled = true;
          yield Future.succeededFuture();
        }
        case "preparedQuery" -> fake(PreparedQuery.class, (execute, tuple) -> answer);
        default -> throw new UnsupportedOperationException(method);
      };
    }

    private Object rows(String method, Object[] arguments) {
      return method.equals("size") ? 0 : fake(RowIterator.class, (hasNext, nothing) -> false);
    }

    @SuppressWarnings("unchecked")
    private static <T> T fake(Class<?> type, BiFunction<String, Object[], Object> calls) {
      return (T)
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) -> calls.apply(method.getName(), arguments));
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
    openings.get(opening).complete(opened.connection(), null);
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

  private void refuse(int opening) {
    openings
        .get(opening)
        .complete(null, new PgException("refused by db.example.com", "FATAL", "28000", ""));
    pass(Duration.ZERO);
  }

  private CompletableFuture<List<String>> query() {
    return connection.query("", new String[0], Columns::text).toCompletableFuture();
  }

  @Test
  void connection_thatIsRefused_isTriedAgainLaterAndLater_andTheLogSaysItOnce() {
    try (var log = new CapturedLog()) {
      want();
      refuse(0);

      int tries = 1;
      for (int seconds : new int[] {10, 20, 40, 80, 160, 300, 300}) {
        connection.isReady();
        pass(Duration.ofSeconds(seconds - 1));
        assertEquals(tries, openings.size(), seconds + " s");
        pass(Duration.ofSeconds(1));
        assertEquals(tries + 1, openings.size(), seconds + " s");
        refuse(tries++);
      }

      var lines = log.events().stream().filter(event -> event.getLevel() == Level.INFO).toList();
      assertEquals(
          List.of(
              "Users are read over the pool, since an event loop cannot connect (SQL state 28000)"),
          lines.stream().map(ILoggingEvent::getFormattedMessage).toList());
    }
  }

  @Test
  void connection_thatComesTooLate_isOfNoUse() {
    want();
    pass(Duration.ofSeconds(10));

    succeed(0);

    assertFalse(connection.isReady());
    pass(Duration.ofSeconds(10));
    succeed(1);
    assertTrue(connection.isReady());
  }

  @Test
  void query_thatTakesLong_isCancelled_andTheConnectionIsGivenUpForAWhile() {
    want();
    var slow = succeed(0);
    slow.answer = Promise.<RowSet<Row>>promise().future();

    var query = query();
    pass(Duration.ofSeconds(1));

    assertTrue(query.isCompletedExceptionally());
    assertTrue(slow.isCancelled && slow.isClosed);
    assertFalse(connection.isReady());
    pass(Duration.ofSeconds(9));
    assertEquals(1, openings.size());
    pass(Duration.ofSeconds(1));
    succeed(1);
    assertTrue(query().isDone());
    assertFalse(query().isCompletedExceptionally());
  }

  @Test
  void query_thatFails_givesTheConnectionUp() {
    want();
    var failing = succeed(0);
    failing.answer = Future.failedFuture("failed");

    assertTrue(query().isCompletedExceptionally());

    assertTrue(failing.isClosed);
    assertTrue(query().isCompletedExceptionally());
    pass(Duration.ofMinutes(1));
    assertFalse(failing.isCancelled);
  }

  @Test
  void connection_thatIsUsedForHalfAnHour_isClosed() {
    want();
    var used = succeed(0);
    for (int minute = 1; minute <= 30; minute++) {
      query();
      pass(Duration.ofMinutes(1));
      assertFalse(used.isClosed, minute + " min");
    }

    query();
    pass(Duration.ofMinutes(1));

    assertTrue(used.isClosed);
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

  @Test
  void close_isDoneOnceTheServerHasClosedTheConnection() {
    want();
    var opened = succeed(0);
    opened.isSilent = true;

    var closing = connection.close();
    pass(Duration.ZERO);
    assertTrue(opened.isClosed);
    assertFalse(closing.isDone());

    opened.closed.complete();
    pass(Duration.ZERO);
    assertTrue(closing.isDone());
  }

  @Test
  void close_ofASilentServer_isDoneAfterASecond() {
    want();
    succeed(0).isSilent = true;

    var closing = connection.close();
    pass(Duration.ZERO);
    pass(Duration.ofMillis(999));
    assertFalse(closing.isDone());
    pass(Duration.ofMillis(1));

    assertTrue(closing.isDone());
  }

  @Test
  void close_whileAConnectionIsOpened_waitsForThat_andSaysNothing() {
    try (var log = new CapturedLog()) {
      want();

      var closing = connection.close();
      pass(Duration.ZERO);
      assertFalse(closing.isDone());
      pass(Duration.ofSeconds(1));
      pass(Duration.ZERO);

      assertTrue(closing.isDone());
      assertTrue(openings.get(0).connection().isCompletedExceptionally());
      assertEquals(List.of(), log.events().stream().filter(this::isLoud).toList());
    }
  }

  private boolean isLoud(ILoggingEvent event) {
    return event.getLevel().isGreaterOrEqual(Level.INFO);
  }

  @Test
  void close_beforeAConnectionIsOpened_opensNone() {
    connection.isReady();

    var closing = connection.close();
    pass(Duration.ZERO);
    pass(Duration.ofSeconds(1));

    assertTrue(closing.isDone());
    assertEquals(0, openings.size());
  }
}
