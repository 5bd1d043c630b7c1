package com.ecommerce.user.server.intercept;

import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** Counts gRPC calls when they have ended. Thread-safe. */
@FunctionalInterface
public interface CallMeter {
  /** Ignores all calls. */
  CallMeter NONE = (method, code, nanoseconds) -> {};

  /**
   * Counts a call. Runs on the event loop and must not block.
   *
   * @param method the method; of type UNKNOWN, and with a name that the client chose, if this
   *     server has no such method
   */
  void ended(MethodDescriptor<?, ?> method, Status.Code code, long nanoseconds);
}
