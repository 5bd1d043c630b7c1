package com.ecommerce.user.server.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.ReferenceCountUtil;

/**
 * Inspects the RST_STREAM frames that a server's HTTP/2 codec writes, and lets the guard replace
 * those that would end a call without a status. All other frames pass.
 */
final class ResetFilter extends ChannelOutboundHandlerAdapter {
  /**
   * The length of the frame: nine bytes of frame header and four of error code (RFC 9113, sections
   * 4.1 and 6.4).
   */
  private static final int FRAME_LENGTH = 13;

  private static final int TYPE_INDEX = 3;
  private static final int STREAM_INDEX = 5;
  private static final int CODE_INDEX = 9;

  private final ConnectionGuard guard;

  ResetFilter(ConnectionGuard guard) {
    this.guard = guard;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf frame
        && frame.readableBytes() == FRAME_LENGTH
        && frame.getByte(frame.readerIndex() + TYPE_INDEX) == Http2FrameTypes.RST_STREAM
        && isReplaced(frame)) {
      ReferenceCountUtil.release(message);
      promise.trySuccess();
      return;
    }
    context.write(message, promise);
  }

  private boolean isReplaced(ByteBuf frame) {
    int stream = frame.getInt(frame.readerIndex() + STREAM_INDEX);
    var error = Http2Error.valueOf(frame.getUnsignedInt(frame.readerIndex() + CODE_INDEX));
    return error != Http2Error.NO_ERROR
        // Clients retry such a call by themselves (RFC 9113, section 8.7).
        && error != Http2Error.REFUSED_STREAM
        && guard.replaceReset(stream, error);
  }
}
