package com.ecommerce.user.server.transport;

import com.ecommerce.user.core.internal.concurrent.ConnectionTable;
import com.ecommerce.user.core.internal.log.RateLimitedLogger;
import com.ecommerce.user.core.request.TrustedProxies;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps clients of a gRPC server from using up the resources that others need: memory, streams,
 * connections, and event loops. Settings of gRPC's builder cover a part of this. The rest is done
 * by handlers of this package, which the protocol negotiation adds to each connection: that is the
 * only place where gRPC gives access to a connection before its first byte is read. Thread-safe.
 */
public final class TransportGuard {
  /** The maximum number of concurrent streams; RFC 9113 recommends at least 100 (section 6.5.2). */
  private static final int MAX_STREAMS_PER_CONNECTION = 256;

  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  /**
   * The maximum number of resets in either direction. {@link FrameCounter} limits those of the
   * client, so this one is for the answers to malformed frames.
   */
  private static final int MAX_RESETS = 10_000;

  private static final int SECONDS_OF_RESETS = 10;

  private final TransportLimits limits;
  private final InboundStreams streams;
  private final ByteBudget requests;
  private final ConnectionTable<GuardedConnection, ByteBudget> table;
  private final LongSupplier nanoTime = System::nanoTime;
  private final RateLimitedLogger floods = new RateLimitedLogger(BETWEEN_LINES, nanoTime);

  /**
   * @param proxies the proxies whose connections are exempt from the limits by network
   * @param streams connects calls with the interceptors
   */
  public TransportGuard(TransportLimits limits, TrustedProxies proxies, InboundStreams streams) {
    this.limits = limits;
    this.streams = streams;
    this.requests = new ByteBudget(limits.requestBytes());
    this.table =
        new ConnectionTable<>(
            "gRPC",
            limits.maxConnections(),
            limits.maxConnectionsPerNetwork(),
            proxies,
            // One network may hold half of all bytes.
            () -> requests.part(limits.requestBytes() / 2),
            nanoTime);
  }

  /**
   * Sets the limits of a server that gRPC supports itself.
   *
   * @param tls empty for plaintext; TLS must not be configured in any other way
   * @return the negotiator that the server must use, for the other limits
   */
  public InternalProtocolNegotiator.ProtocolNegotiator guard(
      NettyServerBuilder server, Optional<SslContext> tls) {
    server
        .maxConcurrentCallsPerConnection(MAX_STREAMS_PER_CONNECTION)
        .maxRstFramesPerWindow(MAX_RESETS, SECONDS_OF_RESETS)
        .maxInboundMessageSize(limits.maxMessageBytes())
        .handshakeTimeout(HANDSHAKE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    var negotiator =
        tls.map(InternalProtocolNegotiators::serverTls)
            .orElseGet(InternalProtocolNegotiators::serverPlaintext);
    return new GuardedNegotiator(
        negotiator, handler -> new Entrance(handler, negotiator.newHandler(handler)));
  }

  /** Returns the memory of the requests of all connections in bytes. */
  public long requestBytes() {
    return requests.held();
  }

  /** Returns the number of connections. */
  public int connections() {
    return table.size();
  }

  /** Accepts or refuses a connection, then starts the negotiation. */
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
        var budget = network.map(table::shared).orElse(requests);
        StreamGuard.install(handler, connection, budget, streams, limits);
        ctx.pipeline().addBefore(ctx.name(), null, new FrameCounter(connection, nanoTime));
      } else {
        ctx.channel().close();
      }
      ctx.pipeline().replace(ctx.name(), null, negotiation);
    }
  }
}
