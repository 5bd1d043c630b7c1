package com.ecommerce.user.rest.http;

import java.util.Optional;

/**
 * The observers of requests.
 *
 * @param observer hears of each from its begin; empty: nobody does
 * @param meter is told of every request that ends
 */
public record RequestListeners(Optional<RequestObserver> observer, RequestMeter meter) {
  /** Nobody. */
  public static final RequestListeners NONE =
      new RequestListeners(Optional.empty(), RequestMeter.NONE);
}
