package com.ecommerce.user.server.loop;

import com.ecommerce.user.core.loop.LoopConnection;
import io.netty.channel.EventLoop;
import io.vertx.pgclient.PgConnection;
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
final class VertxConnection implements LoopConnection {
  private static final Logger log = LoggerFactory.getLogger(VertxConnection.class);

  /** A process that has just started, or a database that has just gone, has other things to do. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofSeconds(10);

  /** For what takes less than a millisecond. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Duration PATIENCE_TO_OPEN = Duration.ofSeconds(10);

  private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

  /** So that a changed password, address or certificate is noticed. */
  private static final Duration MAX_AGE = Duration.ofMinutes(30);

  private final EventLoop loop;
  private final Function<EventLoop, CompletionStage<PgConnection>> opener;
  private Duration pause = PAUSE;
  private boolean isOpening;
  private boolean isClosed;

  /** Null while there is none. */
  private PgConnection open;

  private boolean isUsed;

  /**
   * @param opener opens connections whose answers come on the loop's thread
   */
  VertxConnection(EventLoop loop, Function<EventLoop, CompletionStage<PgConnection>> opener) {
    this.loop = loop;
    this.opener = opener;
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

  private void later(Runnable action, Duration wait) {
    loop.schedule(action, wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Done when it is ready, or will not be for now. */
  private CompletableFuture<Void> open() {
    var opening = opener.apply(loop).toCompletableFuture();
    var inTime = opening.copy();
    later(() -> inTime.completeExceptionally(new TimeoutException()), PATIENCE_TO_OPEN);
    inTime.exceptionally(
        failure -> {
          opening.thenAccept(VertxConnection::close);
          return null;
        });
    return inTime.handleAsync(
        (opened, failure) -> {
          opened(opened, failure);
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

  private void opened(PgConnection opened, Throwable failure) {
    isOpening = false;
    if (failure != null) {
      refused(failure);
    } else if (isClosed) {
      close(opened);
    } else {
      pause = PAUSE;
      open = opened;
      isUsed = true;
      opened.closeHandler(nothing -> lost(opened));
      long now = loop.ticker().nanoTime();
      later(() -> look(opened, now), LOOK_EVERY);
    }
  }

  private void refused(Throwable failure) {
    if (pause.equals(PAUSE)) {
      log.info("Users are read over the pool, since an event loop cannot connect: {}", failure);
    }
    pause = PAUSE_AFTER_REFUSAL;
  }

  private void look(PgConnection looked, long openedAt) {
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

  private void lost(PgConnection lost) {
    if (open == lost) {
      open = null;
    }
  }

  private void giveUp(PgConnection given) {
    lost(given);
    close(given);
  }

  private static void close(PgConnection connection) {
    connection.close().onFailure(failure -> log.debug("A connection was not closed", failure));
  }

  @Override
  public <T> CompletionStage<List<T>> query(String sql, Object[] keys, RowMaker<T> maker) {
    var asked = open;
    if (asked == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("not connected"));
    }
    isUsed = true;
    var answer = new CompletableFuture<List<T>>();
    var timeout =
        loop.schedule(() -> timedOut(asked, answer), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    asked
        .preparedQuery(sql)
        .execute(Tuple.of((Object) keys))
        .onComplete(
            (rows, failure) -> {
              timeout.cancel(false);
              if (failure == null) {
                complete(answer, rows, maker);
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

  private void timedOut(PgConnection asked, CompletableFuture<?> answer) {
    log.debug("A read takes long on an event loop, and goes over the pool");
    asked.cancelRequest().onFailure(failure -> log.debug("A read could not be cancelled", failure));
    giveUp(asked);
    answer.completeExceptionally(new TimeoutException("no answer in time"));
  }

  /** Closes it for good. Thread-safe. */
  void close() {
    loop.execute(
        () -> {
          isClosed = true;
          if (open != null) {
            giveUp(open);
          }
        });
  }
}
