package com.ecommerce.user.server.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.GetUserResponse;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TracingInterceptorTest {
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build();
  private final TracingInterceptor interceptor =
      new TracingInterceptor(
          new Spans(provider.get("test"), W3CTraceContextPropagator.getInstance(), "shop"));

  @AfterEach
  void close() {
    provider.close();
  }

  /** A call that is never answered. */
  private static final class UnansweredCall extends ServerCall<GetUserRequest, GetUserResponse> {
    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(GetUserResponse message) {}

    @Override
    public void close(Status status, Metadata trailers) {}

    @Override
    public boolean isCancelled() {
      return true;
    }

    @Override
    public MethodDescriptor<GetUserRequest, GetUserResponse> getMethodDescriptor() {
      return UserServiceGrpc.getGetUserMethod();
    }
  }

  private SpanData cancelledIn(Context context) {
    context.run(
        () ->
            interceptor
                .interceptCall(
                    new UnansweredCall(), new Metadata(), (call, headers) -> new Listener())
                .onCancel());
    var spans = exporter.getFinishedSpanItems();
    assertEquals(1, spans.size());
    return spans.get(0);
  }

  private static final class Listener extends ServerCall.Listener<GetUserRequest> {}

  @Test
  void clientThatLeaves_cancels() {
    var span = cancelledIn(Context.ROOT);

    assertEquals("CANCELLED", span.getAttributes().get(SpanKeys.RPC_RESPONSE_STATUS_CODE));
    assertEquals(StatusCode.UNSET, span.getStatus().getStatusCode());
  }

  @Test
  void deadlineThatPassed_isAnErrorAsInTheLog() {
    var timer = Executors.newSingleThreadScheduledExecutor();
    try (var context = Context.ROOT.withDeadline(Deadline.after(-1, TimeUnit.SECONDS), timer)) {
      var span = cancelledIn(context);

      assertEquals(
          "DEADLINE_EXCEEDED", span.getAttributes().get(SpanKeys.RPC_RESPONSE_STATUS_CODE));
      assertEquals("DEADLINE_EXCEEDED", span.getAttributes().get(SpanKeys.ERROR_TYPE));
      assertEquals(StatusCode.ERROR, span.getStatus().getStatusCode());
    } finally {
      timer.shutdownNow();
    }
  }
}
