package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.request.IdempotencyKey;
import com.ecommerce.user.server.grpc.CallContext;
import com.ecommerce.user.server.grpc.MethodRights;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Passes the {@link IdempotencyKey} of a call on to the use case, and informs the client if its
 * call was answered like an earlier one. Methods that take no key ignore it. Must be installed
 * within the {@link AuthInterceptor}, since a key belongs to a caller.
 */
public final class IdempotencyInterceptor implements ServerInterceptor {
  /** The metadata key of the idempotency key. */
  public static final Metadata.Key<String> KEY =
      Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER);

  /** The metadata key that marks the headers of a repeated call, or the trailers if it fails. */
  public static final Metadata.Key<String> REPLAYED =
      Metadata.Key.of("idempotent-replayed", Metadata.ASCII_STRING_MARSHALLER);

  private static final String PASSWORD = "password";

  private final MethodRights rights;

  public IdempotencyInterceptor(MethodRights rights) {
    this.rights = rights;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Iterable<String> given = headers.getAll(KEY);
    var method = call.getMethodDescriptor();
    if (given == null || !rights.of(method).operation().takesIdempotencyKey()) {
      return next.startCall(call, headers);
    }
    var message = new AtomicReference<Message>();
    var key =
        Violations.parsed(
            KEY.name(),
            only(given.iterator()),
            text ->
                new IdempotencyKey(
                    text, method.getFullMethodName(), () -> withoutPasswords(message.get())));
    var known = CallContext.CALL.get().with(key);
    var listener =
        Contexts.interceptCall(
            Context.current().withValue(CallContext.CALL, known),
            new KeyedCall<>(call, key),
            headers,
            next);
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onMessage(Q request) {
        message.set((Message) request);
        super.onMessage(request);
      }
    };
  }

  /** Returns the only value, or an invalid one if there are several. */
  private static String only(Iterator<String> values) {
    String first = values.next();
    return values.hasNext() ? "" : first;
  }

  /**
   * Returns the request in a deterministic encoding. Passwords are left out, since a digest of them
   * could be found by guessing.
   */
  static byte[] withoutPasswords(Message request) {
    var builder = request.toBuilder();
    request.getDescriptorForType().getFields().stream()
        .filter(field -> field.getName().endsWith(PASSWORD))
        .forEach(builder::clearField);
    var message = builder.build();
    byte[] bytes = new byte[message.getSerializedSize()];
    var output = CodedOutputStream.newInstance(bytes);
    output.useDeterministicSerialization();
    try {
      message.writeTo(output);
      output.checkNoSpaceLeft();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes;
  }

  /** A call that marks its headers or trailers if it was answered like an earlier one. */
  private static final class KeyedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final IdempotencyKey key;

    KeyedCall(ServerCall<Q, R> call, IdempotencyKey key) {
      super(call);
      this.key = key;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      note(headers);
      super.sendHeaders(headers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      // Rejected credentials are not kept, so such a failure repeats no earlier answer.
      if (!status.isOk() && status.getCode() != Status.Code.UNAUTHENTICATED) {
        note(trailers);
      }
      super.close(status, trailers);
    }

    private void note(Metadata metadata) {
      if (key.isReplayed()) {
        metadata.put(REPLAYED, "true");
      }
    }
  }
}
