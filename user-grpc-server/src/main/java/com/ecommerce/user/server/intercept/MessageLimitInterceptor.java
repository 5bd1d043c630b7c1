package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.server.grpc.StatusMapper;
import com.ecommerce.user.server.transport.InboundStream;
import com.ecommerce.user.server.transport.InboundStreams;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Refuses messages that are larger than their method's limit, before they are parsed. A compressed
 * message is inflated only up to the limit. Passes the limit of each call to the transport, which
 * refuses uncompressed messages even earlier. Handles encoded messages, and must be installed
 * inside the {@link ErrorInterceptor}.
 */
public final class MessageLimitInterceptor implements ServerInterceptor {
  /** The limit of methods that are not in the table: health and reflection. */
  private static final int OTHER_METHODS = 16 * 1024;

  private final InboundStreams streams;
  private final Map<String, Integer> limits = new ConcurrentHashMap<>();

  /**
   * @param streams finds the transport's side of a call
   */
  public MessageLimitInterceptor(InboundStreams streams) {
    this.streams = streams;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var method = call.getMethodDescriptor();
    int limit = limit(method);
    var stream = streams.current();
    if (stream.isPresent()) {
      stream
          .get()
          .attach(
              limit,
              method.getType().clientSendsOneMessage(),
              failure -> call.close(Status.UNKNOWN.withCause(failure), new Metadata()));
    }
    return new LimitingListener<>(next.startCall(call, headers), limit, stream);
  }

  private int limit(MethodDescriptor<?, ?> method) {
    Integer known = limits.get(method.getFullMethodName());
    return known == null
        ? limits.computeIfAbsent(
            method.getFullMethodName(),
            name ->
                Operation.titled(method.getBareMethodName())
                    .map(Operation::maxMessageBytes)
                    .orElse(OTHER_METHODS))
        : known;
  }

  private static final class LimitingListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final int limit;
    private final Optional<InboundStream> stream;

    LimitingListener(ServerCall.Listener<Q> listener, int limit, Optional<InboundStream> stream) {
      super(listener);
      this.limit = limit;
      this.stream = stream;
    }

    @Override
    @SuppressWarnings("unchecked")
    public void onMessage(Q message) {
      super.onMessage((Q) limited((InputStream) message));
      stream.ifPresent(InboundStream::delivered);
    }

    private InputStream limited(InputStream message) {
      try {
        if (message instanceof KnownLength) {
          requireFitting(message.available());
          return message;
        }
        byte[] inflated = message.readNBytes(limit + 1);
        requireFitting(inflated.length);
        stream.ifPresent(transport -> transport.inflated(inflated.length));
        return new ByteArrayInputStream(inflated);
      } catch (IOException broken) {
        throw StatusMapper.malformed();
      }
    }

    private void requireFitting(int length) {
      if (length > limit) {
        throw InboundStream.tooLarge(limit);
      }
    }
  }
}
