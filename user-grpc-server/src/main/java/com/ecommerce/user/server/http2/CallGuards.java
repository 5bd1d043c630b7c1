package com.ecommerce.user.server.http2;

import com.ecommerce.user.core.request.AccessLogEntry;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.ClientNetwork;
import com.ecommerce.user.core.request.LogContext;
import com.ecommerce.user.server.grpc.UnknownMethod;
import com.ecommerce.user.server.intercept.CallMeter;
import com.ecommerce.user.server.intercept.CallTransport;
import com.ecommerce.user.server.intercept.ErrorInterceptor;
import com.ecommerce.user.server.transport.GuardedNegotiator;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Exception;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Installs a guard on each connection, which makes sure that a failed call ends with a gRPC status,
 * with details and the call's id, and does not affect other calls. Thread-safe.
 */
public final class CallGuards {
  /**
   * The maximum size of a call's metadata that the codec reads, in bytes
   * (SETTINGS_MAX_HEADER_LIST_SIZE, RFC 9113, section 6.5.2). It is larger than the limit of calls,
   * so that a call with too much metadata is refused with a status; metadata above this size ends
   * the connection.
   */
  private static final int MAX_HEADER_LIST = 256 * 1024;

  private static final MethodDescriptor<?, ?> UNKNOWN_METHOD =
      UnknownMethod.named("unknown/unknown");

  private final RandomGenerator random;
  private final CallMeter meter;

  /** The guard of the connection whose first frame is being read on this thread. */
  private final ThreadLocal<ConnectionGuard> opening = new ThreadLocal<>();

  /** Reads a frame. */
  @FunctionalInterface
  interface Read {
    void run() throws Http2Exception;
  }

  /**
   * @param random makes call ids; thread-safe
   * @param meter counts calls that no interceptor sees
   */
  public CallGuards(RandomGenerator random, CallMeter meter) {
    this.random = random;
    this.meter = meter;
  }

  /**
   * Installs a guard on every connection of a server.
   *
   * @param negotiator negotiates TLS and HTTP/2 with the client
   */
  public void addTo(
      NettyServerBuilder server, InternalProtocolNegotiator.ProtocolNegotiator negotiator) {
    server
        .maxInboundMetadataSize(MAX_HEADER_LIST)
        .addTransportFilter(new Attributing())
        .protocolNegotiator(
            new GuardedNegotiator(
                negotiator,
                handler -> {
                  guard(handler);
                  return negotiator.newHandler(handler);
                }));
  }

  /** Reads the first frame. Calls created meanwhile belong to the guard's connection. */
  void opening(ConnectionGuard guard, Read firstFrame) throws Http2Exception {
    opening.set(guard);
    try {
      firstFrame.run();
    } finally {
      opening.remove();
    }
  }

  /** Assigns an id to a refused call, counts it, and logs it. */
  void refused(Channel channel, Status status, Metadata trailers) {
    String callId = HexFormat.of().toHexDigits(random.nextLong());
    trailers.put(ErrorInterceptor.CALL_ID, callId);
    meter.ended(UNKNOWN_METHOD, status.getCode(), 0);
    if (AccessLogEntry.isWanted()) {
      String network =
          channel.remoteAddress() instanceof InetSocketAddress peer
              ? ClientNetwork.of(peer.getAddress())
              : ClientNetwork.LOCAL;
      new AccessLogEntry("(malformed call)", status.getCode().name(), 0, Actor.ANONYMOUS, network)
          .write(LogContext.ofCall(callId));
    }
  }

  private final class Attributing extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes transport) {
      var guard = opening.get();
      return guard == null
          ? transport
          : transport.toBuilder().set(CallTransport.KEY, guard).build();
    }
  }

  /** Wraps the frame listener of a connection. */
  private void guard(GrpcHttp2ConnectionHandler handler) {
    var decoder = handler.decoder();
    decoder.frameListener(new ConnectionGuard(handler, decoder.frameListener(), this));
  }
}
