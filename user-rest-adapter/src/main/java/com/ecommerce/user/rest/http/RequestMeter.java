package com.ecommerce.user.rest.http;

/** Counts requests when they have been answered. Thread-safe. */
@FunctionalInterface
public interface RequestMeter {
  /** Ignores all requests. */
  RequestMeter NONE = (method, route, status, nanoseconds) -> {};

  /**
   * The name for a method or a path that this API does not have, so that both sets of names are
   * bounded.
   */
  String OTHER = "other";

  /**
   * Counts a request. Must not block.
   *
   * @param method the HTTP method, or {@link #OTHER}
   * @param route the template that the path matched, such as {@code /api/users/{user_id}}, or
   *     {@link #OTHER}
   * @param status the HTTP status; 499 when the client disconnected before there was one
   */
  void answered(String method, String route, int status, long nanoseconds);
}
