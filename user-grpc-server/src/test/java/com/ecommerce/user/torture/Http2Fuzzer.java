package com.ecommerce.user.torture;

import com.ecommerce.user.server.testing.MalformedCall;
import com.ecommerce.user.server.testing.RawHttp2;
import com.ecommerce.user.v1.GetUserRequest;
import io.grpc.Status.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes gRPC calls with unusual or invalid HTTP/2 headers and frames, and an ordinary one after
 * each on the same connection. Not thread-safe.
 */
final class Http2Fuzzer implements AutoCloseable {
  private static final int CALLS_OF_CONNECTION = 50;

  private static final Map<String, List<String>> HEADERS = headers();

  private static final List<String> PATHS =
      List.of(
          "/user.v1.UserService/GetUser",
          "/user.v1.UserService/HealthCheck",
          "/grpc.health.v1.Health/Check",
          "/user.v1.AuthService/Login",
          "/user.v1.UserService/getuser",
          "/user.v1.UserService/",
          "/user.v1.UserService",
          "//GetUser",
          "/%75ser.v1.UserService/GetUser",
          "/user.v1.UserService/GetUser?x=1",
          "/user.v1.UserService/GetUser/",
          "/a/b/c",
          "*",
          "/\u00e9/x",
          "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");

  private final int port;
  private final FuzzValues values;
  private final FuzzRecord record;
  private final List<MalformedCall> known = MalformedCall.all();
  private RawHttp2 connection;
  private int callsOfConnection;

  Http2Fuzzer(int port, FuzzValues values, FuzzRecord record) {
    this.port = port;
    this.values = values;
    this.record = record;
  }

  private static Map<String, List<String>> headers() {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    headers.put(
        "content-type",
        List.of(
            "application/grpc",
            "application/grpc+proto",
            "application/grpc+json",
            "application/grpc;x",
            "APPLICATION/GRPC",
            "application/grpc-web",
            "application/grpcx",
            "text/html",
            ""));
    headers.put(
        "grpc-timeout",
        List.of(
            "1S",
            "5000m",
            "0S",
            "1n",
            "99999999H",
            "100000000H",
            "-1S",
            "1s",
            "",
            "S",
            "1 S",
            "0x1S",
            "1S,2S",
            "000001S"));
    headers.put(
        "grpc-encoding",
        List.of(
            "identity",
            "gzip",
            "GZIP",
            "br",
            "deflate",
            "snappy",
            "gzip,identity",
            "",
            "identity;q=1"));
    headers.put(
        "grpc-accept-encoding",
        List.of("gzip", "identity,gzip", "br", "", ",,,", "gzip ".repeat(100)));
    headers.put("te", List.of("trailers", "gzip", "", "trailers, deflate"));
    headers.put("x-fuzz-bin", List.of("AAAA", "AA==", "A", "!!!", "", ",", "AAAA,BBBB", "-_-_"));
    headers.put("grpc-trace-bin", List.of("AAAA", "%", "A".repeat(3_000)));
    headers.put(
        "authorization",
        List.of(
            "",
            "Bearer",
            "Bearer ",
            "Basic YTpi",
            "Bearer a.b.c",
            "bearer x",
            "Bearer " + "a".repeat(7_000)));
    headers.put("grpc-status", List.of("0", "99"));
    headers.put("grpc-message", List.of("%zz"));
    headers.put("content-length", List.of("0", "1", "9999999"));
    headers.put("host", List.of("evil.example", ""));
    headers.put(
        "traceparent",
        List.of(
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00",
            "ff-" + "0".repeat(60)));
    headers.put("x-forwarded-for", List.of("1.2.3.4", "::1, %", ",".repeat(500)));
    headers.put("user-agent", List.of("", "grpc-x/1 ".repeat(300)));
    return headers;
  }

  /** Makes one call. */
  void call() {
    boolean isKnown = values.chance(0.2);
    var chosen = isKnown ? values.oneOf(known) : null;
    List<String> sent = isKnown ? List.of(chosen.name()) : callHeaders();
    long begin = System.nanoTime();
    try {
      connect();
      var answer = isKnown ? chosen.make(connection) : connection.await(send(sent));
      record.add("HTTP/2", status(answer), System.nanoTime() - begin);
      check(sent, answer);
      if (connection.isGone()) {
        record.breakPromise("one call ended the connection of others", sent.toString());
      } else if (MalformedCall.wellFormed(connection).code().filter(Code.OK::equals).isEmpty()) {
        record.breakPromise("a call after a malformed one failed", sent.toString());
      }
    } catch (IOException | UncheckedIOException | AssertionError lost) {
      record.add("HTTP/2", "connection lost", System.nanoTime() - begin);
      record.breakPromise("one call ended the connection", lost + " " + sent);
      connection = null;
    }
  }

  /** Opens a new connection now and then, since the raw client never enlarges its window. */
  private void connect() throws IOException {
    if (connection != null && !connection.isGone() && callsOfConnection < CALLS_OF_CONNECTION) {
      callsOfConnection++;
      return;
    }
    close();
    connection = RawHttp2.connect(port);
    callsOfConnection = 0;
  }

  private static String status(RawHttp2.Answer answer) {
    return answer.code().map(Code::name).orElse("no status")
        + answer.info().map(info -> " " + info.getReason()).orElse("");
  }

  private void check(List<String> sent, RawHttp2.Answer answer) {
    var code = answer.code();
    if (code.isEmpty()) {
      record.breakPromise("a call without a gRPC status", answer + " " + sent);
      return;
    }
    if (code.get() == Code.INTERNAL || code.get() == Code.UNKNOWN) {
      record.breakPromise("HTTP/2 " + code.get(), answer + " " + sent);
    }
    if (code.get() != Code.OK && answer.info().isEmpty()) {
      record.breakPromise("HTTP/2 " + code.get() + " without details", answer + " " + sent);
    }
    record.checkSecrets("HTTP/2", answer.toString());
  }

  private List<String> callHeaders() {
    List<String> headers = RawHttp2.call(values.oneOf(PATHS));
    for (int i = values.random().nextInt(4); i >= 0; i--) {
      String name = values.oneOf(List.copyOf(HEADERS.keySet()));
      String value = values.oneOf(HEADERS.get(name));
      int index = headers.indexOf(name);
      if (index >= 0 && values.chance(0.8)) {
        headers.set(index + 1, value);
      } else {
        headers.addAll(List.of(name, value));
      }
    }
    return new ArrayList<>(headers);
  }

  private int send(List<String> headers) throws IOException {
    int stream = connection.open(headers, false);
    byte[] message =
        values.chance(0.7)
            ? GetUserRequest.newBuilder().setUserId(values.userId()).build().toByteArray()
            : values.bytes(50);
    byte[] body =
        RawHttp2.message(
            values.chance(0.8) ? 0 : values.random().nextInt(256), message.length, message);
    if (values.chance(0.2)) {
      body = Arrays.copyOf(body, values.random().nextInt(body.length + 1));
    }
    connection.data(stream, body, true);
    return stream;
  }

  @Override
  public void close() throws IOException {
    if (connection != null) {
      connection.close();
    }
  }
}
