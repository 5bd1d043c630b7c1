package com.ecommerce.user.server.intercept;

import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** Is told of every gRPC call when it has ended. Thread-safe. */
@FunctionalInterface
public interface CallMeter {
  /** Tells nobody. */
  CallMeter NONE = (method, code, nanoseconds) -> {};

  /**
   * Returns at once: it runs on the event loop.
   *
   * @param method of the type UNKNOWN when this server has no such method, whose name is then
   *     whatever the client sent
   */
  void ended(MethodDescriptor<?, ?> method, Status.Code code, long nanoseconds);
}
