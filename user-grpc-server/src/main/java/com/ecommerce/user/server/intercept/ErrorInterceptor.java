package com.ecommerce.user.server.intercept;

import com.ecommerce.user.server.grpc.StatusMapper;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends every failed call with a status from {@link StatusMapper} and the call's id in the trailers,
 * whether the handler threw an exception or passed it to its observer, or a library refused the
 * call. Reports the end of each call to the {@link AccessLog}. Must be installed within the {@link
 * AccessLogInterceptor}.
 */
public final class ErrorInterceptor implements ServerInterceptor {
  /** The key of the trailer with the call id of a failed call, as in the log. */
  public static final Metadata.Key<String> CALL_ID =
      Metadata.Key.of("x-call-id", Metadata.ASCII_STRING_MARSHALLER);

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var mapped = new MappedCall<>(call, AccessLog.CURRENT.get());
    ServerCall.Listener<Q> listener;
    try {
      listener = next.startCall(mapped, headers);
    } catch (RuntimeException | Error failure) {
      mapped.fail(failure);
      return new ServerCall.Listener<>() {};
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onMessage(Q message) {
        guarded(() -> super.onMessage(message));
      }

      @Override
      public void onHalfClose() {
        guarded(super::onHalfClose);
      }

      @Override
      public void onReady() {
        guarded(super::onReady);
      }

      @Override
      public void onCancel() {
        mapped.cancelled();
        super.onCancel();
      }

      private void guarded(Runnable step) {
        try {
          step.run();
        } catch (RuntimeException | Error failure) {
          mapped.fail(failure);
        }
      }
    };
  }

  /** A call that can be closed once, with details when it failed. */
  private static final class MappedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final AccessLog log;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Null for a transport on which a cancelled call cannot get a status. */
    private final CallTransport transport;

    private final int stream;

    MappedCall(ServerCall<Q, R> call, AccessLog log) {
      super(call);
      this.log = log;
      this.transport = call.getAttributes().get(CallTransport.KEY);
      this.stream = transport == null ? 0 : transport.beginningStream();
    }

    /**
     * Sends the client a status if it is still connected, even if the handler has closed the call
     * on another thread: the transport cancelled the call before it received the handler's status,
     * and would only reset the stream.
     */
    void cancelled() {
      closed.set(true);
      if (transport != null) {
        var cancellation = transport.cancellation(stream);
        if (cancellation.getCode() != Status.Code.CANCELLED) {
          var detailed = detailed(cancellation);
          var trailers = detailed.getTrailers();
          trailers.put(CALL_ID, log.context().callId());
          if (transport.close(stream, detailed.getStatus(), trailers)) {
            log.end(detailed.getStatus().getCode());
          }
        }
      }
      log.endCancelled();
    }

    void fail(Throwable failure) {
      close(Status.UNKNOWN.withCause(failure), new Metadata());
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!closed.compareAndSet(false, true)) {
        return;
      }
      if (status.isOk()) {
        finish(status, trailers);
      } else if (StatusProto.fromStatusAndTrailers(status, trailers).getDetailsCount() > 0) {
        closeFailed(status, trailers);
      } else {
        var detailed = detailed(status);
        trailers.merge(detailed.getTrailers());
        closeFailed(detailed.getStatus().withCause(null), trailers);
      }
    }

    private void closeFailed(Status status, Metadata trailers) {
      trailers.put(CALL_ID, log.context().callId());
      finish(status, trailers);
    }

    private void finish(Status status, Metadata trailers) {
      log.end(status.getCode());
      super.close(status, trailers);
    }

    private StatusRuntimeException detailed(Status status) {
      if (status.getCause() == null) {
        return StatusMapper.withDetails(status);
      }
      var mapped = StatusMapper.toStatus(status.getCause(), log.context());
      return mapped.getTrailers() == null ? StatusMapper.withDetails(mapped.getStatus()) : mapped;
    }
  }
}
