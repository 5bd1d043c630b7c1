package com.ecommerce.user.torture;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/2 connection without a library (RFC 9113), for calls that no library would make. Writes
 * on the caller's thread. Another thread reads, answers SETTINGS and pings, and reports the gRPC
 * status of each call with its reason, resets, GOAWAY, and the end of the connection.
 */
public final class RawConnection implements AutoCloseable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int ACK = 1;
  public static final int END_STREAM = 1;
  public static final int END_HEADERS = 4;

  private static final int MAX_FRAME = 16_384;
  private static final int SEND_SECONDS = 10;

  private final Socket socket;
  private final DataOutputStream out;
  private final Listener listener;
  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Object windows = new Object();
  private long window = 65_535;
  private boolean isClosed;

  /** Receives what the server sends, on the reading thread. */
  public interface Listener {
    /** Ignores everything. */
    Listener NONE = (stream, what) -> {};

    /**
     * @param stream the stream; 0 for the whole connection
     * @param what the result, such as {@code INVALID_ARGUMENT MESSAGE_TOO_LARGE} or {@code GOAWAY
     *     11}
     */
    void got(int stream, String what);
  }

  private RawConnection(Socket socket, Listener listener) throws IOException {
    this.socket = socket;
    this.listener = listener;
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
  }

  /** Connects, and sends the preface with large windows for answers. */
  public static RawConnection open(InetSocketAddress server, Listener listener) throws IOException {
    var socket = new Socket();
    socket.connect(server, 5_000);
    socket.setTcpNoDelay(true);
    var connection = new RawConnection(socket, listener);
    connection.out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    connection.frame(SETTINGS, 0, 0, new byte[0]);
    connection.frame(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(1 << 30).array());
    connection.flush();
    var reader = new Thread(connection::read, "raw-http2");
    reader.setDaemon(true);
    reader.start();
    return connection;
  }

  /** Sends the headers of a gRPC call, and further ones: names and values in turn. */
  public void call(int stream, String method, String... more) throws IOException {
    var headers =
        new DefaultHttp2Headers()
            .method("POST")
            .scheme("http")
            .path("/" + method)
            .authority("localhost")
            .set("content-type", "application/grpc")
            .set("te", "trailers");
    for (int i = 0; i < more.length; i += 2) {
      headers.set(more[i], more[i + 1]);
    }
    frame(HEADERS, END_HEADERS, stream, encode(headers));
  }

  private byte[] encode(Http2Headers headers) {
    var block = Unpooled.buffer();
    try {
      encoder.encodeHeaders(1, headers, block);
      return ByteBufUtil.getBytes(block);
    } catch (Http2Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Returns a gRPC message frame: flag, length, bytes. */
  public static byte[] framed(boolean compressed, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) (compressed ? 1 : 0))
        .putInt(message.length)
        .put(message)
        .array();
  }

  /**
   * Sends bytes of a stream in frames, as the connection's window allows. The windows of streams
   * are assumed to be larger.
   *
   * @return false if the connection ended, or its window was not enlarged in time
   */
  public boolean data(int stream, byte[] bytes, boolean endStream)
      throws IOException, InterruptedException {
    int sent = 0;
    do {
      int length = Math.min(MAX_FRAME, bytes.length - sent);
      if (!take(length)) {
        return false;
      }
      byte[] part = new byte[length];
      System.arraycopy(bytes, sent, part, 0, length);
      sent += length;
      frame(DATA, endStream && sent == bytes.length ? END_STREAM : 0, stream, part);
      flush();
    } while (sent < bytes.length);
    return true;
  }

  private boolean take(int length) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SEND_SECONDS);
    synchronized (windows) {
      while (window < length && !isClosed) {
        long millis = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (millis <= 0) {
          return false;
        }
        windows.wait(millis);
      }
      window -= length;
      return !isClosed;
    }
  }

  /** Writes a frame. */
  public synchronized void frame(int type, int flags, int stream, byte[] payload)
      throws IOException {
    out.writeInt(payload.length << 8 | type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
  }

  /** Sends the written frames. */
  public synchronized void flush() throws IOException {
    out.flush();
  }

  private void read() {
    try {
      var in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
      while (true) {
        int head = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        read(head & 0xFF, flags, stream, in.readNBytes(head >>> 8));
      }
    } catch (IOException ended) {
      listener.got(0, "connection closed");
    } finally {
      synchronized (windows) {
        isClosed = true;
        windows.notifyAll();
      }
      closed.countDown();
    }
  }

  private void read(int type, int flags, int stream, byte[] payload) throws IOException {
    switch (type) {
      case HEADERS -> headers(stream, flags, payload);
      case RST_STREAM -> {
        int error = ByteBuffer.wrap(payload).getInt();
        if (error != 0) {
          listener.got(stream, "RST_STREAM " + error);
        }
      }
      case GOAWAY -> listener.got(0, "GOAWAY " + ByteBuffer.wrap(payload).getInt(4));
      case WINDOW_UPDATE -> {
        synchronized (windows) {
          window += stream == 0 ? ByteBuffer.wrap(payload).getInt() : 0;
          windows.notifyAll();
        }
      }
      case SETTINGS, PING -> {
        if ((flags & ACK) == 0) {
          frame(type, ACK, 0, type == PING ? payload : new byte[0]);
          flush();
        } else if (type == PING) {
          listener.got(0, "PING answered");
        }
      }
      default -> {
        // Answers are not looked at.
      }
    }
  }

  private void headers(int stream, int flags, byte[] block) throws IOException {
    try {
      var headers = decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(block));
      var status = headers.get("grpc-status");
      if (status != null) {
        listener.got(stream, Statuses.describe(status, headers.get("grpc-status-details-bin")));
      } else if ((flags & END_STREAM) != 0) {
        listener.got(stream, "HTTP " + headers.status());
      }
    } catch (Http2Exception malformed) {
      throw new IOException(malformed);
    }
  }

  /** Waits until the server has closed the connection. */
  public boolean awaitClosed(long seconds) throws InterruptedException {
    return closed.await(seconds, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
