package com.ecommerce.user.server.transport;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.netty.channel.ChannelHandler;
import io.netty.util.AsciiString;
import java.util.function.Function;

/**
 * A negotiator that adds something to each connection.
 *
 * @param negotiator the negotiator of TLS and HTTP/2
 * @param handlers returns the first handler of a connection
 */
public record GuardedNegotiator(
    ProtocolNegotiator negotiator, Function<GrpcHttp2ConnectionHandler, ChannelHandler> handlers)
    implements ProtocolNegotiator {
  @Override
  public AsciiString scheme() {
    return negotiator.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler handler) {
    return handlers.apply(handler);
  }

  @Override
  public void close() {
    negotiator.close();
  }
}
