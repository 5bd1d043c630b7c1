package com.ecommerce.user.server.database.eventloop;

import com.ecommerce.user.core.eventloop.EventLoopConnection;
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
 * The connection of an event loop. It is opened when it is needed, abandoned when it fails or is
 * slow, and closed when it has not been used for a while. Used on the loop's thread.
 */
final class VertxConnection implements EventLoopConnection {
  private static final Logger log = LoggerFactory.getLogger(VertxConnection.class);

  /**
   * The pause before a connection is opened, since a process that has just started, or a database
   * that has just failed, is busy with other work.
   */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** The pause after the first failure, which doubles with each further one. */
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);

  private static final Duration MAX_PAUSE = Duration.ofMinutes(5);
  private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration CHECK_INTERVAL = Duration.ofMinutes(1);

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

  /** The open connection; null if there is none. */
  private Open open;

  /** The number of connections that are being closed. */
  private int closings;

  private boolean isUsed;

  private record Open(PgConnection connection, ConnectionAttempt opening) {}

  /**
   * @param opener opens connections that call back on the loop's thread
   * @param replyTimeout the maximum time of a reply
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

  /** Opens the connection. The result completes when it is open or the attempt has failed. */
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
   * Opens the connection immediately, before it is needed. Thread-safe.
   *
   * @return completes when it is open or the attempt has failed
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
    later(() -> check(opened, now), CHECK_INTERVAL);
  }

  private void refused(Throwable failure) {
    if (pause.equals(PAUSE) && isRefusal(failure)) {
      log.info(
          "Users are read over the pool, since an event loop cannot connect ({})", reason(failure));
    }
    log.debug("An event loop cannot connect", failure);
    failed();
  }

  /** Returns whether the server permanently refused this driver. The core logs outages. */
  private static boolean isRefusal(Throwable failure) {
    return failure instanceof PgException known
        && known.getSqlState() != null
        && !known.getSqlState().startsWith("57")
        && !known.getSqlState().startsWith("53");
  }

  /** Returns the reason of a failure without its message, which may name hosts. */
  private static String reason(Throwable failure) {
    return failure instanceof PgException known
        ? "SQL state " + known.getSqlState()
        : failure.getClass().getSimpleName();
  }

  private void failed() {
    var longer = pause.equals(PAUSE) ? PAUSE_AFTER_FAILURE : pause.multipliedBy(2);
    pause = longer.compareTo(MAX_PAUSE) < 0 ? longer : MAX_PAUSE;
  }

  @SuppressWarnings("ReferenceEquality") // The identity matters, not equality.
  private void check(Open checked, long openedAt) {
    if (open != checked) {
      return;
    }
    boolean isOld = loop.ticker().nanoTime() - openedAt > MAX_AGE.toNanos();
    if (isUsed && !isOld) {
      isUsed = false;
      later(() -> check(checked, openedAt), CHECK_INTERVAL);
    } else {
      giveUp(checked);
    }
  }

  /** Handles a connection that the server has closed. */
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

  @SuppressWarnings("ReferenceEquality") // The identity matters, not equality.
  private void forget(Open forgotten) {
    if (open == forgotten) {
      open = null;
    }
  }

  /**
   * Closes the connection in order, after the queries that it has sent, or abruptly if that takes
   * too long.
   */
  private void close(Open closing) {
    closings++;
    var closed = new CompletableFuture<Void>();
    closing
        .connection()
        .close()
        .onFailure(failure -> log.debug("A connection was not closed properly", failure))
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
    var used = open;
    if (used == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("not connected"));
    }
    isUsed = true;
    var answer = new CompletableFuture<List<T>>();
    var rows = used.connection().preparedQuery(sql).execute(Tuple.of((Object) keys));
    var timeout = later(() -> timedOut(used, answer), replyTimeout);
    rows.onComplete(
        (found, failure) -> {
          timeout.cancel(false);
          if (failure == null) {
            pause = PAUSE;
            complete(answer, found, maker);
          } else {
            // For example, the columns of a prepared statement's table have changed.
            giveUp(used);
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

  private void timedOut(Open used, CompletableFuture<?> answer) {
    log.debug("A read on an event loop timed out and is repeated over the pool");
    used.connection()
        .cancelRequest()
        .onFailure(failure -> log.debug("A read could not be cancelled", failure));
    failed();
    giveUp(used);
    answer.completeExceptionally(new TimeoutException("no answer in time"));
  }

  /**
   * Closes the connection permanently. Thread-safe.
   *
   * @return completes when no resource of it is left on the loop, within about a second even if the
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
