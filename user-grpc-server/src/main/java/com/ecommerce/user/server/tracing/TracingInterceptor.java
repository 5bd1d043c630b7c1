package com.ecommerce.user.server.tracing;

import com.ecommerce.user.server.grpc.CallContext;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes a span of each call, which ends when the call is closed or its client has disconnected. The
 * response headers identify the span. Must be installed outside of all interceptors whose work or
 * response it records.
 */
final class TracingInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> TRACE_RESPONSE =
      Metadata.Key.of(SpanObserver.TRACE_RESPONSE, Metadata.ASCII_STRING_MARSHALLER);

  /**
   * The codes that the semantic conventions count as failures of the server. All others are the
   * client's.
   */
  private static final Set<Status.Code> ERRORS =
      EnumSet.of(
          Status.Code.UNKNOWN,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.UNIMPLEMENTED,
          Status.Code.INTERNAL,
          Status.Code.UNAVAILABLE,
          Status.Code.DATA_LOSS);

  private static final TextMapGetter<Metadata> HEADERS =
      (headers, key) -> headers.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));

  private final Spans spans;

  TracingInterceptor(Spans spans) {
    this.spans = spans;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    var span =
        spans
            .server(method, headers, HEADERS)
            .setAttribute(SpanKeys.RPC_SYSTEM_NAME, "grpc")
            .setAttribute(SpanKeys.RPC_METHOD, method)
            .startSpan();
    var traced = new TracedCall<>(call, span);
    var context = Context.current().withValue(CallContext.OBSERVER, new SpanObserver(spans, span));
    return new SimpleForwardingServerCallListener<>(
        Contexts.interceptCall(context, traced, headers, next)) {
      @Override
      public void onCancel() {
        traced.end(CallContext.cancellation());
        super.onCancel();
      }
    };
  }

  private static final class TracedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final Span span;
    private final AtomicBoolean ended = new AtomicBoolean();
    private boolean answered;

    TracedCall(ServerCall<Q, R> call, Span span) {
      super(call);
      this.span = span;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      answered = true;
      headers.put(TRACE_RESPONSE, SpanObserver.text(span.getSpanContext()));
      super.sendHeaders(headers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!answered) {
        trailers.put(TRACE_RESPONSE, SpanObserver.text(span.getSpanContext()));
      }
      super.close(status, trailers);
      end(status);
    }

    void end(Status status) {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      String code = status.getCode().name();
      span.setAttribute(SpanKeys.RPC_RESPONSE_STATUS_CODE, code);
      if (ERRORS.contains(status.getCode())) {
        span.setAttribute(SpanKeys.ERROR_TYPE, code);
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
    }
  }
}
