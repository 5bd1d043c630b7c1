package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.protobuf.Empty;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.math.BigInteger;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests replacing the certificate while clients make calls. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class TlsReloadTest {
  @TempDir private Path directory;

  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicInteger rounds = new AtomicInteger();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final List<Thread> clients = new ArrayList<>();

  /** Repeats the call until the end of the test. */
  private void load(String name, Callable<?> call) {
    var client =
        new Thread(
            () -> {
              while (!done.get()) {
                try {
                  call.call();
                  rounds.incrementAndGet();
                } catch (Exception | AssertionError failed) {
                  failures.add(failed);
                  return;
                }
              }
            },
            name);
    client.start();
    clients.add(client);
  }

  @Test
  void replacedCertificate_isTakenUpWithoutAFailedCall(TestDatabase database) throws Exception {
    try (var server = new TlsTestServer(database, directory, Map.of())) {
      Set<BigInteger> seenOnGrpc = ConcurrentHashMap.newKeySet();
      Set<BigInteger> seenOnRest = ConcurrentHashMap.newKeySet();
      var watch = new Watch();
      HealthGrpc.newStub(server.channel()).watch(HealthCheckRequest.getDefaultInstance(), watch);
      var users = UserServiceGrpc.newBlockingStub(server.channel());
      var rest = TlsTestServer.http(server.authority().trusting());
      load(
          "open connections",
          () -> {
            users.healthCheck(Empty.getDefaultInstance());
            return rest.send(server.get("/api/health").build(), BodyHandlers.ofString());
          });
      load(
          "new connections",
          () -> {
            callOnce(server);
            seenOnGrpc.add(handshake(server, server.grpcPort()));
            return seenOnRest.add(handshake(server, server.restPort()));
          });
      try {
        for (int replacement = 0; replacement < 2; replacement++) {
          BigInteger serial = server.replaceCertificate().certificate().getSerialNumber();
          Await.until(
              () ->
                  !failures.isEmpty()
                      || (seenOnGrpc.contains(serial) && seenOnRest.contains(serial)));
          seenOnGrpc.clear();
          seenOnRest.clear();
          int before = rounds.get();
          Await.until(() -> !failures.isEmpty() || rounds.get() > before + 20);
          assertTrue(Set.of(serial).containsAll(seenOnGrpc), "an older one came back");
          assertTrue(Set.of(serial).containsAll(seenOnRest), "an older one came back");
        }
      } finally {
        done.set(true);
        for (Thread client : clients) {
          client.join();
        }
      }
      assertEquals(List.of(), failures);
      assertEquals(List.of(), watch.ends, "the first connection was cut off");
    }
  }

  private static void callOnce(TlsTestServer server) {
    var channel = server.channel();
    try {
      UserServiceGrpc.newBlockingStub(channel).healthCheck(Empty.getDefaultInstance());
    } finally {
      channel.shutdownNow();
    }
  }

  /**
   * Makes a handshake and returns the serial number of the certificate. It uses a new connection
   * and a new context, so that no session is resumed.
   */
  private static BigInteger handshake(TlsTestServer server, int port) throws Exception {
    var sockets = server.authority().trusting().getSocketFactory();
    try (var socket = (SSLSocket) sockets.createSocket("localhost", port)) {
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  /** Lives as long as its connection. */
  private static final class Watch implements StreamObserver<HealthCheckResponse> {
    private final List<String> ends = new CopyOnWriteArrayList<>();

    /** Ignores the health of the server: the load may be too much for it. */
    @Override
    public void onNext(HealthCheckResponse response) {}

    @Override
    public void onError(Throwable failure) {
      ends.add(failure.toString());
    }

    @Override
    public void onCompleted() {
      ends.add("completed");
    }
  }
}
