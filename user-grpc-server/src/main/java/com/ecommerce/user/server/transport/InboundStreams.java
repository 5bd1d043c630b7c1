package com.ecommerce.user.server.transport;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.Optional;

/**
 * Leads a call from the transport to the interceptors: gRPC starts a call on the event loop while
 * the transport reads its headers, and has no other way from one to the other. Thread-safe.
 */
public final class InboundStreams {
  private final FastThreadLocal<InboundStream> current = new FastThreadLocal<>();

  /** The stream of the call that starts on this thread; empty for a call within the process. */
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
