package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import com.ecommerce.common.v1.HealthStatus;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.cli.CommandRun;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.protobuf.Empty;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class TlsTest {
  private static final int TLS_1_1 = 0x0302;
  private static final int TLS_1_2 = 0x0303;
  private static final int ALERT = 21;
  private static final int HANDSHAKE = 22;
  private static final int HANDSHAKE_FAILURE = 40;
  private static final int PROTOCOL_VERSION = 70;
  private static final String ECDHE_ECDSA_AES_128_GCM_SHA256 = "c02b";
  private static final String ECDHE_ECDSA_AES_128_CBC_SHA = "c009";
  private static final String ECDHE_ECDSA_AES_128_CBC_SHA256 = "c023";

  private TlsTestServer server;

  @BeforeAll
  void start(TestDatabase database, @TempDir Path directory) {
    server = new TlsTestServer(database, directory, Map.of());
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void grpc_answersOverTls() {
    var users = UserServiceGrpc.newBlockingStub(server.channel());
    assertEquals(
        HealthStatus.HEALTH_STATUS_HEALTHY,
        users.healthCheck(Empty.getDefaultInstance()).getStatus());
  }

  @Test
  void rest_answersOverTls() throws Exception {
    var http = TlsTestServer.http(server.authority().trusting());
    var answer = http.send(server.get("/api/health").build(), BodyHandlers.ofString());

    assertEquals(200, answer.statusCode());
    assertEquals("TLSv1.3", answer.sslSession().orElseThrow().getProtocol());
  }

  /**
   * Tests a call as behind a balancer that knows the server by an address: the client checks which
   * name is right.
   */
  @Test
  void rest_answersUnderAnyName() throws Exception {
    try (var socket =
        server
            .authority()
            .trusting()
            .getSocketFactory()
            .createSocket("localhost", server.restPort())) {
      var request = "GET /api/health HTTP/1.1\r\nHost: 192.0.2.1\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
    }
  }

  @Test
  void grpc_agreesOnHttp2() throws Exception {
    try (var socket = connect(server.grpcPort(), "TLSv1.3")) {
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"http/1.1", "h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      assertEquals("h2", socket.getApplicationProtocol());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyPort_speaksTls12And13WithModernCiphers(boolean grpc) throws Exception {
    int port = grpc ? server.grpcPort() : server.restPort();
    for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
      try (var socket = connect(port, protocol)) {
        socket.startHandshake();
        assertEquals(protocol, socket.getSession().getProtocol());
        assertTrue(
            socket.getSession().getCipherSuite().matches(".*(_GCM_|CHACHA20).*"),
            socket.getSession().getCipherSuite());
      }
    }
  }

  private SSLSocket connect(int port, String protocol) throws Exception {
    var socket =
        (SSLSocket)
            server.authority().trusting().getSocketFactory().createSocket("localhost", port);
    socket.setEnabledProtocols(new String[] {protocol});
    return socket;
  }

  /** The JDK's own client would not even ask. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyPort_refusesOldProtocolsAndCiphers(boolean grpc) throws Exception {
    int port = grpc ? server.grpcPort() : server.restPort();

    assertEquals(List.of(HANDSHAKE), greet(port, TLS_1_2, ECDHE_ECDSA_AES_128_GCM_SHA256));
    assertEquals(
        List.of(ALERT, HANDSHAKE_FAILURE),
        greet(port, TLS_1_2, ECDHE_ECDSA_AES_128_CBC_SHA256 + ECDHE_ECDSA_AES_128_CBC_SHA));
    assertEquals(
        List.of(ALERT, PROTOCOL_VERSION), greet(port, TLS_1_1, ECDHE_ECDSA_AES_128_CBC_SHA));
  }

  /**
   * Sends a ClientHello (RFC 5246, section 7.4.1.2).
   *
   * @return the type of the answer, and of an alert also which it is
   */
  private static List<Integer> greet(int port, int version, String ciphers) throws IOException {
    byte[] suites = HexFormat.of().parseHex(ciphers);
    // Curves: secp256r1; points: uncompressed; signatures: ECDSA with SHA-256.
    byte[] extensions =
        HexFormat.of().parseHex("000a000400020017" + "000b00020100" + "000d000400020403");
    var hello = new ByteArrayOutputStream();
    var body = new DataOutputStream(hello);
    body.writeShort(version);
    body.write(new byte[32]);
    body.writeByte(0);
    body.writeShort(suites.length);
    body.write(suites);
    body.writeShort(0x0100);
    body.writeShort(extensions.length);
    body.write(extensions);
    try (var socket = new Socket("localhost", port)) {
      var out = new DataOutputStream(socket.getOutputStream());
      out.writeByte(HANDSHAKE);
      out.writeShort(0x0301);
      out.writeShort(hello.size() + 4);
      out.writeInt(0x0100_0000 | hello.size());
      hello.writeTo(out);
      out.flush();
      var in = new DataInputStream(socket.getInputStream());
      int type = in.readUnsignedByte();
      in.skipNBytes(5);
      return type == ALERT ? List.of(type, in.readUnsignedByte()) : List.of(type);
    }
  }

  @Test
  void plaintext_isRefusedAndDisturbsNobody() throws Exception {
    try (var log = new CapturedLog()) {
      var channel =
          NettyChannelBuilder.forAddress("localhost", server.grpcPort()).usePlaintext().build();
      var users = UserServiceGrpc.newBlockingStub(channel);
      var refused =
          assertThrows(
              StatusRuntimeException.class, () -> users.healthCheck(Empty.getDefaultInstance()));
      channel.shutdownNow();
      assertEquals(Status.Code.UNAVAILABLE, refused.getStatus().getCode());
      try (var socket = new Socket("localhost", server.restPort())) {
        socket
            .getOutputStream()
            .write("GET /api/health HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] answer = socket.getInputStream().readAllBytes();
        assertFalse(new String(answer, StandardCharsets.US_ASCII).contains("health"));
      }
      grpc_answersOverTls();
      rest_answersOverTls();
      assertEquals(
          List.of(),
          log.events().stream()
              .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
              .toList());
    }
  }

  @Test
  void healthcheck_asksOverTls() {
    var command = new CommandRun(server.environment());
    int status = command.run("", "healthcheck", "--port", Integer.toString(server.grpcPort()));
    assertEquals(List.of("SERVING"), command.output());
    assertEquals(0, status);
  }
}
