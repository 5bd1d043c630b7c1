package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.request.WorkObserver;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Hears of each request, so that a tracing library can show it. Implementations are thread-safe,
 * return at once and throw nothing.
 */
@FunctionalInterface
public interface RequestObserver {
  /** The observation of one request. */
  interface Observation {
    /** Hears of the work that the request makes. */
    WorkObserver work();

    /** Returns the headers that the answer carries for the observer. */
    Map<String, String> answerHeaders();

    /**
     * The answer is sent.
     *
     * @param route the template of the path, such as {@code /api/users/{user_id}}; empty when
     *     nothing is there
     * @param path the template with those of its parameters filled in that can be no personal data
     */
    void end(int status, Optional<String> route, Optional<String> path);
  }

  /**
   * A request begins.
   *
   * @param method as the client sent it, which may be no method at all
   * @param scheme {@code http} or {@code https}
   * @param header the value of a header of the request; null when there is none
   */
  Observation begin(String method, String scheme, Function<String, String> header);
}
