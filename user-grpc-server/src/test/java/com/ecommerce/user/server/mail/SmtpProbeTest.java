package com.ecommerce.user.server.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.FreePorts;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.server.config.SmtpUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpProbeTest {
  private final MutableClock clock = MutableClock.atNoon();

  private SmtpProbe probe(int port) {
    return new SmtpProbe(SmtpUrl.parse("smtp://ada:hunter2@127.0.0.1:" + port), clock);
  }

  @Test
  void serverThatGreets_isWellAndNotLoggedInTo() throws Exception {
    try (var server = new Greeter("220 mail.example.com ready\r\n")) {
      assertTrue(probe(server.port()).isWell());

      assertEquals("QUIT\r\n", server.nextConversation());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"554 no service here\r\n", "421 too busy\r\n", "HTTP/1.1 400 Bad\r\n"})
  void serverThatRefuses_isNot(String greeting) throws Exception {
    try (var server = new Greeter(greeting)) {
      assertFalse(probe(server.port()).isWell());
    }
  }

  @Test
  void serverThatIsSilentOrHangsUp_isNot() throws Exception {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var hangsUp = new Greeter("")) {
      assertFalse(probe(silent.getLocalPort()).isWell());
      assertFalse(probe(hangsUp.port()).isWell());
    }
  }

  @Test
  void noServer_isNot() throws Exception {
    assertFalse(probe(FreePorts.next()).isWell());
  }

  @Test
  void serverWithoutTls_isNotForImplicitTls() throws Exception {
    try (var server = new Greeter("220 mail.example.com ready\r\n")) {
      var url = SmtpUrl.parse("smtps://127.0.0.1:" + server.port());

      assertFalse(new SmtpProbe(url, clock).isWell());
    }
  }

  @Test
  void result_holdsForHalfAMinute() throws Exception {
    var server = new Greeter("220 mail.example.com ready\r\n", FreePorts.next());
    var probe = probe(server.port());
    assertTrue(probe.isWell());
    server.close();

    clock.advance(Duration.ofSeconds(30).minusNanos(1));
    assertTrue(probe.isWell());
    clock.advance(Duration.ofNanos(1));
    assertFalse(probe.isWell());

    try (var back = new Greeter("220 back again\r\n", server.port())) {
      clock.advance(Duration.ofSeconds(29));
      assertFalse(probe.isWell());
      assertEquals(0, back.conversations.size());
      clock.advance(Duration.ofSeconds(1));
      assertTrue(probe.isWell());
    }
  }

  /** Sends one line to each client, and reads until the client disconnects or sends QUIT. */
  private static final class Greeter implements AutoCloseable {
    private final ServerSocket listener;
    private final String greeting;
    private final Thread thread = new Thread(this::serve, "greeter");
    private final BlockingQueue<String> conversations = new LinkedBlockingQueue<>();

    Greeter(String greeting) throws IOException {
      this(greeting, 0);
    }

    Greeter(String greeting, int port) throws IOException {
      this.greeting = greeting;
      listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
      thread.setDaemon(true);
      thread.start();
    }

    private void serve() {
      while (!listener.isClosed()) {
        try (Socket socket = listener.accept()) {
          socket.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
          if (!greeting.isEmpty()) {
            byte[] said = socket.getInputStream().readNBytes("QUIT\r\n".length());
            conversations.add(new String(said, StandardCharsets.US_ASCII));
          }
        } catch (IOException hungUp) {
          conversations.add("hung up");
        }
      }
    }

    int port() {
      return listener.getLocalPort();
    }

    String nextConversation() throws InterruptedException {
      return conversations.poll(30, TimeUnit.SECONDS);
    }

    /** Closes the port only after all waiting connections were handled. */
    @Override
    public void close() throws IOException, InterruptedException {
      listener.close();
      thread.join();
    }
  }
}
