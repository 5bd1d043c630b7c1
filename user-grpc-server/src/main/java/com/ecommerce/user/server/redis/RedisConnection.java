package com.ecommerce.user.server.redis;

import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.limit.BucketKey;
import com.ecommerce.user.core.limit.BucketLimit;
import com.ecommerce.user.core.limit.Rate;
import com.ecommerce.user.server.config.RedisUrl;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a Redis that may be away at any time, the start included. It is looked at every
 * half second, and opened anew when it was lost; that it is away, and that it is back, is said once
 * each. Thread-safe.
 */
public final class RedisConnection implements Health.Probe, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisConnection.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** The maximum time of an answer to a call; an answer that takes longer is late. */
  static final Duration TIMEOUT = Duration.ofMillis(250);

  /** The time without an answer after which the connection counts as dead and is made anew. */
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(1);

  /** Longer, since the first handshake of TLS is slow, and to learn what was wrong with it. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  /** The number of answers in time, in a row, after which a Redis that was away is used again. */
  private static final int TRIAL = 2;

  private static final int THREADS = 2;

  /**
   * The buckets of a check. It is not a ping, since a ping would not show that Redis refuses to
   * write, or that it is a Redis Cluster, which refuses keys of several hash slots in one script.
   */
  private static final List<BucketLimit> PROBE =
      List.of(
          new BucketLimit(new BucketKey("probe", "a"), Rate.perSecond(1_000, 1)),
          new BucketLimit(new BucketKey("probe", "b"), Rate.perSecond(1_000, 1)));

  private final RedisUrl url;
  private final LongSupplier nanoTime;
  private final LateReplies lateAnswers;
  private final ClientResources resources;
  private final RedisClient client;
  private final ScheduledExecutorService timer = DaemonThreads.timer("redis-watch");
  private StatefulRedisConnection<String, String> connection;
  private boolean saidAway;
  private int answers;
  private volatile RedisAsyncCommands<String, String> usable;
  private volatile boolean closed;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public RedisConnection(RedisUrl url, LongSupplier nanoTime) {
    this.url = url;
    this.nanoTime = nanoTime;
    lateAnswers = new LateReplies(TIMEOUT, nanoTime);
    resources =
        ClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .build();
    client = RedisClient.create(resources, uri(url));
    client.setOptions(
        ClientOptions.builder()
            // The watch opens a lost connection anew, and says so.
            .autoReconnect(false)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).build())
            .build());
  }

  private static RedisURI uri(RedisUrl url) {
    var uri =
        RedisURI.builder()
            .withHost(url.host())
            .withPort(url.port())
            .withDatabase(url.database())
            .withSsl(url.tls())
            .withClientName("user-service")
            .withTimeout(CONNECT_TIMEOUT);
    url.password()
        .ifPresent(
            password ->
                url.user()
                    .ifPresentOrElse(
                        user -> uri.withAuthentication(user, password.toCharArray()),
                        () -> uri.withPassword(password.toCharArray())));
    return uri.build();
  }

  /** Connects, and waits some seconds at most for that; afterwards it goes on trying by itself. */
  public void start() {
    look();
    timer.scheduleWithFixedDelay(
        this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Runs commands, whose stages never block; empty while Redis is away. */
  Optional<RedisAsyncCommands<String, String>> commands() {
    return Optional.ofNullable(usable);
  }

  private void look() {
    try {
      if (connection == null || !connection.isOpen()) {
        connection = open();
      }
      long begin = nanoTime.getAsLong();
      await(ConsumeScript.run(connection.async(), PROBE), CONNECTION_TIMEOUT);
      answered(Duration.ofNanos(nanoTime.getAsLong() - begin));
    } catch (ExecutionException | TimeoutException | RuntimeException | Error failed) {
      // Whatever it was, the next look must come.
      lose(Stages.unwrapped(failed));
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private StatefulRedisConnection<String, String> open()
      throws InterruptedException, ExecutionException, TimeoutException {
    var opening = client.connectAsync(StringCodec.UTF8, uri(url)).toCompletableFuture();
    try {
      return await(opening, CONNECT_TIMEOUT);
    } catch (TimeoutException tooLate) {
      opening.thenAccept(StatefulRedisConnection::closeAsync);
      throw tooLate;
    }
  }

  /**
   * Closes the connection, which may be dead although nothing shows it; the next check opens a new
   * one. After {@link #close} it is not closed here, since the client closes it, and Lettuce warns
   * if a connection is closed twice.
   */
  private void lose(Throwable reason) {
    markAway(reason);
    if (connection != null && !closed) {
      connection.closeAsync();
      connection = null;
    }
  }

  private static <T> T await(CompletableFuture<T> future, Duration timeout)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized void answered(Duration time) {
    if (time.compareTo(TIMEOUT) > 0) {
      answers = 0;
      failed(new TimeoutException("an answer took " + time.toMillis() + " ms"));
    } else {
      answers++;
      answeredInTime();
    }
    if (usable != null || (saidAway && answers < TRIAL)) {
      return;
    }
    usable = connection.async();
    log.info(
        saidAway
            ? "Redis at {} answers again: rate limits are shared"
            : "Redis at {} answers: rate limits are shared",
        url);
    saidAway = false;
  }

  void answeredInTime() {
    lateAnswers.forget();
  }

  /**
   * Records that a question to Redis failed or, if the reason is a {@link TimeoutException}, took
   * too long.
   */
  void failed(Throwable reason) {
    if (!(reason instanceof TimeoutException) || lateAnswers.areTooManyWithOneMore()) {
      markAway(reason);
    }
  }

  /** Until the watch finds it. */
  private synchronized void markAway(Throwable reason) {
    answers = 0;
    usable = null;
    if (!saidAway && !closed) {
      saidAway = true;
      log.warn(
          "Redis at {} does not answer: rate limits count in this process alone ({})",
          url,
          root(reason));
    }
  }

  /** The kind and words of what it was at last, such as a refused connection. */
  private static String root(Throwable failure) {
    return failure.getCause() == null
        ? failure.getClass().getSimpleName()
            + (failure.getMessage() == null ? "" : ": " + failure.getMessage())
        : root(failure.getCause());
  }

  @Override
  public boolean isWell() {
    return usable != null;
  }

  /**
   * Closes the connection. A check that runs meanwhile logs nothing, and has ended before the
   * client that it uses is closed.
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      usable = null;
    }
    DaemonThreads.stop(timer, CLOSE_TIMEOUT);
    client.shutdown(Duration.ZERO, CLOSE_TIMEOUT);
    resources.shutdown(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
