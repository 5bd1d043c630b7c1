package com.ecommerce.user.server.grpc.events;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The limits of the calls of WatchEvents that run at the same time on this instance. Such a call
 * lasts until its client ends it, so rate limits do not bound their number. Thread-safe.
 *
 * <p>A caller is an actor on one client network: each process of another service counts for itself,
 * and so does each client with AUTH_MODE=off, where all of them are the same actor.
 */
final class StreamLimits {
  /** The maximum number of calls of one caller. */
  static final int MAX_OF_CALLER = 100;

  /**
   * The maximum number of calls of all callers. Each takes some kilobytes, also while its client
   * catches up, and what gRPC buffers for the client.
   */
  static final int MAX = 5_000;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  private final Map<Caller, Integer> running = new HashMap<>();
  private int total;

  private record Caller(String actor, String network) {}

  /**
   * Counts a call that begins.
   *
   * @return ends the call; must be run once
   * @throws UserServiceException with {@code RATE_LIMITED} if the caller has too many calls, and
   *     with {@code SERVER_BUSY} if there are too many of all callers
   */
  synchronized Runnable begin(RequestContext call) {
    var caller = new Caller(call.actor().name(), call.clientNetwork());
    if (running.getOrDefault(caller, 0) >= MAX_OF_CALLER) {
      throw UserServiceException.retryLater(
          ErrorReason.RATE_LIMITED,
          "too many streams of events (expected: at most "
              + MAX_OF_CALLER
              + " of a caller at the same time)",
          RETRY_AFTER);
    }
    if (total >= MAX) {
      throw UserServiceException.retryLater(
          ErrorReason.SERVER_BUSY,
          "too many streams of events on this instance (expected: a retry)",
          RETRY_AFTER);
    }
    running.merge(caller, 1, Integer::sum);
    total++;
    return () -> end(caller);
  }

  private synchronized void end(Caller caller) {
    running.computeIfPresent(caller, (known, count) -> count == 1 ? null : count - 1);
    total--;
  }
}
