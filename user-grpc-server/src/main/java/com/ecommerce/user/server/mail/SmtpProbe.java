package com.ecommerce.user.server.mail;

import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.server.config.SmtpUrl;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLSocketFactory;

/**
 * Checks whether the SMTP server sends its greeting, without a login. A result is kept for half a
 * minute, since health is checked often and each check writes a line to the mail server's log.
 * Thread-safe.
 */
public final class SmtpProbe implements Health.Probe {
  private static final Duration KEEP_RESULT = Duration.ofSeconds(30);
  private static final int TIMEOUT_MILLIS = 1_000;
  private static final int READY = '2';

  private final SmtpUrl url;
  private final Clock clock;
  private Instant nextLook = Instant.MIN;
  private boolean well;

  public SmtpProbe(SmtpUrl url, Clock clock) {
    this.url = url;
    this.clock = clock;
  }

  @Override
  public synchronized boolean isWell() {
    if (!clock.instant().isBefore(nextLook)) {
      well = greets();
      nextLook = clock.instant().plus(KEEP_RESULT);
    }
    return well;
  }

  private boolean greets() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(url.host(), url.port()), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      try (Socket connection = url.implicitTls() ? tls(socket) : socket) {
        InputStream input = connection.getInputStream();
        boolean ready = input.read() == READY;
        connection.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
        return ready;
      }
    } catch (IOException silentOrUnreachable) {
      return false;
    }
  }

  private Socket tls(Socket socket) throws IOException {
    return ((SSLSocketFactory) SSLSocketFactory.getDefault())
        .createSocket(socket, url.host(), url.port(), true);
  }
}
