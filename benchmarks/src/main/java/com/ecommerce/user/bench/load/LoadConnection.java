package com.ecommerce.user.bench.load;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * One HTTP/2 connection (RFC 9113) of {@link LoadClient} with a fixed number of calls in flight. It
 * supports only the frames that gRPC servers send, and fails on all others.
 */
final class LoadConnection implements AutoCloseable {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;

  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int PADDED_OR_PRIORITY = 0x28;

  private static final int FRAME_HEADER = 9;
  private static final int MESSAGE_HEADER = 5;

  /** The flow-control window of this side, renewed when half of it is used. */
  private static final int WINDOW = 1 << 30;

  private final SocketChannel channel;
  private final SelectionKey key;
  private final Workload workload;
  private final RequestHeaders requestHeaders;
  private final ResponseHeaders responseHeaders = new ResponseHeaders();
  private final CallSlot[] slots;
  private final ByteBuffer in = ByteBuffer.allocate(1 << 20);
  private final ByteBuffer out;
  private Latencies latencies = new Latencies();
  private int nextStream = 1;
  private int busy;
  private boolean keepsBusy;
  private long received;
  private long sendWindow = 65_535;

  LoadConnection(InetSocketAddress server, Selector selector, Workload workload, int streams)
      throws IOException {
    this.workload = workload;
    this.requestHeaders = new RequestHeaders(server, workload.method());
    this.slots = new CallSlot[streams];
    Arrays.setAll(slots, i -> new CallSlot());
    this.out = ByteBuffer.allocate((1 << 16) + streams * (1 << 12));
    channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    key = channel.register(selector, SelectionKey.OP_READ, this);
    out.put("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    // Disables push and sets the largest window for streams.
    frame(12, SETTINGS, 0, 0).putShort((short) 2).putInt(0).putShort((short) 4).putInt(WINDOW);
    frame(4, WINDOW_UPDATE, 0, 0).putInt(WINDOW - 65_535);
    flush();
  }

  /** Counts calls there from now on. */
  void count(Latencies latencies) {
    this.latencies = latencies;
  }

  /** Starts a call in every slot, and another one whenever a call ends. */
  void keepBusy() throws IOException {
    keepsBusy = true;
    long now = System.nanoTime();
    for (CallSlot slot : slots) {
      start(slot, now);
    }
    flush();
  }

  /**
   * Starts one call.
   *
   * @param due the time from which its latency is measured, in nanoseconds
   */
  void start(long due) throws IOException {
    start(slot(0), due);
    flush();
  }

  /** Starts no further calls, and does not count those that end from now on. */
  void finish() {
    keepsBusy = false;
    latencies = new Latencies();
  }

  boolean isFull() {
    return busy == slots.length;
  }

  boolean isBusy() {
    return busy > 0;
  }

  private void start(CallSlot slot, long now) {
    int which = workload.next();
    byte[] message = workload.request(which);
    byte[] headers = requestHeaders.next();
    byte[] more = workload.headers(which);
    slot.start(nextStream, which, now);
    frame(headers.length + more.length, HEADERS, END_HEADERS, nextStream).put(headers).put(more);
    frame(MESSAGE_HEADER + message.length, DATA, END_STREAM, nextStream)
        .put((byte) 0)
        .putInt(message.length)
        .put(message);
    sendWindow -= MESSAGE_HEADER + message.length;
    if (sendWindow < 0) {
      throw new IllegalStateException("the server's window is too small for the calls in flight");
    }
    nextStream += 2;
    busy++;
  }

  /** Reads the available frames, starts calls in place of those that ended, and writes. */
  void exchange() throws IOException {
    if (key.isWritable()) {
      flush();
    }
    while (true) {
      int count = channel.read(in);
      if (count < 0) {
        throw new IOException("closed by the server");
      }
      if (count == 0) {
        break;
      }
      boolean isFull = !in.hasRemaining();
      in.flip();
      readFrames(System.nanoTime());
      in.compact();
      if (!isFull) {
        break;
      }
    }
    flush();
  }

  private void readFrames(long now) throws IOException {
    while (in.remaining() >= FRAME_HEADER) {
      int start = in.position();
      int length = in.getInt(start) >>> 8;
      if (in.remaining() < FRAME_HEADER + length) {
        return;
      }
      int type = in.get(start + 3);
      int flags = in.get(start + 4);
      int stream = in.getInt(start + 5);
      int end = start + FRAME_HEADER + length;
      in.position(start + FRAME_HEADER);
      read(type, flags, stream, length, now);
      in.position(end);
    }
  }

  private void read(int type, int flags, int stream, int length, long now) throws IOException {
    switch (type) {
      case DATA -> data(slot(stream), flags, length);
      case HEADERS -> headers(slot(stream), flags, length, now);
      case SETTINGS -> {
        if ((flags & ACK) == 0) {
          frame(0, SETTINGS, ACK, 0);
        }
      }
      case PING -> {
        if ((flags & ACK) == 0) {
          frame(8, PING, ACK, 0).putLong(in.getLong());
        }
      }
      case WINDOW_UPDATE -> sendWindow += stream == 0 ? in.getInt() : 0;
      case RST_STREAM -> throw new IOException("stream reset with error " + in.getInt());
      case GOAWAY -> throw new IOException("the server sent GOAWAY");
      default -> throw new IOException("an unexpected frame of type " + type);
    }
  }

  private void data(CallSlot slot, int flags, int length) throws IOException {
    if ((flags & PADDED_OR_PRIORITY) != 0) {
      throw new IOException("padded data");
    }
    slot.append(in, length);
    received += length;
    if (received > WINDOW / 2) {
      frame(4, WINDOW_UPDATE, 0, 0).putInt((int) received);
      received = 0;
    }
  }

  private void headers(CallSlot slot, int flags, int length, long now) throws IOException {
    if ((flags & PADDED_OR_PRIORITY) != 0 || (flags & END_HEADERS) == 0) {
      throw new IOException("headers that are padded or in several frames");
    }
    boolean isEnd = (flags & END_STREAM) != 0;
    responseHeaders.check(in, length, isEnd);
    if (!isEnd) {
      return;
    }
    if (!slot.isAnswered(workload)) {
      throw new IllegalStateException(
          workload.method() + ": a wrong answer to " + hex(workload.request(slot.which())));
    }
    latencies.add(now - slot.startedAt());
    slot.end();
    busy--;
    if (keepsBusy) {
      start(slot, now);
    }
  }

  private static String hex(byte[] message) {
    return HexFormat.of().formatHex(message);
  }

  private CallSlot slot(int stream) {
    for (CallSlot slot : slots) {
      if (slot.stream() == stream) {
        return slot;
      }
    }
    throw new IllegalStateException(
        stream == 0
            ? "too many calls are waiting"
            : "an answer to an unknown call: stream " + stream);
  }

  private ByteBuffer frame(int length, int type, int flags, int stream) {
    return out.putInt(length << 8 | type).put((byte) flags).putInt(stream);
  }

  private void flush() throws IOException {
    out.flip();
    channel.write(out);
    int interest = SelectionKey.OP_READ | (out.hasRemaining() ? SelectionKey.OP_WRITE : 0);
    if (key.interestOps() != interest) {
      key.interestOps(interest);
    }
    out.compact();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /**
   * Reads header blocks. A block that consists only of references to the static and dynamic tables
   * does not change them, so an identical block has the same headers and need not be decoded again.
   * Most calls get such a block.
   */
  private static final class ResponseHeaders {
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private final byte[][] known = new byte[2][];

    void check(ByteBuffer in, int length, boolean isEnd) throws IOException {
      byte[] bytes = known[isEnd ? 1 : 0];
      int start = in.position();
      if (bytes != null
          && Arrays.equals(in.array(), start, start + length, bytes, 0, bytes.length)) {
        return;
      }
      check(decode(in, length), isEnd);
      byte[] block = Arrays.copyOfRange(in.array(), start, start + length);
      if (isOnlyReferences(block)) {
        known[isEnd ? 1 : 0] = block;
      } else {
        Arrays.fill(known, null);
      }
    }

    private Http2Headers decode(ByteBuffer in, int length) throws IOException {
      try {
        return decoder.decodeHeaders(1, Unpooled.wrappedBuffer(in.array(), in.position(), length));
      } catch (Http2Exception malformed) {
        throw new IOException(malformed);
      }
    }

    private static void check(Http2Headers headers, boolean isEnd) {
      boolean isRight =
          isEnd
              ? "0".contentEquals(String.valueOf(headers.get("grpc-status")))
              : "200".contentEquals(String.valueOf(headers.status()));
      if (!isRight) {
        throw new IllegalStateException("a call failed: " + headers);
      }
    }

    /**
     * Returns whether the block consists only of indexed fields of one byte (RFC 7541, section
     * 6.1), whose first bit is set.
     */
    private static boolean isOnlyReferences(byte[] block) {
      for (byte octet : block) {
        if (octet >= 0 || octet == (byte) 0xFF) {
          return false;
        }
      }
      return true;
    }
  }
}
