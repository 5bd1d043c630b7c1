package com.ecommerce.user.server.database.eventloop;

import com.ecommerce.user.core.internal.batch.EventLoopConnection;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.internal.VertxInternal;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to the database that event loops have for themselves, by the driver of Vert.x, which
 * runs on these loops. It starts when the first connection is wanted.
 */
public final class EventLoopDatabase implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EventLoopDatabase.class);
  private static final int SECONDS_TO_CLOSE = 5;
  private static final int SECONDS_TO_CLOSE_CONNECTIONS = 2;

  /** For an answer that takes less than a millisecond. */
  private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(1);

  private final List<PgConnectOptions> choices;
  private final String session;
  private final EventLoopGroup loops;
  private final Executor background;
  private final Duration replyTimeout;
  private final List<VertxConnection> connections = new ArrayList<>();
  private CompletableFuture<VertxInternal> vertx;
  private boolean isClosed;

  /** Which of the choices connected last. */
  private volatile int lastGood;

  /** Vert.x runs on loops that are there already. */
  private static final class GivenLoops extends NioTransport {
    private final EventLoopGroup loops;

    GivenLoops(EventLoopGroup loops) {
      this.loops = loops;
    }

    @Override
    public EventLoopGroup eventLoopGroup(
        int type, int threads, ThreadFactory factory, int ioRatio) {
      return type == IO_EVENT_LOOP_GROUP
          ? loops
          : super.eventLoopGroup(type, threads, factory, ioRatio);
    }
  }

  /**
   * @param choices where the database is, who connects, and how: tried one after the other
   * @param session the statement that sets up the session of a new connection
   * @param loops on NIO; to be closed after this
   * @param background starts the driver, which takes too long for an event loop
   */
  public EventLoopDatabase(
      List<PgConnectOptions> choices, String session, EventLoopGroup loops, Executor background) {
    this(choices, session, loops, background, REPLY_TIMEOUT);
  }

  /** Creates a database with another reply timeout than the default of one second. */
  EventLoopDatabase(
      List<PgConnectOptions> choices,
      String session,
      EventLoopGroup loops,
      Executor background,
      Duration replyTimeout) {
    this.choices = List.copyOf(choices);
    this.session = session;
    this.loops = loops;
    this.background = background;
    this.replyTimeout = replyTimeout;
  }

  /**
   * Gives connections to loops. To be called once.
   *
   * @param count how many at most; a loop gets no second one
   * @param use is called with a loop's connection on that loop's thread
   */
  public void connect(int count, Consumer<EventLoopConnection> use) {
    int given = 0;
    for (var loop : loops) {
      if (given++ < count) {
        var connection = new VertxConnection((EventLoop) loop, this::open, replyTimeout);
        connections.add(connection);
        loop.execute(() -> use.accept(connection));
      }
    }
  }

  /** Waits until the connections are there, or cannot be made, instead of until they are wanted. */
  public void openNow() {
    connections.stream().map(VertxConnection::openNow).toList().forEach(CompletableFuture::join);
  }

  private ConnectionAttempt open(EventLoop loop) {
    var opening = new ConnectionAttempt();
    try {
      vertx().thenCompose(driver -> open(driver, loop, opening, 0)).whenComplete(opening::complete);
    } catch (RuntimeException | Error failure) {
      opening.complete(null, failure);
    }
    return opening;
  }

  private CompletionStage<PgConnection> open(
      VertxInternal driver, EventLoop loop, ConnectionAttempt opening, int refused) {
    int choice = (lastGood + refused) % choices.size();
    return connect(driver, loop, choices.get(choice), opening.next())
        .compose(
            connection -> {
              // Without a handler, the driver prints failures to standard error.
              connection.exceptionHandler(
                  failure -> log.debug("A connection of an event loop failed", failure));
              return connection.query(session).execute().map(connection);
            })
        .toCompletionStage()
        .handle(
            (connection, failure) -> {
              if (failure == null) {
                lastGood = choice;
                return CompletableFuture.completedStage(connection);
              }
              return refused + 1 < choices.size()
                  ? open(driver, loop, opening, refused + 1)
                  : CompletableFuture.<PgConnection>failedStage(failure);
            })
        .thenCompose(next -> next);
  }

  private static Future<PgConnection> connect(
      VertxInternal driver, EventLoop loop, PgConnectOptions options, CloseFuture resources) {
    var context = driver.contextBuilder().withEventLoop(loop).withCloseFuture(resources).build();
    var promise = context.<PgConnection>promise();
    // Connects on the loop of the context it is called in.
    context.runOnContext(nothing -> PgConnection.connect(driver, options).onComplete(promise));
    return promise.future();
  }

  private synchronized CompletableFuture<VertxInternal> vertx() {
    if (isClosed) {
      return CompletableFuture.failedFuture(new IllegalStateException("closed"));
    }
    if (vertx == null || vertx.isCompletedExceptionally()) {
      vertx = CompletableFuture.supplyAsync(this::load, background);
    }
    return vertx;
  }

  private VertxInternal load() {
    var settings =
        new VertxOptions()
            .setUseDaemonThread(true)
            .setDisableTCCL(true)
            // It looks at threads of its own only, and there are none.
            .setBlockedThreadCheckIntervalUnit(TimeUnit.DAYS)
            .setBlockedThreadCheckInterval(1)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false));
    return (VertxInternal)
        VertxBootstrap.create().options(settings).transport(new GivenLoops(loops)).init().vertx();
  }

  /** Closes the connections, then the driver, and with it the loops. Waits some seconds at most. */
  @Override
  public void close() throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<VertxInternal> loaded;
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      loaded = vertx;
    }
    awaitEnd(connections.stream().map(VertxConnection::close).toList());
    if (loaded != null) {
      loaded
          .thenCompose(driver -> driver.close().toCompletionStage())
          .get(SECONDS_TO_CLOSE, TimeUnit.SECONDS);
    }
  }

  /**
   * Waits for the connections: closing one after its loop has ended would make Netty log an error.
   */
  private static void awaitEnd(List<CompletableFuture<Void>> closing)
      throws InterruptedException, ExecutionException {
    try {
      CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new))
          .get(SECONDS_TO_CLOSE_CONNECTIONS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      log.debug("Connections of event loops are cut off", late);
    }
  }
}
