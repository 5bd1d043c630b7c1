package com.ecommerce.user.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.ssl.SslHandler;
import java.util.function.LongSupplier;

/**
 * Counts the HTTP/2 frames of a client (RFC 9113, section 4.1) and ends its connection with
 * ENHANCE_YOUR_CALM if there are too many control frames or resets. Reads only the headers of
 * frames, including those that the codec ignores. Confined to the connection's event loop.
 *
 * <p>In 10 seconds, a client may send 2,000 control frames and 1,000 resets. Each call allows 32
 * more control frames, since clients measure the connection and open flow-control windows while
 * answers arrive. Every two calls allow one more reset, since clients cancel hedged calls.
 */
final class FrameCounter extends ChannelInboundHandlerAdapter {
  /** The length of the client's connection preface, before its first frame. */
  private static final int PREFACE_BYTES = 24;

  private static final int HEAD_BYTES = 9;
  private static final int LENGTH_BYTES = 3;
  private static final int TYPE_INDEX = 3;
  private static final int FLAGS_INDEX = 4;
  private static final int END_STREAM = 0x1;
  private static final int END_HEADERS = 0x4;
  private static final int PADDED = 0x8;

  private static final long WINDOW_NANOS = 10_000_000_000L;
  private static final int MAX_CONTROL_FRAMES = 2_000;
  private static final int CONTROL_FRAMES_PER_CALL = 32;
  private static final int MAX_RESETS = 1_000;
  private static final int CALLS_PER_RESET = 2;

  private final FloodListener listener;
  private final LongSupplier nanoTime;

  /** The number of bytes to skip before the next frame header. */
  private long skip = PREFACE_BYTES;

  private int headRead;
  private int length;
  private int type;
  private int flags;
  private int headerBytes;

  private long windowBegin;
  private int calls;
  private int controlFrames;
  private int resets;
  private boolean isOver;

  /** Called on the event loop about the frames of a connection. */
  interface FloodListener {
    /** Called for a frame of the client that does not answer a frame of the server. */
    void active();

    /**
     * Called while the headers of a call arrive in several frames.
     *
     * @param length their bytes so far; 0 when they are complete
     */
    void unfinishedHeaders(int length);

    /**
     * Called when the client sends too many frames. Ends the connection.
     *
     * @param what the error to send to the client
     */
    void flooded(Http2Exception what);
  }

  FrameCounter(FloodListener listener, LongSupplier nanoTime) {
    this.listener = listener;
    this.nanoTime = nanoTime;
    this.windowBegin = nanoTime.getAsLong();
  }

  /**
   * Removes itself if gRPC has added TLS before the channel is active; another counter then follows
   * behind TLS.
   */
  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    ctx.fireChannelActive();
    var tls = ctx.pipeline().context(SslHandler.class);
    if (tls != null) {
      ctx.pipeline().remove(this);
      ctx.pipeline().addAfter(tls.name(), null, new FrameCounter(listener, nanoTime));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf data && !isOver) {
      count(data);
    }
    ctx.fireChannelRead(message);
  }

  private void count(ByteBuf data) {
    int index = data.readerIndex();
    int end = data.writerIndex();
    while (index < end) {
      if (skip > 0) {
        int part = (int) Math.min(skip, end - index);
        skip -= part;
        index += part;
      } else if (headRead == 0 && end - index >= HEAD_BYTES) {
        length = data.getUnsignedMedium(index);
        type = data.getByte(index + TYPE_INDEX);
        flags = data.getByte(index + FLAGS_INDEX);
        index += HEAD_BYTES;
        endHead();
      } else {
        readHeadByte(data.getUnsignedByte(index));
        index++;
      }
    }
    if (isTooMuch()) {
      check();
    }
  }

  /** Reads a byte of a frame header that arrives in pieces. */
  private void readHeadByte(short octet) {
    if (headRead < LENGTH_BYTES) {
      length = headRead == 0 ? octet : length << Byte.SIZE | octet;
    } else if (headRead == TYPE_INDEX) {
      type = octet;
    } else if (headRead == FLAGS_INDEX) {
      flags = octet;
    }
    headRead++;
    if (headRead == HEAD_BYTES) {
      endHead();
    }
  }

  private void endHead() {
    headRead = 0;
    skip = length;
    switch (type) {
      case Http2FrameTypes.HEADERS -> {
        calls++;
        listener.active();
        readHeaders();
      }
      case Http2FrameTypes.DATA -> {
        if (isEmpty()) {
          controlFrames++;
        }
      }
      case Http2FrameTypes.RST_STREAM -> resets++;
      default -> {
        controlFrames++;
        if (type == Http2FrameTypes.CONTINUATION) {
          readHeaders();
        }
        if (type == Http2FrameTypes.PING && (flags & END_STREAM) == 0) {
          listener.active();
        }
      }
    }
  }

  private void readHeaders() {
    boolean isWhole = (flags & END_HEADERS) != 0;
    if (isWhole && headerBytes == 0) {
      return;
    }
    headerBytes = isWhole ? 0 : headerBytes + length;
    listener.unfinishedHeaders(headerBytes);
  }

  /**
   * Returns whether a DATA frame counts as a control frame. gRPC clients do not pad frames, and
   * send empty ones only to end a stream.
   */
  private boolean isEmpty() {
    return (length == 0 && (flags & END_STREAM) == 0) || (flags & PADDED) != 0;
  }

  private boolean isTooMuch() {
    return tooManyControlFrames()
        || tooManyResets()
        || controlFrames + resets + calls > MAX_RESETS * CONTROL_FRAMES_PER_CALL;
  }

  private boolean tooManyControlFrames() {
    return controlFrames > MAX_CONTROL_FRAMES + (long) CONTROL_FRAMES_PER_CALL * calls;
  }

  private boolean tooManyResets() {
    return resets > MAX_RESETS + calls / CALLS_PER_RESET;
  }

  private void check() {
    long now = nanoTime.getAsLong();
    if (now - windowBegin > WINDOW_NANOS) {
      windowBegin = now;
      calls = 0;
      controlFrames = 0;
      resets = 0;
      return;
    }
    if (tooManyResets() || tooManyControlFrames()) {
      isOver = true;
      listener.flooded(new Flood(tooManyResets() ? "too_many_resets" : "too_many_control_frames"));
    }
  }

  /** Has no stack trace, since attackers can cause it at will. */
  static final class Flood extends Http2Exception {
    private static final long serialVersionUID = 1L;

    Flood(String what) {
      super(Http2Error.ENHANCE_YOUR_CALM, what);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
