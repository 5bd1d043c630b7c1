package com.ecommerce.user.rest.http;

import static java.util.Map.entry;

import com.ecommerce.user.core.limit.Admission;
import com.ecommerce.user.core.limit.LimitResult;
import com.ecommerce.user.core.limit.LimitedMethod;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.core.request.RequestKind;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks the rate limits before a handler runs: each route counts as the gRPC method that does the
 * same. Answers of limited routes tell how the caller stands, in the header fields of the IETF
 * draft draft-ietf-httpapi-ratelimit-headers-10. Thread-safe.
 */
public final class RouteLimits {
  /** Health, keys, descriptions and forms: cheap, and needed most when much is refused. */
  public static final Set<String> UNLIMITED =
      Set.of(
          "GET /api/health",
          "GET /.well-known/jwks.json",
          "GET /openapi.json",
          "GET /docs",
          "GET /docs/{file}",
          "GET /problems",
          "GET /reset-password",
          "GET /stop-email-change",
          "GET /undo-email-change");

  private static final String USER = "/api/users/{user_id}";

  private static final Map<String, Function<ApiRequest, LimitedMethod>> TABLE =
      Map.ofEntries(
          entry("POST /api/auth/register", as(LimitedMethod.CREATE_USER)),
          entry("POST /api/auth/login", as(LimitedMethod.LOGIN)),
          entry("POST /api/auth/refresh", as(LimitedMethod.REFRESH_TOKEN)),
          entry("POST /api/auth/logout", as(LimitedMethod.LOGOUT)),
          entry("POST /api/auth/reauthenticate", as(LimitedMethod.REAUTHENTICATE)),
          entry("POST /api/auth/service-token", as(LimitedMethod.ISSUE_SERVICE_TOKEN)),
          entry("POST /api/auth/password-reset", as(LimitedMethod.REQUEST_PASSWORD_RESET)),
          entry("POST /api/auth/password-reset/confirm", as(LimitedMethod.RESET_PASSWORD)),
          entry("POST /reset-password", as(LimitedMethod.RESET_PASSWORD)),
          entry("POST /api/auth/verify-email", as(LimitedMethod.CONFIRM_EMAIL_VERIFICATION)),
          entry("GET /verify-email", as(LimitedMethod.CONFIRM_EMAIL_VERIFICATION)),
          entry("POST /verify-email", as(LimitedMethod.CONFIRM_EMAIL_VERIFICATION)),
          entry("GET /not-me", as(LimitedMethod.CONFIRM_EMAIL_VERIFICATION)),
          entry("POST /not-me", as(LimitedMethod.CONFIRM_EMAIL_VERIFICATION)),
          entry("POST /stop-email-change", as(LimitedMethod.CONFIRM_EMAIL_VERIFICATION)),
          entry("POST /undo-email-change", as(LimitedMethod.CONFIRM_EMAIL_VERIFICATION)),
          entry("GET /api/users", RouteLimits::listOrSearch),
          entry("POST /api/users", as(LimitedMethod.CREATE_USER)),
          entry("GET /api/users/by-email", as(LimitedMethod.GET_USER_BY_EMAIL)),
          entry("GET /api/users/me", as(LimitedMethod.GET_USER)),
          entry("PUT /api/users/me", as(LimitedMethod.UPDATE_USER)),
          entry("PATCH /api/users/me", as(LimitedMethod.UPDATE_USER)),
          entry("DELETE /api/users/me", as(LimitedMethod.DEACTIVATE_USER)),
          entry("GET " + USER, as(LimitedMethod.GET_USER)),
          entry("PUT " + USER, as(LimitedMethod.UPDATE_USER)),
          entry("PATCH " + USER, as(LimitedMethod.UPDATE_USER)),
          entry("DELETE " + USER, as(LimitedMethod.DELETE_USER)),
          entry("POST " + USER + "/deactivate", as(LimitedMethod.DEACTIVATE_USER)),
          entry("POST " + USER + "/reactivate", as(LimitedMethod.REACTIVATE_USER)),
          entry("GET " + USER + "/profile", as(LimitedMethod.GET_USER)),
          entry("PUT " + USER + "/profile", as(LimitedMethod.UPDATE_USER_PROFILE)),
          entry("PATCH " + USER + "/profile", as(LimitedMethod.UPDATE_USER_PROFILE)),
          entry("POST " + USER + "/password", as(LimitedMethod.CHANGE_PASSWORD)),
          entry("POST " + USER + "/verify-email", as(LimitedMethod.VERIFY_EMAIL)),
          entry("GET " + USER + "/addresses", as(LimitedMethod.LIST_USER_ADDRESSES)),
          entry("POST " + USER + "/addresses", as(LimitedMethod.ADD_USER_ADDRESS)),
          entry("GET " + USER + "/addresses/{address_id}", as(LimitedMethod.LIST_USER_ADDRESSES)),
          entry("PUT " + USER + "/addresses/{address_id}", as(LimitedMethod.UPDATE_USER_ADDRESS)),
          entry("PATCH " + USER + "/addresses/{address_id}", as(LimitedMethod.UPDATE_USER_ADDRESS)),
          entry(
              "DELETE " + USER + "/addresses/{address_id}", as(LimitedMethod.DELETE_USER_ADDRESS)),
          entry(
              "POST " + USER + "/addresses/{address_id}/default",
              as(LimitedMethod.SET_DEFAULT_ADDRESS)),
          entry("GET " + USER + "/preferences", as(LimitedMethod.GET_USER_PREFERENCES)),
          entry("PUT " + USER + "/preferences", as(LimitedMethod.UPDATE_USER_PREFERENCES)),
          entry("PATCH " + USER + "/preferences", as(LimitedMethod.UPDATE_USER_PREFERENCES)),
          entry("GET " + USER + "/sessions", as(LimitedMethod.LIST_SESSIONS)),
          entry("DELETE " + USER + "/sessions", as(LimitedMethod.REVOKE_ALL_SESSIONS)),
          entry("DELETE " + USER + "/sessions/{session_id}", as(LimitedMethod.REVOKE_SESSION)));

