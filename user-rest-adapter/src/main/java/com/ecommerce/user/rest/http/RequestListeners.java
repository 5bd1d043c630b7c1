package com.ecommerce.user.rest.http;

import java.util.Optional;

/**
 * The observers of requests.
 *
 * @param observer observes each request from its beginning; may be empty
 * @param meter counts every request that ends
 */
public record RequestListeners(Optional<RequestObserver> observer, RequestMeter meter) {
  /** No listeners. */
  public static final RequestListeners NONE =
      new RequestListeners(Optional.empty(), RequestMeter.NONE);
}
