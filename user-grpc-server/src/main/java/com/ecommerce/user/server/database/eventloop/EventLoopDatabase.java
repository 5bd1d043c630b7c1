package com.ecommerce.user.server.database.eventloop;

import com.ecommerce.user.core.eventloop.EventLoopConnection;
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
 * Connections to the database that each belong to one event loop. They use the driver of Vert.x,
 * which runs on these loops and is started when the first connection is needed. A loop sends its
 * queries and receives the rows without another thread (the pattern Reactor; D. Schmidt, 1995). The
 * core batches the reads of a loop, so that a loop runs at most one query by id and one by email at
 * a time, of at most 100 keys each.
 */
public final class EventLoopDatabase implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EventLoopDatabase.class);
  private static final int SECONDS_TO_CLOSE = 5;
  private static final int SECONDS_TO_CLOSE_CONNECTIONS = 2;

  /** The maximum time of a reply, which usually takes less than a millisecond. */
  private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(1);

  private final List<PgConnectOptions> choices;
  private final String session;
  private final EventLoopGroup loops;
  private final Executor background;
  private final Duration replyTimeout;
  private final List<VertxConnection> connections = new ArrayList<>();
  private CompletableFuture<VertxInternal> vertx;
  private boolean isClosed;

  /** The index of the choice that last connected. */
  private volatile int lastGood;

  /** A transport that makes Vert.x run on the existing event loops. */
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
   * Creates a database; {@link #connect} adds its connections.
   *
   * @param choices the options to connect with, which are tried in order
   * @param session the statement that sets up the session of a new connection
   * @param loops event loops on NIO, which must be closed after this
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
   * Assigns connections to loops. Must be called once.
   *
   * @param count the maximum number of connections; each loop gets at most one
   * @param use receives a loop's connection, on that loop's thread
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

  /**
   * Opens the connections now instead of when they are needed, and waits until they are open or
   * have failed.
   */
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
    // The driver connects on the loop of the context in which it is called.
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
            // The check only covers threads that Vert.x creates, and there are none.
            .setBlockedThreadCheckIntervalUnit(TimeUnit.DAYS)
            .setBlockedThreadCheckInterval(1)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false));
    return (VertxInternal)
        VertxBootstrap.create().options(settings).transport(new GivenLoops(loops)).init().vertx();
  }

  /**
   * Closes the connections, then the driver, and with it the loops. Waits for at most a few
   * seconds.
   */
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
   * Waits until the connections are closed. Closing one after its loop has ended would make Netty
   * log an error.
   */
  private static void awaitEnd(List<CompletableFuture<Void>> closing)
      throws InterruptedException, ExecutionException {
    try {
      CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new))
          .get(SECONDS_TO_CLOSE_CONNECTIONS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      log.debug("Connections of event loops did not close in time", late);
    }
  }
}
