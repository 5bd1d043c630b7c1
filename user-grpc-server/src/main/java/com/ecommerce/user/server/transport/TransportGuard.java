package com.ecommerce.user.server.transport;

import com.ecommerce.user.core.call.TrustedProxies;
import com.ecommerce.user.core.internal.RareLine;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps clients of a gRPC server from taking what others need: memory, streams, connections, and
 * the event loops. gRPC's builder has settings for a part of it. The rest is done by handlers of
 * this package, which come into each connection with the negotiation of its protocol: the one place
 * where gRPC lets others have a connection before its first byte is read. Thread-safe.
 */
public final class TransportGuard {
  /** Some hundreds, as RFC 9113 recommends at least 100 (section 6.5.2). */
  private static final int MAX_STREAMS_PER_CONNECTION = 256;

  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  /**
   * Resets in either direction. Those of the client have a limit of their own, see {@link
   * FrameCounter}; what is left are the answers to malformed frames.
   */
  private static final int MAX_RESETS = 10_000;

  private static final int SECONDS_OF_RESETS = 10;

  private final TransportLimits limits;
  private final InboundStreams streams;
  private final ConnectionTable table;
  private final LongSupplier nanoTime = System::nanoTime;
  private final RareLine floods = new RareLine(BETWEEN_LINES, nanoTime);

  /**
   * @param proxies whose connections are exempt from the limits by network
   * @param streams leads calls to the interceptors
   */
  public TransportGuard(TransportLimits limits, TrustedProxies proxies, InboundStreams streams) {
    this.limits = limits;
    this.streams = streams;
    this.table = new ConnectionTable(limits, proxies, nanoTime);
  }

  /**
   * Sets the limits of a server that gRPC has itself.
   *
   * @param tls empty for plaintext; the server must get it in no other way
   * @return what the server must negotiate with, for the other limits
   */
  public InternalProtocolNegotiator.ProtocolNegotiator guard(
      NettyServerBuilder server, Optional<SslContext> tls) {
    server
        .maxConcurrentCallsPerConnection(MAX_STREAMS_PER_CONNECTION)
        .maxRstFramesPerWindow(MAX_RESETS, SECONDS_OF_RESETS)
        .maxInboundMessageSize(limits.maxMessageBytes())
        .handshakeTimeout(HANDSHAKE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    return new Negotiator(
        tls.map(InternalProtocolNegotiators::serverTls)
            .orElseGet(InternalProtocolNegotiators::serverPlaintext));
  }

  /** What the requests of all connections hold now, in bytes. */
  public long requestBytes() {
    return table.requestBytes();
  }

  /** How many connections there are. */
  public int connections() {
    return table.size();
  }

  /** gRPC's own, with a guard before each connection. */
  private final class Negotiator implements InternalProtocolNegotiator.ProtocolNegotiator {
    private final InternalProtocolNegotiator.ProtocolNegotiator negotiator;

    Negotiator(InternalProtocolNegotiator.ProtocolNegotiator negotiator) {
      this.negotiator = negotiator;
    }

    @Override
    public AsciiString scheme() {
      return negotiator.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler handler) {
      return new Entrance(handler, negotiator.newHandler(handler));
    }

    @Override
    public void close() {
      negotiator.close();
    }
  }

  /** Lets a connection in or not, then makes room for the negotiation. */
  private final class Entrance extends ChannelInboundHandlerAdapter {
    private final GrpcHttp2ConnectionHandler handler;
    private final ChannelHandler negotiation;

    Entrance(GrpcHttp2ConnectionHandler handler, ChannelHandler negotiation) {
      this.handler = handler;
      this.negotiation = negotiation;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      var network = table.networkOf(ctx.channel().remoteAddress());
      var connection = new GuardedConnection(ctx.channel(), handler, network, nanoTime, floods);
      if (table.admit(connection)) {
        ctx.channel().closeFuture().addListener(closed -> table.forget(connection));
        StreamGuard.install(handler, connection, table.budget(network), streams, limits);
        ctx.pipeline().addBefore(ctx.name(), null, new FrameCounter(connection, nanoTime));
      } else {
        ctx.channel().close();
      }
      ctx.pipeline().replace(ctx.name(), null, negotiation);
    }
  }
}
