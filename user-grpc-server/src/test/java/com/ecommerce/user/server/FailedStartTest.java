package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.FreePorts;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.config.StartupException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a start whose last step fails, with the embedded PostgreSQL. */
@Timeout(120)
class FailedStartTest {
  @TempDir private Path directory;

  @Test
  void start_thatFailsAtTheEnd_stopsEverythingThatItStarted() throws Exception {
    var before = nonDaemonThreads();
    int grpcPort = FreePorts.next();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var settings = settings(grpcPort, taken.getLocalPort());

      var refused = assertThrows(StartupException.class, () -> start(settings));

      assertTrue(refused.getMessage().startsWith("--rest-port (REST_PORT)"), refused.getMessage());
    }
    assertFalse(Files.exists(directory.resolve("postgres/postmaster.pid")));
    new ServerSocket(grpcPort, 1, InetAddress.getLoopbackAddress()).close();
    Await.until(() -> before.containsAll(nonDaemonThreads()));
    // The lock is free, and a second start works.
    try (var server = start(settings(0, 0))) {
      assertTrue(server.port() > 0);
    }
    Await.until(() -> before.containsAll(nonDaemonThreads()));
  }

  private static Set<Thread> nonDaemonThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.isDaemon())
        .collect(Collectors.toSet());
  }

  private static UserServiceServer start(ServerSettings settings) {
    return UserServiceServer.start(settings, new PrintStream(OutputStream.nullOutputStream()));
  }

  private ServerSettings settings(int grpcPort, int restPort) {
    return ServerSettings.read(
        Map.of(
            "--port", Integer.toString(grpcPort),
            "--rest-port", Integer.toString(restPort),
            "--bind", "127.0.0.1",
            "--data-dir", directory.toString()),
        Map.of("PASSWORD_BCRYPT_COST", "4", "METRICS_PORT", "0"));
  }
}
