package com.ecommerce.user.server.tracing;

import com.ecommerce.user.core.request.WorkObserver;
import com.ecommerce.user.rest.http.RequestObserver;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Makes a span of each HTTP request. The spans do not contain the query, which may have a token.
 */
final class TracedRequests implements RequestObserver {
  private static final String OTHER = "_OTHER";
  private static final Set<String> METHODS =
      Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

  private static final TextMapGetter<Function<String, String>> HEADERS =
      (headers, key) -> headers.apply(key);

  private final Spans spans;

  TracedRequests(Spans spans) {
    this.spans = spans;
  }

  @Override
  public Observation begin(String method, String scheme, Function<String, String> header) {
    boolean isKnown = METHODS.contains(method);
    var span =
        spans
            .server(isKnown ? method : "HTTP", header, HEADERS)
            .setAttribute(SpanKeys.HTTP_REQUEST_METHOD, isKnown ? method : OTHER)
            .setAttribute(SpanKeys.URL_SCHEME, scheme)
            .startSpan();
    return new RequestSpan(span, isKnown ? method : "HTTP", new SpanObserver(spans, span));
  }

  private record RequestSpan(Span span, String method, SpanObserver observer)
      implements Observation {
    @Override
    public WorkObserver work() {
      return observer;
    }

    @Override
    public Map<String, String> answerHeaders() {
      return Map.of(SpanObserver.TRACE_RESPONSE, SpanObserver.text(span.getSpanContext()));
    }

    @Override
    public void end(int status, Optional<String> route, Optional<String> path) {
      route.ifPresent(
          template -> {
            span.updateName(method + " " + template);
            span.setAttribute(SpanKeys.HTTP_ROUTE, template);
          });
      path.ifPresent(shown -> span.setAttribute(SpanKeys.URL_PATH, shown));
      span.setAttribute(SpanKeys.HTTP_RESPONSE_STATUS_CODE, (long) status);
      if (status >= 500) {
        span.setAttribute(SpanKeys.ERROR_TYPE, Integer.toString(status));
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
    }
  }
}
