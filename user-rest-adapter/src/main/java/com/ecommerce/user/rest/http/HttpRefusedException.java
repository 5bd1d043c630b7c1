package com.ecommerce.user.rest.http;

import java.util.Map;

/** Thrown when a request is refused before it reaches the core. It has no stack trace. */
final class HttpRefusedException extends RuntimeException {
  private final HttpRefusal refusal;
  private final Map<String, String> headers;

  HttpRefusedException(HttpRefusal refusal, String detail, Map<String, String> headers) {
    super(detail, null, false, false);
    this.refusal = refusal;
    this.headers = Map.copyOf(headers);
  }

  HttpRefusal refusal() {
    return refusal;
  }

  Map<String, String> headers() {
    return headers;
  }
}
