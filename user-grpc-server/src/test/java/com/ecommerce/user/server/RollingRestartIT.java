package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.FreePorts;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.FixedAddresses;
import com.ecommerce.user.server.testing.ServerProcess;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests instances that are started and stopped under clients that balance by themselves, as
 * docs/clients.md recommends.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(180)
class RollingRestartIT {
  private static final Path SERVICE_CONFIG = Path.of("../scripts/grpc-service-config.json");

  @TempDir private Path directory;

  private ServerProcess start(TestDatabase database, int port, Map<String, String> more) {
    var environment = new java.util.HashMap<>(more);
    environment.put("DATABASE_URL", database.jdbcUrl());
    return ServerProcess.start(
        directory, environment, "--bind", "127.0.0.1", "--no-rest", "--port", "" + port);
  }

  private static Map<String, ?> serviceConfig() throws IOException {
    return new Gson()
        .fromJson(
            Files.readString(SERVICE_CONFIG), new TypeToken<Map<String, Object>>() {}.getType());
  }

  @Test
  void restartOfBoth_failsNoReadAndNoWrite(TestDatabase database) throws Exception {
    var addresses = new FixedAddresses();
    NameResolverRegistry.getDefaultRegistry().register(addresses);
    List<ServerProcess> started = new ArrayList<>();
    // No other process takes these ports while the instances are restarted.
    var one = start(database, FreePorts.next(), Map.of());
    started.add(one);
    var other = start(database, FreePorts.next(), Map.of());
    started.add(other);
    int onePort = one.awaitPort();
    int otherPort = other.awaitPort();
    ManagedChannel channel =
        Grpc.newChannelBuilder(
                FixedAddresses.SCHEME + ":///" + onePort + "," + otherPort,
                InsecureChannelCredentials.create())
            .defaultServiceConfig(serviceConfig())
            .build();
    var load = new Load(channel);
    try {
      load.start();
      started.add(restart(database, one, onePort, load));
      started.add(restart(database, other, otherPort, load));
      load.awaitMoreCalls();
    } finally {
      load.stop();
      channel.shutdownNow();
      NameResolverRegistry.getDefaultRegistry().deregister(addresses);
      for (ServerProcess process : started) {
        process.close();
      }
    }
    assertEquals(List.of(), load.failures);
  }

  private ServerProcess restart(TestDatabase database, ServerProcess old, int port, Load load)
      throws Exception {
    load.awaitMoreCalls();
    old.terminate();
    assertEquals(0, old.awaitExit(), old.errors().toString());
    load.awaitMoreCalls();
    var next = start(database, port, Map.of());
    assertEquals(port, next.awaitPort());
    return next;
  }

  @Test
  void shutdownDelay_answersNewConnectionsWhileHealthSaysNo(TestDatabase database)
      throws Exception {
    try (var server = start(database, 0, Map.of("SHUTDOWN_DELAY_SECONDS", "8"))) {
      int port = server.awaitPort();
      ManagedChannel early = channel(port);
      User user =
          UserServiceGrpc.newBlockingStub(early)
              .createUser(TestService.aRequest("late@example.com").build())
              .getUser();
      var health = HealthGrpc.newBlockingStub(early);

      server.terminate();
      Await.until(
          () ->
              health.check(HealthCheckRequest.getDefaultInstance()).getStatus()
                  == ServingStatus.NOT_SERVING);

      ManagedChannel late = channel(port);
      var request = GetUserRequest.newBuilder().setUserId(user.getId()).build();
      assertEquals(
          user.getId(), UserServiceGrpc.newBlockingStub(late).getUser(request).getUser().getId());
      late.shutdownNow();
      early.shutdownNow();
      assertEquals(0, server.awaitExit());
    }
  }

  private static ManagedChannel channel(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  /** Makes calls continuously, each of which must succeed. */
  private static final class Load {
    private static final int THREADS = 2;
    private static final int ENOUGH = 50;

    final List<String> failures = new CopyOnWriteArrayList<>();
    private final UserServiceBlockingStub users;
    private final AtomicLong calls = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Load(ManagedChannel channel) {
      users = UserServiceGrpc.newBlockingStub(channel);
    }

    private UserServiceBlockingStub soon() {
      return users.withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    void start() {
      for (int i = 0; i < THREADS; i++) {
        User user =
            soon().createUser(TestService.aRequest("load" + i + "@example.com").build()).getUser();
        var read = GetUserRequest.newBuilder().setUserId(user.getId()).build();
        repeat(() -> soon().getUser(read));
        AtomicLong number = new AtomicLong();
        repeat(
            () -> {
              var name = User.newBuilder().setFirstName("Ada " + number.incrementAndGet());
              soon().updateUser(TestService.anUpdate(user, name, "first_name").build());
            });
      }
    }

    private void repeat(Runnable call) {
      var thread =
          new Thread(
              () -> {
                while (!stopped) {
                  try {
                    call.run();
                  } catch (StatusRuntimeException failed) {
                    failures.add(failed.getStatus().toString());
                  }
                  calls.incrementAndGet();
                }
              });
      thread.start();
      threads.add(thread);
    }

    void awaitMoreCalls() throws Exception {
      long enough = calls.get() + ENOUGH;
      Await.until(() -> calls.get() >= enough);
    }

    void stop() throws InterruptedException {
      stopped = true;
      for (Thread thread : threads) {
        thread.join();
      }
      assertTrue(calls.get() > 0);
    }
  }
}
