package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.request.WorkObserver;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Observes each request, for example to trace it. Implementations are thread-safe, do not block and
 * throw nothing.
 */
@FunctionalInterface
public interface RequestObserver {
  /** The observation of one request. */
  interface Observation {
    /** Returns the observer of the work that the request causes. */
    WorkObserver work();

    /** Returns the headers that the observer adds to the response. */
    Map<String, String> answerHeaders();

    /**
     * Called when the response has been sent.
     *
     * @param route the template of the path, such as {@code /api/users/{user_id}}; empty when no
     *     route matched
     * @param path the template, with the values of those parameters that contain no personal data
     */
    void end(int status, Optional<String> route, Optional<String> path);
  }

  /**
   * Called when a request begins.
   *
   * @param method the method as the client sent it, which may be unknown
   * @param scheme {@code http} or {@code https}
   * @param header returns the value of a header of the request, or null
   */
  Observation begin(String method, String scheme, Function<String, String> header);
}
