package com.ecommerce.user.server.transport;

import com.ecommerce.user.core.internal.concurrent.ConnectionTable;
import com.ecommerce.user.core.internal.log.RateLimitedLogger;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection, which tracks its activity and can be ended. */
final class GuardedConnection implements FrameCounter.FloodListener, ConnectionTable.Connection {
  private static final Logger log = LoggerFactory.getLogger(GuardedConnection.class);

  private final Channel channel;
  private final GrpcHttp2ConnectionHandler handler;
  private final Optional<String> network;
  private final LongSupplier nanoTime;
  private final RateLimitedLogger floods;

  // Confined to the event loop.
  private boolean active;
  private int headerBytes;
  private int headerChecks;

  /** The memory of its requests; set before the first frame. */
  private ConnectionBytes bytes;

  private volatile long lastActive;

  /**
   * @param network the client network; empty if the connection only counts towards the total
   * @param nanoTime a clock such as {@link System#nanoTime}
   * @param floods limits the number of log lines about floods
   */
  GuardedConnection(
      Channel channel,
      GrpcHttp2ConnectionHandler handler,
      Optional<String> network,
      LongSupplier nanoTime,
      RateLimitedLogger floods) {
    this.channel = channel;
    this.handler = handler;
    this.network = network;
    this.nanoTime = nanoTime;
    this.floods = floods;
    this.lastActive = nanoTime.getAsLong();
  }

  /** Sets the budget of its requests. Must be called once, before its first frame. */
  void count(ConnectionBytes requests) {
    bytes = requests;
    channel.closeFuture().addListener(closed -> requests.close());
  }

  @Override
  public Optional<String> network() {
    return network;
  }

  @Override
  public long idleNanos(long now) {
    return now - lastActive;
  }

  @Override
  public void active() {
    active = true;
  }

  @Override
  public void unfinishedHeaders(int length) {
    bytes.add(length - headerBytes);
    headerBytes = length;
    headerChecks = 0;
    if (length > 0 && bytes.budget().isHalfFull()) {
      flooded(new FrameCounter.Flood("too_much_metadata"));
    }
  }

  /**
   * Checks the activity of the connection. Called periodically on the event loop.
   *
   * @param maxChecks the number of calls after which unfinished headers end the connection
   */
  void check(int maxChecks) {
    if (headerBytes > 0 && ++headerChecks > maxChecks) {
      flooded(new FrameCounter.Flood("metadata_not_finished"));
    }
    if (active || handler.connection().numActiveStreams() > 0) {
      active = false;
      lastActive = nanoTime.getAsLong();
    }
  }

  @Override
  public void flooded(Http2Exception what) {
    floods
        .due()
        .ifPresent(
            more ->
                log.warn(
                    "A connection was closed because its client exceeded a limit of HTTP/2 frames or headers ({});"
                        + " {} more since the last such line",
                    what.getMessage(),
                    more));
    var context = context();
    if (context == null) {
      channel.close();
      return;
    }
    handler.onError(context, false, what);
    context.close();
  }

  @Override
  public void sendAway() {
    channel.eventLoop().execute(this::sendAwayNow);
  }

  private void sendAwayNow() {
    if (context() == null || handler.connection().numActiveStreams() == 0) {
      end();
    }
  }

  @Override
  public void displace() {
    channel.eventLoop().execute(this::end);
  }

  private void end() {
    var context = context();
    if (context == null) {
      channel.close();
      return;
    }
    int last = handler.connection().remote().lastStreamCreated();
    handler
        .goAway(
            context, last, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, context.newPromise())
        .addListener((ChannelFutureListener) sent -> context.close());
    context.flush();
  }

  /** Returns null until TLS and HTTP/2 are negotiated. */
  private ChannelHandlerContext context() {
    return channel.pipeline().context(handler);
  }
}
