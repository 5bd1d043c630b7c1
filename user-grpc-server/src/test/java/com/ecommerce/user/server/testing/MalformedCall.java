package com.ecommerce.user.server.testing;

import static com.ecommerce.user.server.testing.RawHttp2.call;
import static com.ecommerce.user.server.testing.RawHttp2.message;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.grpc.Status.Code;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * A call that violates gRPC or HTTP/2 but leaves the connection intact.
 *
 * @param code the code with which it must end
 * @param made sends it
 */
public record MalformedCall(String name, Code code, Sender made) {
  private static final String GET_USER = "/user.v1.UserService/GetUser";
  private static final String HEALTH_CHECK = "/user.v1.UserService/HealthCheck";

  /** Sends a call and returns its stream. */
  @FunctionalInterface
  public interface Sender {
    int send(RawHttp2 client) throws IOException;
  }

  @Override
  public String toString() {
    return name;
  }

  /** Makes the call and waits for its end. */
  public RawHttp2.Answer make(RawHttp2 client) throws IOException {
    return client.await(made.send(client));
  }

  /** Makes an ordinary call on the same connection. */
  public static RawHttp2.Answer wellFormed(RawHttp2 client) throws IOException {
    return send(call(HEALTH_CHECK), message()).make(client);
  }

  private static MalformedCall send(List<String> headers, byte[] body) {
    return withHeaders("", Code.OK, headers, body);
  }

  private static MalformedCall withHeaders(
      String name, Code code, List<String> headers, byte[] body) {
    return new MalformedCall(
        name,
        code,
        client -> {
          int stream = client.open(headers, false);
          client.data(stream, body, true);
          return stream;
        });
  }

  private static MalformedCall header(Code code, String name, String value) {
    String label = name + " " + value.substring(0, Math.min(12, value.length()));
    return withHeaders(label, code, call(HEALTH_CHECK, name, value), message());
  }

  private static MalformedCall pseudo(Code code, String name, String value) {
    List<String> headers = call(HEALTH_CHECK);
    headers.set(headers.indexOf(name) + 1, value);
    return withHeaders(name + " " + value, code, headers, message());
  }

  private static MalformedCall without(Code code, String name) {
    List<String> headers = call(HEALTH_CHECK);
    int index = headers.indexOf(name);
    headers.subList(index, index + 2).clear();
    return withHeaders("no " + name, code, headers, message());
  }

  private static MalformedCall body(String name, byte[] body) {
    return withHeaders(name, Code.INVALID_ARGUMENT, call(GET_USER), body);
  }

  private static MalformedCall tooLarge(String name, byte[] body) {
    return withHeaders(name, Code.RESOURCE_EXHAUSTED, call(GET_USER), body);
  }

  private static MalformedCall gzip(String name, byte[] content) {
    return withHeaders(
        name,
        Code.INVALID_ARGUMENT,
        call(GET_USER, "grpc-encoding", "gzip"),
        message(1, content.length, content));
  }

  private static MalformedCall metadata(int bytes) {
    List<String> headers = call(HEALTH_CHECK);
    for (int left = bytes; left > 0; left -= 4_000) {
      headers.addAll(List.of("x-" + left, "v".repeat(Math.min(left, 4_000))));
    }
    return withHeaders(bytes + " bytes of metadata", Code.INVALID_ARGUMENT, headers, message());
  }

  /** Returns the calls that nginx passes on. */
  public static List<MalformedCall> throughAProxy() {
    byte[] zipped = zipped(new byte[100]);
    byte[] longService = new byte[10_003];
    Arrays.fill(longService, (byte) 's');
    // This is the beginning of field 1 with 10,000 bytes.
    System.arraycopy(new byte[] {0x0A, (byte) 0x90, 0x4E}, 0, longService, 0, 3);
    return List.of(
        header(Code.INVALID_ARGUMENT, "grpc-timeout", "abc"),
        header(Code.INVALID_ARGUMENT, "grpc-timeout", "-1S"),
        header(Code.INVALID_ARGUMENT, "grpc-timeout", "123456789S"),
        header(Code.DEADLINE_EXCEEDED, "grpc-timeout", "1n"),
        header(Code.INVALID_ARGUMENT, "trace-bin", "!!!"),
        header(Code.INVALID_ARGUMENT, "trace-bin", "AAAA,?"),
        header(Code.UNIMPLEMENTED, "grpc-encoding", "br"),
        header(Code.UNIMPLEMENTED, "grpc-encoding", "x".repeat(3_000)),
        metadata(12_000),
        pseudo(Code.UNIMPLEMENTED, ":path", "/user.v1.UserService/" + "x".repeat(5_000)),
        pseudo(Code.UNIMPLEMENTED, ":path", "/" + "x".repeat(5_000) + "/y"),
        pseudo(Code.UNIMPLEMENTED, ":path", "/"),
        pseudo(Code.INVALID_ARGUMENT, "content-type", "application/json"),
        withHeaders(
            "service above the limit",
            Code.INVALID_ARGUMENT,
            call("/grpc.health.v1.Health/Check"),
            message(new byte[20_004])),
        withHeaders(
            "long service",
            Code.NOT_FOUND,
            call("/grpc.health.v1.Health/Check"),
            message(longService)),
        body("cut off in the prefix", new byte[2]),
        body("cut off in the message", message(0, 10, new byte[3])),
        body("cut off in the second message", concat(message(), message(0, 10, new byte[3]))),
        body("flag 2", message(2, 0, new byte[0])),
        body("compressed without an encoding", message(1, zipped.length, zipped)),
        tooLarge("60 MiB announced", message(0, 60 << 20, new byte[0])),
        tooLarge("4 GiB announced", message(0, -1, new byte[0])),
        body("two messages", concat(message(), message())),
        body("no message", new byte[0]),
        body("no protobuf", message((byte) 7, (byte) 7)),
        body("no UTF-8", message((byte) 0x0A, (byte) 2, (byte) 0xC3, (byte) 0x28)),
        gzip("no gzip", "no gzip at all".getBytes(ISO_8859_1)),
        gzip("empty gzip", new byte[0]),
        gzip("gzip cut off", Arrays.copyOf(zipped, zipped.length - 9)),
        gzip("gzip with a wrong sum", damaged(zipped, zipped.length - 6)),
        gzip("gzip with a damaged body", damaged(zipped, 11)));
  }

