package com.ecommerce.user.rest.http;

/** Is told of every request when it has been answered. Thread-safe. */
@FunctionalInterface
public interface RequestMeter {
  /** Tells nobody. */
  RequestMeter NONE = (method, route, status, nanoseconds) -> {};

  /**
   * The name for a method or a path that this API does not have, so that both sets of names are
   * bounded.
   */
  String OTHER = "other";

  /**
   * Returns at once.
   *
   * @param method of HTTP, or {@link #OTHER}
   * @param route the template that the path matched, such as {@code /api/users/{user_id}}, or
   *     {@link #OTHER}
   * @param status of HTTP; 499 when the client left before there was one
   */
  void answered(String method, String route, int status, long nanoseconds);
}
