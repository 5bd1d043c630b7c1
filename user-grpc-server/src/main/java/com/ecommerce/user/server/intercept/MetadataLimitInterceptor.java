package com.ecommerce.user.server.intercept;

import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Refuses calls with too much metadata. The limit is gRPC's default of 8 KiB, counted as in HTTP/2
 * (RFC 9113, section 6.5.2): names, values, and 32 bytes for each entry. gRPC itself would end the
 * connection with all its calls.
 */
public final class MetadataLimitInterceptor implements ServerInterceptor {
  private static final int MAX_BYTES = 8 * 1024;
  private static final int BYTES_PER_ENTRY = 32;

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (size(headers) <= MAX_BYTES) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.INVALID_ARGUMENT.withDescription(
            "too much metadata (expected: at most " + MAX_BYTES + " bytes)"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static int size(Metadata headers) {
    byte[][] namesAndValues = InternalMetadata.serialize(headers);
    int size = namesAndValues.length / 2 * BYTES_PER_ENTRY;
    for (byte[] part : namesAndValues) {
      size += part.length;
    }
    return size;
  }
}
