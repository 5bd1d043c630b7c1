package com.ecommerce.user.server.database.eventloop;

import com.ecommerce.user.core.internal.batch.EventLoopConnection;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop's connection: opened when it is wanted, given up when it fails or takes long, and closed
 * when nobody wants it any more. Used on the loop's thread.
 */
final class VertxConnection implements EventLoopConnection {
  private static final Logger log = LoggerFactory.getLogger(VertxConnection.class);

  /** A process that has just started, or a database that has just gone, has other things to do. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Doubled with each further one. */
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);

  private static final Duration MAX_PAUSE = Duration.ofMinutes(5);
  private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

  /**
   * The age at which a connection is replaced, so that another address or certificate of the server
   * is noticed.
   */
  private static final Duration MAX_AGE = Duration.ofMinutes(30);

  private final EventLoop loop;
  private final Function<EventLoop, ConnectionAttempt> opener;
  private final Duration replyTimeout;
  private Duration pause = PAUSE;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private boolean isOpening;
  private boolean isClosed;

  /** The attempt to connect that is in progress; null if there is none. */
  private ConnectionAttempt opening;

  /** Null while there is none. */
  private Open open;

  /** The number of connections that are being closed. */
  private int closings;

  private boolean isUsed;

  private record Open(PgConnection connection, ConnectionAttempt opening) {}

  /**
   * @param opener opens connections whose answers come on the loop's thread
   * @param replyTimeout how long an answer may take
   */
  VertxConnection(
      EventLoop loop, Function<EventLoop, ConnectionAttempt> opener, Duration replyTimeout) {
    this.loop = loop;
    this.opener = opener;
    this.replyTimeout = replyTimeout;
  }

  @Override
  public void execute(Runnable action) {
    loop.execute(action);
  }

  @Override
  public boolean isReady() {
    if (open == null && !isOpening && !isClosed) {
      isOpening = true;
      later(this::open, pause);
    }
    return open != null;
  }

  private ScheduledFuture<?> later(Runnable action, Duration wait) {
    return loop.schedule(action, wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Done when it is ready, or will not be for now. */
  private CompletableFuture<Void> open() {
    if (isClosed) {
      return CompletableFuture.completedFuture(null);
    }
    var begun = opener.apply(loop);
    opening = begun;
    later(() -> begun.complete(null, new TimeoutException()), OPEN_TIMEOUT);
    return begun
        .connection()
        .handleAsync(
            (connection, failure) -> {
              opened(begun, connection, failure);
              return null;
            },
            loop);
  }

  /**
   * Opens it at once, though nobody wants it. Thread-safe.
   *
   * @return done when it is ready, or will not be for now
   */
  CompletableFuture<Void> openNow() {
    return CompletableFuture.supplyAsync(
            () -> {
              if (open != null || isOpening) {
                return CompletableFuture.<Void>completedFuture(null);
              }
              isOpening = true;
              return open();
            },
            loop)
        .thenCompose(opening -> opening);
  }

  private void opened(ConnectionAttempt begun, PgConnection connection, Throwable failure) {
    isOpening = false;
    opening = null;
    if (failure != null) {
      end(begun);
      if (!isClosed) {
        refused(failure);
      }
      return;
    }
    var opened = new Open(connection, begun);
    if (isClosed) {
      close(opened);
      return;
    }
    open = opened;
    isUsed = true;
    connection.closeHandler(nothing -> lost(opened));
    long now = loop.ticker().nanoTime();
    later(() -> look(opened, now), LOOK_EVERY);
  }

  private void refused(Throwable failure) {
    if (pause.equals(PAUSE) && isRefusal(failure)) {
      log.info(
          "Users are read over the pool, since an event loop cannot connect ({})", reason(failure));
    }
    log.debug("An event loop cannot connect", failure);
    failed();
  }

  /** Returns whether the server refused this driver for good. The core logs outages. */
  private static boolean isRefusal(Throwable failure) {
    return failure instanceof PgException known
        && known.getSqlState() != null
        && !known.getSqlState().startsWith("57")
        && !known.getSqlState().startsWith("53");
  }

  /** Without the message, which may name hosts. */
  private static String reason(Throwable failure) {
    return failure instanceof PgException known
        ? "SQL state " + known.getSqlState()
        : failure.getClass().getSimpleName();
  }

  private void failed() {
    var longer = pause.equals(PAUSE) ? PAUSE_AFTER_FAILURE : pause.multipliedBy(2);
    pause = longer.compareTo(MAX_PAUSE) < 0 ? longer : MAX_PAUSE;
  }

  @SuppressWarnings("ReferenceEquality") // The same connection is meant.
  private void look(Open looked, long openedAt) {
    if (open != looked) {
      return;
    }
    boolean isOld = loop.ticker().nanoTime() - openedAt > MAX_AGE.toNanos();
    if (isUsed && !isOld) {
      isUsed = false;
      later(() -> look(looked, openedAt), LOOK_EVERY);
    } else {
      giveUp(looked);
    }
  }

  /** The server has closed it. */
  private void lost(Open lost) {
    forget(lost);
    end(lost.opening());
  }

  private void end(ConnectionAttempt ending) {
    closings++;
    ending
        .end()
        .whenCompleteAsync(
            (nothing, failure) -> {
              closings--;
              completeIfOver();
            },
            loop);
  }

  private void completeIfOver() {
    if (isClosed && opening == null && closings == 0) {
      over.complete(null);
    }
  }

  private void giveUp(Open given) {
    forget(given);
    close(given);
  }

  @SuppressWarnings("ReferenceEquality") // The same connection is meant.
  private void forget(Open forgotten) {
    if (open == forgotten) {
      open = null;
    }
  }

  /** With a farewell, after what is asked; at once when the server does not take that in time. */
  private void close(Open closing) {
    closings++;
    var closed = new CompletableFuture<Void>();
    closing
        .connection()
        .close()
        .onFailure(failure -> log.debug("A connection was not closed in order", failure))
        .onComplete(ignored -> closed.complete(null));
    var timeout = later(() -> closed.complete(null), isClosed ? STOP_TIMEOUT : CLOSE_TIMEOUT);
    closed.thenRunAsync(
        () -> {
          timeout.cancel(false);
          end(closing.opening());
          closings--;
        },
        loop);
  }

  @Override
  public <T> CompletionStage<List<T>> query(String sql, Object[] keys, RowMaker<T> maker) {
    var asked = open;
    if (asked == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("not connected"));
    }
    isUsed = true;
    var answer = new CompletableFuture<List<T>>();
    var rows = asked.connection().preparedQuery(sql).execute(Tuple.of((Object) keys));
    var timeout = later(() -> timedOut(asked, answer), replyTimeout);
    rows.onComplete(
        (found, failure) -> {
          timeout.cancel(false);
          if (failure == null) {
            pause = PAUSE;
            complete(answer, found, maker);
          } else {
            // Such as a prepared statement whose table has got another shape.
            giveUp(asked);
            answer.completeExceptionally(failure);
          }
        });
    return answer;
  }

  private static <T> void complete(
      CompletableFuture<List<T>> answer, RowSet<Row> rows, RowMaker<T> maker) {
    List<T> made = new ArrayList<>(rows.size());
    try {
      for (var row : rows) {
        made.add(maker.make(new VertxColumns(row)));
      }
    } catch (Exception | Error failure) {
      answer.completeExceptionally(failure);
      return;
    }
    answer.complete(made);
  }

  private void timedOut(Open asked, CompletableFuture<?> answer) {
    log.debug("A read takes long on an event loop, and goes over the pool");
    asked
        .connection()
        .cancelRequest()
        .onFailure(failure -> log.debug("A read could not be cancelled", failure));
    failed();
    giveUp(asked);
    answer.completeExceptionally(new TimeoutException("no answer in time"));
  }

  /**
   * Closes it for good. Thread-safe.
   *
   * @return completes when nothing of it is left on the loop, within about a second even if the
   *     database does not answer
   */
  CompletableFuture<Void> close() {
    loop.execute(
        () -> {
          isClosed = true;
          if (open != null) {
            giveUp(open);
          }
          if (opening != null) {
            later(opening::end, STOP_TIMEOUT);
          }
          completeIfOver();
        });
    return over;
  }
}
