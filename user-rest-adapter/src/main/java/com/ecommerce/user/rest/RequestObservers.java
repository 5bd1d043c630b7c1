package com.ecommerce.user.rest;

import java.util.Optional;

/**
 * Who hears of requests.
 *
 * @param meter is told of every request that ends
 * @param tracing hears of each request from its begin; empty: no traces
 */
public record RequestObservers(RequestMeter meter, Optional<RequestObserver> tracing) {
  /** Nobody. */
  public static final RequestObservers NONE =
      new RequestObservers(RequestMeter.NONE, Optional.empty());
}
