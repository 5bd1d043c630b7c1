package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.testing.MalformedCall;
import com.ecommerce.user.server.testing.Nginx;
import com.ecommerce.user.server.testing.RawHttp2;
import io.grpc.Status.Code;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests two instances behind nginx with the project's configuration: only malformed calls fail. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class ProxiedCallsIT {
  private static final int ROUNDS = 3;
  private static final int HONEST_CLIENTS = 2;

  @TempDir private Path directory;

  @Test
  void malformedCalls_failAlone(TestDatabase database) throws Exception {
    var program = Nginx.program();
    if (program.isEmpty()) {
      System.err.println(
          "NOT RUN: malformed calls through nginx, which is not installed (apt-get install nginx)");
    }
    assumeTrue(program.isPresent(), "nginx is not installed");
    try (var opened = new CloseStack()) {
      var first = opened.add(start(database, "first"));
      var second = opened.add(start(database, "second"));
      var nginx =
          Nginx.start(
              program.get(),
              Files.createDirectory(directory.resolve("nginx")),
              List.of(first.port(), second.port()),
              List.of(1, 1));
      opened.add(nginx);

      attackBesideHonestClients(nginx.grpcPort());
    }
  }

  private UserServiceServer start(TestDatabase database, String name) {
    var settings =
        ServerSettings.read(
            Map.of(
                "--port", "0",
                "--rest-port", "-1",
                "--bind", "127.0.0.1",
                "--data-dir", directory.resolve(name).toString()),
            Map.of(
                "DATABASE_URL", database.jdbcUrl(),
                "METRICS_PORT", "-1",
                "TRUSTED_PROXIES", "127.0.0.1"));
    return UserServiceServer.start(settings, new PrintStream(OutputStream.nullOutputStream()));
  }

  private static void attackBesideHonestClients(int port) throws Exception {
    var isOver = new AtomicBoolean();
    var honest = new AtomicInteger();
    var threads = Executors.newFixedThreadPool(HONEST_CLIENTS);
    try {
      Callable<Void> client = () -> callUntil(isOver, honest, port);
      List<Future<Void>> clients = List.of(threads.submit(client), threads.submit(client));
      attack(port);
      isOver.set(true);
      for (Future<Void> one : clients) {
        one.get();
      }
    } finally {
      isOver.set(true);
      threads.shutdownNow();
    }
    assertTrue(honest.get() > MalformedCall.throughAProxy().size(), "only " + honest);
  }

  private static Void callUntil(AtomicBoolean isOver, AtomicInteger count, int port)
      throws IOException {
    try (var client = RawHttp2.connect(port)) {
      while (!isOver.get()) {
        var answer = MalformedCall.wellFormed(client);
        assertEquals(Optional.of(Code.OK), answer.code(), answer.toString());
        count.incrementAndGet();
      }
    }
    return null;
  }

  private static void attack(int port) throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      for (MalformedCall call : MalformedCall.throughAProxy()) {
        try (var client = RawHttp2.connect(port)) {
          var answer = call.make(client);
          assertEquals(Optional.of(call.code()), answer.code(), call + ": " + answer);
          assertTrue(answer.info().isPresent(), call + ": " + answer);
        }
      }
    }
  }
}
