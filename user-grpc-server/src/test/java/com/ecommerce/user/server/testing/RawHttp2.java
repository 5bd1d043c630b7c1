package com.ecommerce.user.server.testing;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A client of gRPC that writes HTTP/2 frames itself (RFC 9113), and can send what no library would
 * send. Used by one thread.
 */
public final class RawHttp2 implements Closeable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  private static final int CONTINUATION = 9;

  public static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int MAX_FRAME = 16_384;
  private static final int TIMEOUT_MILLIS = 60_000;

  private final Socket socket;
  private final DataOutputStream out;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
  private final Map<Integer, Answer> answers = new HashMap<>();
  private int lastStream = -1;
  private boolean isGone;

  /** The part of an answer that was received on a stream so far. */
  public static final class Answer {
    private final Map<String, String> headers = new HashMap<>();
    private boolean isEnded;
    private boolean isReset;

    public String header(String name) {
      return headers.getOrDefault(name, "");
    }

    /** Returns the status; empty if there is none, such as after a reset. */
    public Optional<Code> code() {
      String status = header("grpc-status");
      return status.isEmpty()
          ? Optional.empty()
          : Optional.of(io.grpc.Status.fromCodeValue(Integer.parseInt(status)).getCode());
    }

    /** Returns the details that every failure has. */
    public Optional<ErrorInfo> info() {
      String details = header("grpc-status-details-bin");
      if (details.isEmpty()) {
        return Optional.empty();
      }
      try {
        var status = Status.parseFrom(Base64.getDecoder().decode(details));
        for (var detail : status.getDetailsList()) {
          if (detail.is(ErrorInfo.class)) {
            return Optional.of(detail.unpack(ErrorInfo.class));
          }
        }
        return Optional.empty();
      } catch (InvalidProtocolBufferException broken) {
        throw new AssertionError("the details cannot be read", broken);
      }
    }

    @Override
    public String toString() {
      return (isReset ? "reset " : "") + headers;
    }
  }

  private RawHttp2(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    in = new DataInputStream(socket.getInputStream());
  }

  public static RawHttp2 connect(int port) throws IOException {
    var client = new RawHttp2(new Socket("127.0.0.1", port));
    client.out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    client.frame(SETTINGS, 0, 0, new byte[0]);
    return client;
  }

  /** Returns the headers of an ordinary call: names and values in turn. */
  public static List<String> call(String path, String... more) {
    List<String> headers =
        new ArrayList<>(
            List.of(
                ":method", "POST",
                ":scheme", "http",
                ":path", path,
                ":authority", "localhost",
                "content-type", "application/grpc",
                "te", "trailers"));
    headers.addAll(Arrays.asList(more));
    return headers;
  }

  /** Returns a gRPC message frame with these bytes and this declared length. */
  public static byte[] message(int flag, int length, byte[] bytes) {
    var framed = Unpooled.buffer().writeByte(flag).writeInt(length).writeBytes(bytes);
    return Arrays.copyOf(framed.array(), framed.writerIndex());
  }

  public static byte[] message(byte... bytes) {
    return message(0, bytes.length, bytes);
  }

  /** Begins a stream. */
  public int open(List<String> headers, boolean isLast) throws IOException {
    lastStream += 2;
    headers(lastStream, headers, isLast);
    return lastStream;
  }

  /** Sends headers as literal, never indexed fields (RFC 7541, section 6.2.3), with any content. */
  public void headers(int stream, List<String> headers, boolean isLast) throws IOException {
    var block = new ByteArrayOutputStream();
    for (int i = 0; i < headers.size(); i += 2) {
      block.write(0x10);
      string(block, headers.get(i));
      string(block, headers.get(i + 1));
    }
    byte[] bytes = block.toByteArray();
    int type = HEADERS;
    for (int from = 0; from < bytes.length; from += MAX_FRAME) {
      int to = Math.min(bytes.length, from + MAX_FRAME);
      int flags = to == bytes.length ? END_HEADERS : 0;
      int end = type == HEADERS && isLast ? END_STREAM : 0;
      frame(type, flags | end, stream, Arrays.copyOfRange(bytes, from, to));
      type = CONTINUATION;
    }
  }

  /** Writes a string literal without Huffman coding (RFC 7541, section 5.2). */
  private static void string(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int length = bytes.length;
    if (length < 127) {
      block.write(length);
    } else {
      block.write(127);
      length -= 127;
      for (; length >= 128; length >>>= 7) {
        block.write(length & 127 | 128);
      }
      block.write(length);
    }
    block.writeBytes(bytes);
  }

  public void data(int stream, byte[] bytes, boolean isLast) throws IOException {
    int from = 0;
    do {
      int to = Math.min(bytes.length, from + MAX_FRAME);
      int flags = isLast && to == bytes.length ? END_STREAM : 0;
      frame(DATA, flags, stream, Arrays.copyOfRange(bytes, from, to));
      from = to;
    } while (from < bytes.length);
  }

  public void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    try {
      out.writeByte(payload.length >>> 16);
      out.writeShort(payload.length);
      out.writeByte(type);
      out.writeByte(flags);
      out.writeInt(stream);
      out.write(payload);
      out.flush();
    } catch (SocketException closed) {
      isGone = true;
    }
  }

  /** Waits until the stream or the connection has ended. */
  public Answer await(int stream) throws IOException {
    var answer = answer(stream);
    while (!answer.isEnded && !answer.isReset && !isGone) {
      read();
    }
    return answer;
  }

  /** Returns whether the server has sent GOAWAY on the connection, or closed it. */
  public boolean isGone() {
    return isGone;
  }

  private Answer answer(int stream) {
    return answers.computeIfAbsent(stream, first -> new Answer());
  }

  private void read() throws IOException {
    try {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = new byte[length];
      in.readFully(payload);
      switch (type) {
        case HEADERS -> {
          decode(answer(stream), payload);
          answer(stream).isEnded |= (flags & END_STREAM) != 0;
        }
        case DATA -> answer(stream).isEnded |= (flags & END_STREAM) != 0;
        case RST_STREAM -> answer(stream).isReset |= !answer(stream).isEnded;
        case SETTINGS, PING -> {
          if ((flags & ACK) == 0) {
            frame(type, ACK, 0, type == PING ? payload : new byte[0]);
          }
        }
        case GOAWAY -> isGone = true;
        default -> {}
      }
    } catch (SocketTimeoutException silence) {
      throw new AssertionError("no answer in " + TIMEOUT_MILLIS + " ms", silence);
    } catch (EOFException | SocketException closed) {
      isGone = true;
    }
  }

  private void decode(Answer answer, byte[] block) throws IOException {
    ByteBuf buffer = Unpooled.wrappedBuffer(block);
    try {
      for (var header : decoder.decodeHeaders(1, buffer)) {
        answer.headers.put(header.getKey().toString(), header.getValue().toString());
      }
    } catch (Http2Exception broken) {
      throw new IOException(broken);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
