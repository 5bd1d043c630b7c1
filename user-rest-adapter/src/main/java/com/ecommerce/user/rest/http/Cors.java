package com.ecommerce.user.rest.http;

import io.javalin.http.Context;
import java.util.Set;

/**
 * Allows pages of the configured origins to call this API from a browser (the CORS protocol of the
 * Fetch standard). Tokens are sent in a header that pages set themselves, so no credentials mode is
 * needed.
 */
final class Cors {
  private static final String ANY = "*";
  private static final String ALLOWED_HEADERS =
      "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, traceparent, tracestate, baggage";
  private static final String EXPOSED_HEADERS =
      "ETag, Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, traceresponse, "
          + RequestPipeline.CALL_ID_HEADER;
  private static final String SECONDS_TO_REMEMBER = "600";

  private final Set<String> origins;

  Cors(Set<String> origins) {
    this.origins = origins;
  }

  void addHeaders(Context context) {
    if (origins.isEmpty()) {
      return;
    }
    context.addHeader("Vary", "Origin");
    String origin = context.header("Origin");
    if (origin != null && (origins.contains(ANY) || origins.contains(origin))) {
      context.header("Access-Control-Allow-Origin", origin);
      context.header("Access-Control-Expose-Headers", EXPOSED_HEADERS);
    }
  }

  /** Adds the headers of the response to a preflight request. */
  void addPreflightHeaders(Context context, Set<String> methods) {
    boolean allowed = context.res().getHeader("Access-Control-Allow-Origin") != null;
    if (allowed && context.header("Access-Control-Request-Method") != null) {
      context.header("Access-Control-Allow-Methods", String.join(", ", methods));
      context.header("Access-Control-Allow-Headers", ALLOWED_HEADERS);
      context.header("Access-Control-Max-Age", SECONDS_TO_REMEMBER);
    }
  }
}
