package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.core.session.CertifiedServices;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.AccessSettings;
import com.ecommerce.user.server.config.AuthMode;
import com.ecommerce.user.server.config.ConnectionSettings;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.server.transport.TransportLimits;
import com.ecommerce.user.torture.RawConnection;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.ImportUsersRequest;
import com.ecommerce.user.v1.ImportUsersResponse;
import com.ecommerce.user.v1.ImportedUser;
import com.ecommerce.user.v1.UserAdminServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.netty.channel.EventLoopGroup;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests the limits of what clients may send to a real port, and the calls of other clients at the
 * same time.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(180)
class TransportGuardTest {
  private static final String CREATE_USER = "user.v1.UserService/CreateUser";
  private static final String UPDATE_USER = "user.v1.UserService/UpdateUser";
  private static final String GET_USER = "user.v1.UserService/GetUser";
  private static final int MEBIBYTE = 1024 * 1024;
  private static final long AWAIT_SECONDS = 60;

  private final CloseStack opened = new CloseStack();
  private final BlockingQueue<String> got = new LinkedBlockingQueue<>();
  private GrpcServices services;
  private GrpcServices trusting;
  private EventLoopGroup loops;

  @BeforeEach
  void start(TestDatabase database) {
    var workers = new WorkerPool(2, 2, System::nanoTime);
    opened.add(workers::close);
    var test = opened.add(TestCore.on(database, core -> core.workers(workers)));
    services = services(test, workers, TrustedProxies.NONE);
    trusting = services(test, workers, TrustedProxies.parse("127.0.0.0/8"));
    loops = opened.add(new EventLoops()).group();
  }

  private GrpcServices services(TestCore test, WorkerPool workers, TrustedProxies proxies) {
    var access =
        new AccessSettings(AuthMode.OFF, TokenSettings.DEFAULT, proxies, CertifiedServices.NONE);
    return opened.add(
        new GrpcServices(
            test.core(), workers, test.clock(), new SecureRandom(), access, CallListeners.NONE));
  }

  @AfterEach
  void stop() {
    opened.close();
  }

  private static TransportLimits limits(int connections, long requestBytes, Duration messageTime) {
    return new TransportLimits(50 * MEBIBYTE, 1_000, connections, requestBytes, messageTime);
  }

  private static TransportLimits wide() {
    return limits(100, 32L * MEBIBYTE, Duration.ofSeconds(30));
  }

  private InetSocketAddress serve(TransportLimits limits) {
    return serve(limits, services);
  }

  private InetSocketAddress serve(TransportLimits limits, GrpcServices served) {
    var connections =
        new ConnectionSettings(Duration.ZERO, Duration.ofSeconds(1), Optional.empty(), limits);
    var grpc =
        opened.add(
            new GrpcEndpoint(
                Optional.of("127.0.0.1"), 0, Optional.empty(), served, loops, connections));
    grpc.start();
    return new InetSocketAddress("127.0.0.1", grpc.port());
  }

  private RawConnection connect(InetSocketAddress server) throws IOException {
    return opened.add(RawConnection.open(server, (stream, what) -> got.add(what)));
  }

  private ManagedChannel channel(InetSocketAddress server) {
    var channel =
        NettyChannelBuilder.forAddress(server)
            .maxInboundMetadataSize(64 * 1024)
            .usePlaintext()
            .build();
    opened.add(channel::shutdownNow);
    return channel;
  }

  private UserServiceBlockingStub users(InetSocketAddress server) {
    return UserServiceGrpc.newBlockingStub(channel(server))
        .withDeadlineAfter(AWAIT_SECONDS, TimeUnit.SECONDS);
  }

  private String next() throws InterruptedException {
    String what = got.poll(AWAIT_SECONDS, TimeUnit.SECONDS);
    return what == null ? "nothing" : what;
  }

  /** Returns the prefix of an uncompressed message. */
  private static byte[] announced(int length) {
    return ByteBuffer.allocate(5).put((byte) 0).putInt(length).array();
  }

