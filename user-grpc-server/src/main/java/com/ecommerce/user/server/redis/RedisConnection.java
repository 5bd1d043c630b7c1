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
import io.lettuce.core.RedisCommandExecutionException;
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
 * A connection to a Redis that may be unavailable at any time, even at the start. The connection is
 * checked every half second, and replaced if it is lost. The beginning and the end of an outage are
 * logged once each. Thread-safe.
 */
public final class RedisConnection implements Health.Probe, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisConnection.class);
  private static final Duration CHECK_INTERVAL = Duration.ofMillis(500);

  /** The time after which an answer to a call is late. */
  static final Duration TIMEOUT = Duration.ofMillis(250);

  /** The time without an answer after which a connection counts as dead and is replaced. */
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(1);

  /**
   * The time for a connection attempt. It is longer than the other timeouts, since the first TLS
   * handshake is slow, and so that the reason for a failure can be logged.
   */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  /** The number of consecutive checks in time after which Redis is used again after an outage. */
  private static final int TRIAL = 2;

  private static final int THREADS = 2;

  /**
   * The buckets of a check, which is not a ping: a ping does not show that Redis refuses writes, or
   * that it is a Redis Cluster, which refuses keys of several hash slots in one script.
   */
  private static final List<BucketLimit> PROBE =
      List.of(
          new BucketLimit(new BucketKey("probe", "a"), Rate.perSecond(1_000, 1)),
          new BucketLimit(new BucketKey("probe", "b"), Rate.perSecond(1_000, 1)));

  private final RedisUrl url;
  private final LongSupplier nanoTime;
  private final LateReplies lateReplies;
  private final ClientResources resources;
  private final RedisClient client;
  private final ScheduledExecutorService timer = DaemonThreads.timer("redis-check");
  private StatefulRedisConnection<String, String> connection;
  private boolean loggedOutage;
  private int answers;
  private volatile RedisAsyncCommands<String, String> usable;
  private volatile boolean closed;

  /**
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public RedisConnection(RedisUrl url, LongSupplier nanoTime) {
    this.url = url;
    this.nanoTime = nanoTime;
    lateReplies = new LateReplies(TIMEOUT, nanoTime);
    resources =
        ClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .build();
    client = RedisClient.create(resources, uri(url));
    client.setOptions(
        ClientOptions.builder()
            // The checks replace a lost connection, and log the outage.
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

  /**
   * Connects, and waits at most a few seconds for the connection. The checks keep trying after
   * that.
   */
  public void start() {
    check();
    timer.scheduleWithFixedDelay(
        this::check, CHECK_INTERVAL.toMillis(), CHECK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns the commands, which never block; empty while Redis is unavailable. */
  Optional<RedisAsyncCommands<String, String>> commands() {
    return Optional.ofNullable(usable);
  }

  private void check() {
    try {
      if (connection == null || !connection.isOpen()) {
        connection = open();
      }
      long begin = nanoTime.getAsLong();
      await(ConsumeScript.run(connection.async(), PROBE), CONNECTION_TIMEOUT);
      answered(Duration.ofNanos(nanoTime.getAsLong() - begin));
    } catch (ExecutionException | TimeoutException | RuntimeException | Error failed) {
      // An exception would end the periodic checks.
      drop(Stages.unwrapped(failed));
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
   * Closes the connection, which may be dead without a visible sign; the next check opens a new
   * one. After {@link #close} it is not closed here, since the client closes it, and Lettuce warns
   * if a connection is closed twice.
   */
  private void drop(Throwable reason) {
    markUnavailable(reason);
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
    if (usable != null || (loggedOutage && answers < TRIAL)) {
      return;
    }
    usable = connection.async();
    log.info(
        loggedOutage
            ? "Redis at {} answers again: rate limits are shared"
            : "Redis at {} answers: rate limits are shared",
        url);
    loggedOutage = false;
  }

  void answeredInTime() {
    lateReplies.reset();
  }

  /**
   * Records that a command failed or, if the reason is a {@link TimeoutException}, took too long.
   */
  void failed(Throwable reason) {
    if (!(reason instanceof TimeoutException) || lateReplies.recordAndCheck()) {
      markUnavailable(reason);
    }
  }

  /** Stops the use of Redis until the checks succeed again. */
  private synchronized void markUnavailable(Throwable reason) {
    answers = 0;
    usable = null;
    if (!loggedOutage && !closed) {
      loggedOutage = true;
      var cause = Stages.innermostCause(reason);
      log.warn(
          "Redis at {} {}: rate limits count in this process alone ({})",
          url,
          cause instanceof RedisCommandExecutionException
              ? "answers with an error"
              : "does not answer",
          description(cause));
    }
  }

  /** Returns the type and the message of a failure. */
  private static String description(Throwable cause) {
    return cause.getClass().getSimpleName()
        + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
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
