package com.ecommerce.user.server.transport;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards one connection between the HTTP/2 codec and gRPC. It sees the bytes of a call before gRPC
 * buffers them.
 *
 * <p>RFC 9113, section 10.5, asks servers to limit what a client can make them keep. The guard
 * reads the prefix of gRPC messages (one byte for the compression, four for the length; "gRPC over
 * HTTP2") and keeps a state machine for each stream, with constant work for each frame.
 *
 * <ul>
 *   <li>A message that is larger than its method's limit is refused by its first five bytes. For
 *       example, {@code 00 00 10 00 00} announces 1 MiB, so GetUser is refused before the message
 *       arrives.
 *   <li>The memory of requests is counted. Calls with an unfinished message are refused when half
 *       of the budget is used, and all calls when it is full.
 *   <li>A frame of an unfinished message is copied into a buffer of its size. Otherwise a single
 *       byte could keep the 64 KiB that were read with it.
 *   <li>A call whose message is not finished within 30 seconds is refused.
 *   <li>A stream that was answered but that its client leaves open is reset with NO_ERROR (RFC
 *       9113, section 8.1), as gRPC's servers in C++ and Go do.
 * </ul>
 *
 * Confined to the connection's event loop.
 */
final class StreamGuard extends Http2FrameListenerDecorator {
  private static final Logger log = LoggerFactory.getLogger(StreamGuard.class);

  /** The number of ticks in the time that a message may take. */
  private static final int TICKS_OF_MESSAGE = 15;

  private static final int TICKS_OF_ANSWERED = 2;

  /**
   * The time within which the message of a call follows its headers if the client sends both
   * together.
   */
  private static final Duration TIME_TO_BEGIN = Duration.ofMillis(100);

  private final GrpcHttp2ConnectionHandler handler;
  private final Http2Connection connection;
  private final GuardedConnection guarded;
  private final Http2Connection.PropertyKey key;
  private final ConnectionBytes bytes;
  private final InboundStreams streams;
  private final TransportLimits limits;
  private boolean shedding;
  private ScheduledFuture<?> ticker;

  private StreamGuard(
      GrpcHttp2ConnectionHandler handler,
      GuardedConnection guarded,
      ByteBudget budget,
      InboundStreams streams,
      TransportLimits limits) {
    super(handler.decoder().frameListener());
    this.handler = handler;
    this.connection = handler.connection();
    this.guarded = guarded;
    this.key = connection.newKey();
    this.bytes = new ConnectionBytes(budget);
    guarded.count(bytes);
    this.streams = streams;
    this.limits = limits;
  }

  /** Installs a guard in front of gRPC's own listener. Must be called before the first frame. */
  static void install(
      GrpcHttp2ConnectionHandler handler,
      GuardedConnection guarded,
      ByteBudget budget,
      InboundStreams streams,
      TransportLimits limits) {
    var guard = new StreamGuard(handler, guarded, budget, streams, limits);
    handler.decoder().frameListener(guard);
    handler
        .connection()
        .addListener(
            new Http2ConnectionAdapter() {
              @Override
              public void onStreamClosed(Http2Stream stream) {
                InboundStream inbound = stream.getProperty(guard.key);
                if (inbound != null) {
                  inbound.release();
                }
              }
            });
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
      throws Http2Exception {
    if (ticker == null) {
      long tick = limits.messageTime().toMillis() / TICKS_OF_MESSAGE;
      ticker =
          ctx.executor().scheduleWithFixedDelay(() -> tick(ctx), tick, tick, TimeUnit.MILLISECONDS);
      ctx.channel().closeFuture().addListener(closed -> ticker.cancel(false));
    }
    super.onSettingsRead(ctx, settings);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endStream)
      throws Http2Exception {
    var stream = connection.stream(streamId);
    if (stream == null || stream.getProperty(key) != null) {
      super.onHeadersRead(
          ctx, streamId, headers, streamDependency, weight, exclusive, padding, endStream);
      return;
    }
    var inbound = new InboundStream(limits.maxMessageBytes(), bytes);
    stream.setProperty(key, inbound);
    streams.enter(inbound);
    try {
      super.onHeadersRead(
          ctx, streamId, headers, streamDependency, weight, exclusive, padding, endStream);
    } catch (OutOfMemoryError outOfMemory) {
      throw logged(outOfMemory);
    } finally {
      streams.leave();
    }
    if (bytes.budget().isFull()) {
      refuse(ctx, stream, inbound, UserServiceException.busy());
    } else if (!shedding && bytes.budget().isHalfFull()) {
      shedding = true;
      ctx.executor()
          .schedule(() -> shed(ctx, streamId), TIME_TO_BEGIN.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
      throws Http2Exception {
    var stream = connection.stream(streamId);
    InboundStream inbound = stream == null ? null : stream.getProperty(key);
    if (inbound == null) {
      return super.onDataRead(ctx, streamId, data, padding, endOfStream);
    }
    if (inbound.isRefused() || !inbound.isAttached()) {
      return data.readableBytes() + padding;
    }
    try {
      return read(ctx, stream, inbound, data, padding, endOfStream);
    } catch (OutOfMemoryError outOfMemory) {
      throw logged(outOfMemory);
    }
  }

  /** Logs the error, since the codec catches it and ends the connection without logging it. */
  private static OutOfMemoryError logged(OutOfMemoryError outOfMemory) {
    log.error("No memory is left to read from a connection", outOfMemory);
    return outOfMemory;
  }

  private int read(
      ChannelHandlerContext ctx,
      Http2Stream stream,
      InboundStream inbound,
      ByteBuf data,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    int streamId = stream.id();
    if (inbound.isBeyondItsMessage() && data.isReadable()) {
      return readBeyond(ctx, stream, inbound, data, padding, endOfStream);
    }
    var refusal = inbound.read(data, endOfStream);
    if (refusal.isPresent()) {
      refuse(ctx, stream, inbound, refusal.get());
      return data.readableBytes() + padding;
    }
    if (inbound.isBetweenMessages()) {
      return super.onDataRead(ctx, streamId, data, padding, endOfStream);
    }
    return readCopy(ctx, streamId, data, padding, endOfStream);
  }

  /** Passes only the beginning of a second message to gRPC, which refuses it. */
  private int readBeyond(
      ChannelHandlerContext ctx,
      Http2Stream stream,
      InboundStream inbound,
      ByteBuf data,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    var refusal = inbound.read(data, endOfStream);
    if (refusal.isPresent()) {
      inbound.dropTheRest();
      resetSoon(ctx, stream.id());
      return data.readableBytes() + padding;
    }
    return readCopy(ctx, stream.id(), data, padding, endOfStream);
  }

  private int readCopy(
      ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
      throws Http2Exception {
    int length = data.readableBytes();
    ByteBuf copy = ctx.alloc().buffer(length, length);
    try {
      copy.writeBytes(data, data.readerIndex(), length);
      return super.onDataRead(ctx, streamId, copy, padding, endOfStream);
    } finally {
      copy.release();
    }
  }

  private void refuse(
      ChannelHandlerContext ctx,
      Http2Stream stream,
      InboundStream inbound,
      RuntimeException failure) {
    inbound.refuse(failure);
    resetSoon(ctx, stream.id());
  }

  /** Resets the stream after gRPC has sent what it queued, which is the status. */
  private void resetSoon(ChannelHandlerContext ctx, int streamId) {
    ctx.executor()
        .execute(
            () -> {
              reset(ctx, streamId);
              ctx.flush();
            });
  }

  private void reset(ChannelHandlerContext ctx, int streamId) {
    if (connection.stream(streamId) != null) {
      handler.resetStream(ctx, streamId, Http2Error.NO_ERROR.code(), ctx.newPromise());
    }
  }

  /** Refuses the calls up to this one whose message has not arrived. */
  private void shed(ChannelHandlerContext ctx, int lastStream) {
    shedding = false;
    if (bytes.budget().isHalfFull()) {
      for (Http2Stream stream : activeStreams()) {
        InboundStream inbound = stream.getProperty(key);
        boolean isHeld = inbound != null && inbound.isUnfinished() && !inbound.isRefused();
        if (isHeld && stream.id() <= lastStream) {
          refuse(ctx, stream, inbound, UserServiceException.busy());
        }
      }
    }
  }

  private void tick(ChannelHandlerContext ctx) {
    guarded.check(TICKS_OF_MESSAGE);
    if (connection.numActiveStreams() == 0) {
      return;
    }
    boolean any = false;
    for (Http2Stream stream : activeStreams()) {
      InboundStream inbound = stream.getProperty(key);
      if (inbound != null) {
        any |= tick(ctx, stream, inbound, inbound.tick());
      }
    }
    if (any) {
      ctx.flush();
    }
  }

  private boolean tick(
      ChannelHandlerContext ctx, Http2Stream stream, InboundStream inbound, int ticks) {
    if (stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
      if (inbound.tickAnswered() > TICKS_OF_ANSWERED) {
        reset(ctx, stream.id());
        return true;
      }
    } else if (inbound.isUnfinished() && ticks > TICKS_OF_MESSAGE && !inbound.isRefused()) {
      refuse(ctx, stream, inbound, incomplete());
      return true;
    }
    return false;
  }

  private UserServiceException incomplete() {
    return UserServiceException.of(
        ErrorReason.MESSAGE_INCOMPLETE,
        "message not finished (expected: all of it within "
            + limits.messageTime().toSeconds()
            + " seconds)");
  }

  /** Returns a copy, since callers end some of the streams. */
  private List<Http2Stream> activeStreams() {
    List<Http2Stream> active = new ArrayList<>(connection.numActiveStreams());
    try {
      connection.forEachActiveStream(active::add);
    } catch (Http2Exception impossible) {
      throw new IllegalStateException("the visitor throws no exception", impossible);
    }
    return active;
  }
}