  private static CreateUserRequest manyRoles() {
    byte[] ones = new byte[40 * MEBIBYTE];
    Arrays.fill(ones, (byte) 1);
    var roles =
        UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.copyFrom(ones)).build();
    return CreateUserRequest.newBuilder()
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(7, roles).build())
        .build();
  }

  @Test
  void messageThatIsAnnouncedTooLarge_isRefusedBeforeItIsSent() throws Exception {
    var server = serve(wide());
    var connection = connect(server);
    connection.call(1, CREATE_USER);
    connection.data(1, announced(49_000_000), false);

    assertEquals("INVALID_ARGUMENT MESSAGE_TOO_LARGE", next());
    connection.call(3, GET_USER);
    connection.data(3, RawConnection.framed(false, new byte[0]), true);
    assertEquals("INVALID_ARGUMENT INVALID_REQUEST", next(), "other calls go on");
  }

  @Test
  void lengthThatArrivesByteByByte_isReadAllTheSame() throws Exception {
    var connection = connect(serve(wide()));
    connection.call(1, GET_USER);
    for (byte octet : announced(4_097)) {
      connection.data(1, new byte[] {octet}, false);
    }

    assertEquals("INVALID_ARGUMENT MESSAGE_TOO_LARGE", next());
  }

  @Test
  void compressedMessage_isJudgedByItsInflatedSize() {
    var users = users(serve(wide()));

    var failure = Failure.of(() -> users.withCompression("gzip").createUser(manyRoles()));

    failure.assertIs(Code.INVALID_ARGUMENT, "MESSAGE_TOO_LARGE");
    assertFalse(failure.callId().isEmpty());
  }

  @Test
  void compressedMessageWithinTheLimit_isRead() {
    var users = users(serve(wide())).withCompression("gzip");

    var user = users.createUser(TestService.aRequest("gzip@example.com").build()).getUser();

    assertEquals("gzip@example.com", user.getEmail());
  }

  @Test
  void streamOfMessages_holdsThoseAloneThatWait() throws Exception {
    var rows = new CountDownLatch(10_000);
    var end = new CompletableFuture<Void>();
    var channel = channel(serve(limits(100, 8L * MEBIBYTE, Duration.ofSeconds(30))));
    var row =
        ImportUsersRequest.newBuilder()
            .setUser(ImportedUser.newBuilder().setDisplayName("x".repeat(1_000)))
            .build();
    int all = (int) rows.getCount();

    UserAdminServiceGrpc.newStub(channel)
        .importUsers(
            new ClientResponseObserver<ImportUsersRequest, ImportUsersResponse>() {
              private int sent;

              @Override
              public void beforeStart(ClientCallStreamObserver<ImportUsersRequest> stream) {
                stream.setOnReadyHandler(
                    () -> {
                      while (sent < all && stream.isReady()) {
                        stream.onNext(row);
                        sent++;
                        if (sent == all) {
                          stream.onCompleted();
                        }
                      }
                    });
              }

              @Override
              public void onNext(ImportUsersResponse result) {
                rows.countDown();
              }

              @Override
              public void onError(Throwable failure) {
                end.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {
                end.complete(null);
              }
            });

    end.get(AWAIT_SECONDS, TimeUnit.SECONDS);
    assertEquals(0, rows.getCount());
  }

  @Test
  void unknownFields_areLeftOut() {
    var users = users(serve(wide()));
    var unknown =
        UnknownFieldSet.newBuilder()
            .addField(1_000, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    var request = TestService.aRequest("new@example.com").setUnknownFields(unknown);

    assertEquals("new@example.com", users.createUser(request.build()).getUser().getEmail());
  }

  @Test
  void groupsInGroups_areMalformed() throws Exception {
    var connection = connect(serve(wide()));
    byte[] groups = new byte[60_000];
    Arrays.fill(groups, (byte) (9 << 3 | 3));
    connection.call(1, CREATE_USER);
    connection.data(1, RawConnection.framed(false, groups), true);

    assertEquals("INVALID_ARGUMENT INVALID_ARGUMENT", next());
  }

  @Test
  void unfinishedMessages_haveHalfOfTheBudgetAndLeaveTheRestToOthers() throws Exception {
    var server = serve(limits(100, 2 * MEBIBYTE, Duration.ofSeconds(30)));
    var users = users(server);
    users.createUser(TestService.aRequest("ada@example.com").build());
    List<RawConnection> connections = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      var connection = connect(server);
      connection.call(1, UPDATE_USER);
      connection.data(1, announced(200_000), false);
      connection.data(1, new byte[199_999], false);
      connections.add(connection);
    }

    assertEquals("RESOURCE_EXHAUSTED SERVER_BUSY (retry)", next());
    users.createUser(TestService.aRequest("grace@example.com").build());
    assertTrue(firstAnswer(server, this::sendEndApart).startsWith("INVALID_ARGUMENT"));
    for (RawConnection connection : connections) {
      connection.close();
    }
    // The memory was released: the next call is accepted, and fails by itself.
    Await.until(() -> isTaken(server));
  }

  private boolean isTaken(InetSocketAddress server) throws Exception {
    return firstAnswer(
            server,
            connection -> {
              connection.call(1, UPDATE_USER);
              connection.data(1, RawConnection.framed(false, new byte[80_000]), true);
            })
        .startsWith("INVALID_ARGUMENT");
  }

  @FunctionalInterface
  private interface Sending {
    void on(RawConnection connection) throws Exception;
  }

  private String firstAnswer(InetSocketAddress server, Sending sending) throws Exception {
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    try (var connection = RawConnection.open(server, (stream, what) -> answers.add(what))) {
      sending.on(connection);
      return answers.poll(AWAIT_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Sends the end of the stream in a frame of its own, as proxies do. */
  private void sendEndApart(RawConnection connection) throws Exception {
    connection.call(1, GET_USER);
    connection.data(1, RawConnection.framed(false, new byte[0]), false);
    connection.data(1, new byte[0], true);
  }

  @Test
  void messageThatIsNotFinishedInTime_isGivenUp() throws Exception {
    var connection = connect(serve(limits(100, 32L * MEBIBYTE, Duration.ofSeconds(1))));
    connection.call(1, UPDATE_USER);
    connection.data(1, announced(1_000), false);
    connection.data(1, new byte[999], false);
    assertEquals("DEADLINE_EXCEEDED MESSAGE_INCOMPLETE", next());

    connection.call(3, UPDATE_USER);
    connection.flush();
    assertEquals("DEADLINE_EXCEEDED MESSAGE_INCOMPLETE", next(), "not even begun");

    connection.call(5, GET_USER);
    connection.data(5, RawConnection.framed(false, new byte[0]), false);
    assertEquals("DEADLINE_EXCEEDED MESSAGE_INCOMPLETE", next(), "never ended");
  }

  @Test
  void streamsBeyondTheLimit_areRefusedAndLeaveTheConnectionAlone() throws Exception {
    var connection = connect(serve(wide()));
    for (int i = 0; i < 300; i++) {
      connection.call(2 * i + 1, GET_USER);
    }
    connection.flush();

    for (int i = 256; i < 300; i++) {
      assertEquals("RST_STREAM 7", next());
    }
    connection.data(1, RawConnection.framed(false, new byte[0]), true);
    assertEquals("INVALID_ARGUMENT INVALID_REQUEST", next());
  }

  @Test
  void resetsWithoutEnd_endTheConnection() throws Exception {
    var connection = connect(serve(wide()));
    try {
      for (int i = 0; i < 10_000; i++) {
        connection.call(2 * i + 1, GET_USER);
        connection.frame(RawConnection.RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
      }
      connection.flush();
    } catch (IOException cutOff) {
      // The server may close the connection while the client is still sending.
    }

    assertTrue(connection.awaitClosed(AWAIT_SECONDS));
  }

  @Test
  void headersThatAreNeverFinished_countOnlyWhileTheirConnectionLasts() throws Exception {
    var server = serve(limits(100, 2 * MEBIBYTE, Duration.ofSeconds(30)));
    for (int i = 0; i < 40; i++) {
      // A correct preface is not enough: the first frame must be SETTINGS.
      try (var socket = new Socket(server.getAddress(), server.getPort())) {
        var out = new DataOutputStream(socket.getOutputStream());
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.writeInt(16_384 << 8 | RawConnection.HEADERS);
        out.write(new byte[5 + 16_384]);
        out.flush();
        awaitEnd(socket);
      }
    }

    Await.until(() -> isTaken(server));
  }

  /** Reads until the end of the connection. */
  private static void awaitEnd(Socket socket) {
    try {
      socket.getInputStream().readAllBytes();
    } catch (IOException reset) {
      // This also ends the connection.
    }
  }

  @Test
  void connectionsOfOneNetwork_areLimitedUnlessItIsATrustedProxys() throws Exception {
    var server = serve(limits(3, 32L * MEBIBYTE, Duration.ofSeconds(30)));
    List<RawConnection> first = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      first.add(connect(server));
    }
    // The connections are accepted, since each answers a ping.
    for (RawConnection connection : first) {
      connection.frame(RawConnection.PING, 0, 0, new byte[8]);
      connection.flush();
      assertEquals("PING answered", next());
    }
    assertTrue(connect(server).awaitClosed(AWAIT_SECONDS));
    got.clear();

    var proxied = serve(limits(3, 32L * MEBIBYTE, Duration.ofSeconds(30)), trusting);
    for (int i = 0; i < 10; i++) {
      var connection = connect(proxied);
      connection.frame(RawConnection.PING, 0, 0, new byte[8]);
      connection.flush();
      assertEquals("PING answered", next());
    }
  }
}