  /** Returns all calls, including those that a proxy would refuse or correct. */
  public static List<MalformedCall> all() {
    List<MalformedCall> all = new ArrayList<>(throughAProxy());
    all.addAll(
        List.of(
            metadata(17_000),
            metadata(200_000),
            header(Code.INVALID_ARGUMENT, "connection", "keep-alive"),
            header(Code.INVALID_ARGUMENT, "X-Upper-Case", "x"),
            header(Code.INVALID_ARGUMENT, ":path", "/again"),
            header(Code.INVALID_ARGUMENT, ":unknown", "x"),
            header(Code.INVALID_ARGUMENT, "content-length", "3"),
            header(Code.INVALID_ARGUMENT, "content-length", "abc"),
            pseudo(Code.INVALID_ARGUMENT, "te", "gzip"),
            pseudo(Code.INVALID_ARGUMENT, ":method", "GET"),
            pseudo(Code.UNIMPLEMENTED, ":path", "x/y"),
            pseudo(Code.UNIMPLEMENTED, ":path", ""),
            without(Code.UNIMPLEMENTED, ":path"),
            without(Code.INVALID_ARGUMENT, ":method"),
            without(Code.INVALID_ARGUMENT, "content-type"),
            withHeaders(
                "two timeouts",
                Code.INVALID_ARGUMENT,
                call(HEALTH_CHECK, "grpc-timeout", "1S", "grpc-timeout", "abc"),
                message()),
            withHeaders(
                "two encodings",
                Code.UNIMPLEMENTED,
                call(HEALTH_CHECK, "grpc-encoding", "gzip", "grpc-encoding", "br"),
                message()),
            frames("window update of nothing", RawHttp2.WINDOW_UPDATE, new byte[4]),
            frames("window above 2^31", RawHttp2.WINDOW_UPDATE, new byte[] {127, -1, -1, -1}),
            frames("priority above itself", RawHttp2.PRIORITY, new byte[] {0, 0, 0, 1, 1}),
            new MalformedCall(
                "trailers",
                Code.INVALID_ARGUMENT,
                client -> {
                  int stream = client.open(call(GET_USER), false);
                  client.headers(stream, List.of("x", "y"), true);
                  return stream;
                }),
            new MalformedCall(
                "deadline in the middle of a message",
                Code.DEADLINE_EXCEEDED,
                client -> {
                  int stream = client.open(call(GET_USER, "grpc-timeout", "200m"), false);
                  client.data(stream, message(0, 10, new byte[3]), false);
                  return stream;
                }),
            new MalformedCall(
                "deadline of a stream",
                Code.DEADLINE_EXCEEDED,
                client -> {
                  int stream =
                      client.open(
                          call("/grpc.health.v1.Health/Watch", "grpc-timeout", "200m"), false);
                  client.data(stream, message(), true);
                  return stream;
                })));
    return List.copyOf(all);
  }

  /** Returns a call that sends a frame on its stream while the server waits for its message. */
  private static MalformedCall frames(String name, int type, byte[] payload) {
    return new MalformedCall(
        name,
        Code.INVALID_ARGUMENT,
        client -> {
          int stream = client.open(call(GET_USER), false);
          if (type == RawHttp2.PRIORITY) {
            payload[3] = (byte) stream;
          }
          client.frame(type, 0, stream, payload);
          if (payload[0] == 127) {
            client.frame(type, 0, stream, payload);
          }
          return stream;
        });
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] damaged(byte[] bytes, int index) {
    byte[] damaged = bytes.clone();
    damaged[index] ^= 0x55;
    return damaged;
  }

  private static byte[] zipped(byte[] content) {
    var zipped = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(zipped)) {
      out.write(content);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
    return zipped.toByteArray();
  }
}
