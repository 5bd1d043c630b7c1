package com.ecommerce.user.torture;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A raw HTTP/1.1 client (RFC 9112), for requests that no library would send. Reuses its connection
 * as clients do. Not thread-safe.
 */
final class FuzzHttp implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 15_000;
  private static final int MAX_HEAD = 1 << 16;

  private final InetSocketAddress server;
  private Socket socket;
  private InputStream in;

  /**
   * An answer.
   *
   * @param headers by lower-case name; of several lines of one name, the last
   */
  record Answer(int status, Map<String, String> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  FuzzHttp(InetSocketAddress server) {
    this.server = server;
  }

  /**
   * Sends a request and reads the answer.
   *
   * @param isHead whether the answer has no body
   * @throws EOFException when the server closed the connection without an answer
   */
  Answer send(byte[] request, boolean isHead) throws IOException {
    if (socket == null) {
      socket = new Socket();
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.setTcpNoDelay(true);
      socket.connect(server, TIMEOUT_MILLIS);
      in = new BufferedInputStream(socket.getInputStream());
    }
    try {
      socket.getOutputStream().write(request);
    } catch (IOException refusedWhileSending) {
      // The answer may be there already, as for a body that is too large.
      return read(isHead);
    }
    return read(isHead);
  }

  private Answer read(boolean isHead) throws IOException {
    Answer answer;
    do {
      answer = readOne(isHead);
    } while (answer.status() < 200 && answer.status() != 101);
    if (answer.header("connection").equalsIgnoreCase("close")) {
      close();
    }
    return answer;
  }

  private Answer readOne(boolean isHead) throws IOException {
    String statusLine = line();
    int status = Integer.parseInt(statusLine.substring(9, 12));
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    boolean isEmpty = isHead || status < 200 || status == 204 || status == 304;
    return new Answer(status, headers, isEmpty ? "" : body(headers));
  }

  private String body(Map<String, String> headers) throws IOException {
    byte[] body;
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      body = chunks();
    } else if (headers.containsKey("content-length")) {
      int length = Integer.parseInt(headers.get("content-length"));
      body = in.readNBytes(length);
      if (body.length < length) {
        throw new EOFException("half an answer");
      }
    } else {
      body = in.readAllBytes();
      close();
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private byte[] chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    int length;
    do {
      length = Integer.parseInt(line(), 16);
      body.write(in.readNBytes(length));
      line();
    } while (length > 0);
    return body.toByteArray();
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || line.size() > MAX_HEAD) {
        throw new EOFException("no answer");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
