package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests behavior that requires a real port: sizes, pings, headers, reflection. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class WireIT {
  private static final int MEBIBYTE = 1024 * 1024;
  private static final int PING = 6;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int ACK = 1;

  private final CloseStack opened = new CloseStack();
  private int port;
  private ManagedChannel channel;
  private UserServiceBlockingStub users;

  @BeforeAll
  void start(TestDatabase database, @TempDir Path directory) {
    var settings =
        ServerSettings.read(
            Map.of(
                "--port",
                "0",
                "--rest-port",
                "0",
                "--bind",
                "localhost",
                "--data-dir",
                directory.toString()),
            Map.of(
                "DATABASE_URL",
                database.jdbcUrl(),
                "PASSWORD_BCRYPT_COST",
                "4",
                "METRICS_PORT",
                "-1"));
    var silence = new PrintStream(OutputStream.nullOutputStream());
    port = opened.add(UserServiceServer.start(settings, silence)).port();
    channel = NettyChannelBuilder.forAddress("localhost", port).usePlaintext().build();
    opened.add(channel::shutdownNow);
    users = UserServiceGrpc.newBlockingStub(channel);
  }

  @AfterAll
  void stop() {
    opened.close();
  }

  @Test
  void messageAboveTheLimitOfItsMethod_isRefused() {
    var request = TestService.aRequest("big@example.com").setLastName("x".repeat(40 * MEBIBYTE));

    Failure.of(() -> users.createUser(request.build()))
        .assertIs(Code.INVALID_ARGUMENT, "MESSAGE_TOO_LARGE");
  }

  @Test
  void messageAbove50Mebibytes_isRefused() {
    var request = TestService.aRequest("huge@example.com").setLastName("x".repeat(51 * MEBIBYTE));

    assertEquals(
        Code.RESOURCE_EXHAUSTED, Failure.of(() -> users.createUser(request.build())).code());
  }

  /** Clients take 8 KiB of headers by default, and the details of a failure are a header. */
  @Test
  void failureWithEveryViolation_fitsIntoAClientsHeaders() {
    var profile =
        UserProfile.newBuilder()
            .setBio("x".repeat(2_001))
            .setGender("x".repeat(51))
            .setLanguage("english")
            .setCurrency("pounds")
            .setTimezone("Mars/Olympus")
            .setCompany("x".repeat(201))
            .setWebsite("ada.example")
            .putSocialLinks("github", "nothing");
    profile.getDateOfBirthBuilder().setYear(1);
    var values =
        User.newBuilder()
            .setFirstName("x".repeat(151))
            .setLastName("x".repeat(151))
            .setAvatarUrl("ftp://example.com")
            .setPhone(PhoneNumber.newBuilder().setE164("1"))
            .setEmail("nobody")
            .setProfile(profile);
    values.getAuditBuilder().setVersion(-1);
    var update =
        TestService.anUpdate(
            User.newBuilder().setId("x").build(),
            values,
            "🐎".repeat(10_000),
            "*",
            "email",
            "roles",
            "status");

    var failure = Failure.of(() -> users.updateUser(update.build()));

    failure.assertIs(Code.INVALID_ARGUMENT, "INVALID_REQUEST");
    assertEquals(20, failure.violations().size());
  }

  @Test
  void reflection_listsTheServices() {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    var requests = ServerReflectionGrpc.newStub(channel).serverReflectionInfo(completing(answer));
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());

    var names = answer.join().getListServicesResponse().getServiceList();
    requests.onCompleted();

    assertListed(names, ServiceResponse::getName);
  }

  @Test
  @SuppressWarnings("deprecation")
  void reflectionOfOldClients_listsTheServices() {
    var answer = new CompletableFuture<io.grpc.reflection.v1alpha.ServerReflectionResponse>();
    var requests =
        io.grpc.reflection.v1alpha.ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(completing(answer));
    requests.onNext(
        io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
            .setListServices("")
            .build());

    var names = answer.join().getListServicesResponse().getServiceList();
    requests.onCompleted();

    assertListed(names, io.grpc.reflection.v1alpha.ServiceResponse::getName);
  }

  private static <T> void assertListed(List<T> services, Function<T, String> name) {
    var names = services.stream().map(name).toList();
    assertTrue(
        names.containsAll(
            List.of(
                "user.v1.UserService",
                "grpc.health.v1.Health",
                "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection")),
        names.toString());
  }

  private static <T> StreamObserver<T> completing(CompletableFuture<T> answer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {
        answer.complete(value);
      }

      @Override
      public void onError(Throwable failure) {
        answer.completeExceptionally(failure);
      }

      @Override
      public void onCompleted() {
        answer.completeExceptionally(new AssertionError("no answer"));
      }
    };
  }

  /** This test writes HTTP/2 frames itself (RFC 9113), since no client library pings that often. */
  @Test
  void clientThatPingsWithoutPause_isNeverSentAway() throws IOException {
    try (var socket = new Socket("localhost", port)) {
      socket.setTcpNoDelay(true);
      var out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
      var in = new DataInputStream(socket.getInputStream());
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      writeFrame(out, SETTINGS, 0, new byte[0]);
      for (int i = 0; i < 1_000; i++) {
        writeFrame(out, PING, 0, new byte[8]);
        awaitPingAck(in, out);
      }
    }
  }

  private static void writeFrame(DataOutputStream out, int type, int flags, byte[] payload)
      throws IOException {
    out.writeByte(0);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(0);
    out.write(payload);
    out.flush();
  }

  private static void awaitPingAck(DataInputStream in, DataOutputStream out) throws IOException {
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      in.readInt();
      byte[] payload = in.readNBytes(length);
      assertTrue(type != GOAWAY, () -> new String(payload, StandardCharsets.US_ASCII));
      if (type == SETTINGS && flags != ACK) {
        writeFrame(out, SETTINGS, ACK, new byte[0]);
      }
      if (type == PING && flags == ACK) {
        return;
      }
    }
  }
}
