package com.ecommerce.user.torture;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** An HTTP/1.1 connection without a library (RFC 9112), for requests that no library would send. */
final class RestConnection implements AutoCloseable {
  private static final Pattern STATUS = Pattern.compile("^HTTP/1.1 (\\d+)");
  private static final Pattern REASON = Pattern.compile("\"reason\" ?: ?\"(\\w+)\"");

  private final Socket socket;

  private RestConnection(Socket socket) {
    this.socket = socket;
  }

  static RestConnection open(Target target, Network network, int timeoutSeconds)
      throws IOException {
    var socket = new Socket();
    socket.bind(network.local());
    socket.connect(target.rest(), timeoutSeconds * 1_000);
    socket.setSoTimeout(timeoutSeconds * 1_000);
    return new RestConnection(socket);
  }

  /**
   * Posts JSON.
   *
   * @param sent the number of bytes of the body to send
   */
  void post(String path, byte[] body, int sent) throws IOException {
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, body.length);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(body, 0, sent);
  }

  /** Returns the status and reason of the answer, or how the connection ended without one. */
  String answer() throws IOException {
    try {
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var status = STATUS.matcher(answer);
      var reason = REASON.matcher(answer);
      return status.find()
          ? status.group(1) + (reason.find() ? " " + reason.group(1) : "")
          : "connection closed";
    } catch (SocketTimeoutException none) {
      return "no answer";
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
