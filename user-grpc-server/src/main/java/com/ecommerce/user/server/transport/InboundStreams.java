package com.ecommerce.user.server.transport;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.Optional;

/**
 * Connects the transport's side of a call with the interceptors. gRPC starts a call on the event
 * loop while the transport reads its headers, and has no other way to pass an object from one to
 * the other. Thread-safe.
 */
public final class InboundStreams {
  private final FastThreadLocal<InboundStream> current = new FastThreadLocal<>();

  /**
   * Returns the stream of the call that is being started on this thread; empty for an in-process
   * call.
   */
  public Optional<InboundStream> current() {
    return Optional.ofNullable(current.get());
  }

  void enter(InboundStream stream) {
    current.set(stream);
  }

  void leave() {
    current.set(null);
  }
}
