package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.limit.Admission;
import com.ecommerce.user.core.limit.LimitResult;
import com.ecommerce.user.core.limit.RateLimits;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks the rate limits before a handler runs: each route counts as the gRPC method that does the
 * same. Answers of limited routes report the state of the limits, in the header fields of the IETF
 * draft draft-ietf-httpapi-ratelimit-headers-10. Thread-safe.
 */
public final class RouteLimits {
  private final RateLimits limits;

  public RouteLimits(RateLimits limits) {
    this.limits = limits;
  }

  /** Returns the operation as which the request counts. A list with a query is a search. */
  private static Operation counted(ApiRequest request) {
    var operation = request.route().operation().counted();
    return operation == Operation.LIST_USERS && isSearch(request)
        ? Operation.SEARCH_USERS
        : operation;
  }

  /** Returns whether the query is one for the search, before it is known to be well-formed. */
  private static boolean isSearch(ApiRequest request) {
    try {
      return Stream.of("q", "created_after", "created_before")
          .anyMatch(name -> request.query(name).isPresent());
    } catch (HttpRefusedException malformed) {
      // The handler refuses the query when it reads it, after the rights have been checked.
      return false;
    }
  }

  /**
   * Counts the request, and adds the state of the limits to its response.
   *
   * @return fails with {@code RATE_LIMITED}
   */
  CompletionStage<ApiRequest> admit(ApiRequest request) {
    var operation = counted(request);
    if (!limits.limits(operation)) {
      return CompletableFuture.completedFuture(request);
    }
    return limits
        .admit(request.caller(), request.call().clientNetwork(), operation)
        .thenApply(
            admission -> {
              addHeaders(request, admission);
              admission.throwIfRefused();
              return request;
            });
  }

  private static void addHeaders(ApiRequest request, Admission admission) {
    if (!admission.results().isEmpty()) {
      request.answerHeader("RateLimit-Policy", list(admission, RouteLimits::policy));
      request.answerHeader("RateLimit", list(admission, RouteLimits::state));
    }
  }

  private static String list(Admission admission, Function<LimitResult, String> item) {
    return admission.results().stream().map(item).collect(Collectors.joining(", "));
  }

  /** Returns the burst, and the time in which it refills. */
  private static String policy(LimitResult result) {
    var rate = result.rate();
    return "\"" + result.limit() + "\";q=" + rate.burst() + ";w=" + seconds(rate.nanosToFill());
  }

  /**
   * Returns the number of calls left, and the seconds until the next call if none is left,
   * otherwise until the whole burst has refilled.
   */
  private static String state(LimitResult result) {
    boolean none = result.remaining() == 0;
    long time = none ? result.nanosToNext() : result.nanosToFull();
    return "\"" + result.limit() + "\";r=" + result.remaining() + ";t=" + seconds(time);
  }

  private static long seconds(long nanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos + 999_999_999));
  }
}