  private final RateLimits limits;

  public RouteLimits(RateLimits limits) {
    this.limits = limits;
  }

  private static Function<ApiRequest, LimitedMethod> as(LimitedMethod method) {
    return request -> method;
  }

  private static LimitedMethod listOrSearch(ApiRequest request) {
    return isSearch(request) ? LimitedMethod.SEARCH_USERS : LimitedMethod.LIST_USERS;
  }

  /** Returns whether the query is one for the search, before it is known to be well-formed. */
  private static boolean isSearch(ApiRequest request) {
    try {
      return Stream.of("q", "created_after", "created_before")
          .anyMatch(name -> request.query(name).isPresent());
    } catch (HttpRefusedException malformed) {
      // Refused when it is read, after the caller's rights are known.
      return false;
    }
  }

  public static String name(Route route) {
    return route.method() + " " + route.path();
  }

  /** Returns the kind of the request, by which it shares workers. */
  public static RequestKind kind(ApiRequest request) {
    var method = TABLE.get(name(request.route()));
    // Routes without a method read keys or files of this API.
    return method == null ? RequestKind.SESSIONS : method.apply(request).kind();
  }

  /** The routes that count. */
  public static Set<String> limited() {
    return TABLE.keySet();
  }

  /**
   * Counts the request, and notes in its answer how the caller stands.
   *
   * @return fails with {@code RATE_LIMITED}
   */
  CompletionStage<ApiRequest> admit(ApiRequest request, Route route) {
    var method = TABLE.get(name(route));
    if (method == null || !limits.limits(method.apply(request))) {
      return CompletableFuture.completedFuture(request);
    }
    return limits
        .admit(request.caller(), request.call().clientNetwork(), method.apply(request))
        .thenApply(
            admission -> {
              addHeaders(request, admission);
              admission.throwIfRefused();
              return request;
            });
  }

  private static void addHeaders(ApiRequest request, Admission admission) {
    if (!admission.standings().isEmpty()) {
      request.answerHeader("RateLimit-Policy", list(admission, RouteLimits::policy));
      request.answerHeader("RateLimit", list(admission, RouteLimits::state));
    }
  }

  private static String list(Admission admission, Function<LimitResult, String> item) {
    return admission.standings().stream().map(item).collect(Collectors.joining(", "));
  }

  /** A burst, and the time in which it comes back. */
  private static String policy(LimitResult standing) {
    var rate = standing.rate();
    return "\"" + standing.limit() + "\";q=" + rate.burst() + ";w=" + seconds(rate.nanosToFill());
  }

  /**
   * Returns what is left, and the time until there is more: the next call if none is left, else the
   * whole burst.
   */
  private static String state(LimitResult standing) {
    boolean none = standing.remaining() == 0;
    long time = none ? standing.nanosToNext() : standing.nanosToFull();
    return "\"" + standing.limit() + "\";r=" + standing.remaining() + ";t=" + seconds(time);
  }

  private static long seconds(long nanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos + 999_999_999));
  }
}
