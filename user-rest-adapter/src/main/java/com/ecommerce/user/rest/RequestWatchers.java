package com.ecommerce.user.rest;

import java.util.Optional;

/**
 * The observers of requests.
 *
 * @param observer hears of each from its begin; empty: nobody does
 * @param meter is told of every request that ends
 */
public record RequestWatchers(Optional<RequestObserver> observer, RequestMeter meter) {
  /** Nobody. */
  public static final RequestWatchers NONE =
      new RequestWatchers(Optional.empty(), RequestMeter.NONE);
}
