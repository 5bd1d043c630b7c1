package com.ecommerce.user.server.loop;

import com.ecommerce.user.core.loop.LoopConnection;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.internal.VertxInternal;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
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

/**
 * Connections to the database that event loops have for themselves, by the driver of Vert.x, which
 * runs on these loops. It is not even loaded before the first connection is wanted. Thread-safe.
 */
public final class LoopDatabase implements AutoCloseable {
  private static final String NO_OWN_DNS = "vertx.disableDnsResolver";
  private static final int SECONDS_TO_CLOSE = 5;

  private final PgConnectOptions options;
  private final EventLoopGroup loops;
  private final Executor background;
  private final List<VertxConnection> connections = new ArrayList<>();
  private CompletableFuture<VertxInternal> vertx;
  private boolean isClosed;

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
   * @param options where the database is, and who connects
   * @param loops on NIO; to be closed after this
   * @param background loads the driver, which takes too long for an event loop
   */
  public LoopDatabase(PgConnectOptions options, EventLoopGroup loops, Executor background) {
    this.options = options;
    this.loops = loops;
    this.background = background;
  }

  /**
   * Gives connections to loops.
   *
   * @param count how many at most; a loop gets no second one
   * @param use is called with a loop's connection on that loop's thread
   */
  public void connect(int count, Consumer<LoopConnection> use) {
    int given = 0;
    for (var loop : loops) {
      if (given++ < count) {
        var connection = new VertxConnection((EventLoop) loop, this::open);
        connections.add(connection);
        loop.execute(() -> use.accept(connection));
      }
    }
  }

  /** Waits until the connections are there, or cannot be made, instead of until they are wanted. */
  public void openNow() {
    connections.stream().map(VertxConnection::openNow).toList().forEach(CompletableFuture::join);
  }

  private CompletionStage<PgConnection> open(EventLoop loop) {
    return vertx().thenCompose(driver -> open(driver, loop).toCompletionStage());
  }

  private Future<PgConnection> open(VertxInternal driver, EventLoop loop) {
    var context = driver.contextBuilder().withEventLoop(loop).build();
    var promise = context.<PgConnection>promise();
    // Connects on the loop of the context it is called in.
    context.runOnContext(nothing -> PgConnection.connect(driver, options).onComplete(promise));
    return promise.future();
  }

  private synchronized CompletableFuture<VertxInternal> vertx() {
    if (isClosed) {
      return CompletableFuture.failedFuture(new IllegalStateException("closed"));
    }
    if (vertx == null) {
      vertx = CompletableFuture.supplyAsync(this::load, background);
    }
    return vertx;
  }

  private VertxInternal load() {
    // Names of hosts mean what they mean to everybody else in this process.
    if (System.getProperty(NO_OWN_DNS) == null) {
      System.setProperty(NO_OWN_DNS, "true");
    }
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

  /** Closes the connections, and with them the loops. Waits some seconds at most. */
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
    connections.forEach(VertxConnection::close);
    if (loaded != null) {
      loaded
          .thenCompose(driver -> driver.close().toCompletionStage())
          .get(SECONDS_TO_CLOSE, TimeUnit.SECONDS);
    }
  }
}
