package com.ecommerce.user.server;

import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.protobuf.Empty;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.HashMap;
import java.util.UUID;

/**
 * Starts the whole service on free ports, calls it through gRPC and REST, and stops it. The JVM can
 * write a class-data archive of what was loaded meanwhile. A scratch database is wanted, since a
 * user is left in it.
 */
final class RehearseCommand {
  private static final int TIMEOUT_MILLIS = 10_000;

  private RehearseCommand() {}

  static int run(Invocation invocation) throws IOException {
    var flags = new HashMap<>(invocation.flags());
    flags.put("--port", "0");
    flags.put("--rest-port", "0");
    flags.put("--bind", "localhost");
    var settings = ServerSettings.read(flags, invocation.environment());
    try (var server =
        UserServiceServer.start(settings, new PrintStream(OutputStream.nullOutputStream()))) {
      callGrpc(server.port());
      if (server.restPort().isPresent()) {
        callRest(server.restPort().get());
      }
    } catch (StatusRuntimeException failed) {
      throw new StartupException("a call failed: " + failed.getStatus().getCode(), failed);
    }
    invocation.out().println("rehearsed");
    return 0;
  }

  private static void callGrpc(int port) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("localhost", port).usePlaintext().build();
    try {
      var users = UserServiceGrpc.newBlockingStub(channel);
      users.healthCheck(Empty.getDefaultInstance());
      User user = users.createUser(aUser()).getUser();
      users.getUser(GetUserRequest.newBuilder().setUserId(user.getId()).build());
      users.getUserByEmail(GetUserByEmailRequest.newBuilder().setEmail(user.getEmail()).build());
      users.listUsers(ListUsersRequest.getDefaultInstance());
      users.searchUsers(SearchUsersRequest.newBuilder().setQuery("rehearsal").build());
    } finally {
      channel.shutdownNow();
    }
  }

  private static CreateUserRequest aUser() {
    return CreateUserRequest.newBuilder()
        .setEmail("rehearsal-" + UUID.randomUUID() + "@example.com")
        .setPassword(UUID.randomUUID().toString())
        .setFirstName("Rehearsal")
        .build();
  }

  /** A status that is none would be an {@link IOException}. */
  private static void callRest(int port) throws IOException {
    for (String path : new String[] {"/api/health", "/api/users/me"}) {
      var url = URI.create("http://localhost:" + port + path).toURL();
      var connection = (HttpURLConnection) url.openConnection();
      connection.setReadTimeout(TIMEOUT_MILLIS);
      connection.getResponseCode();
      connection.disconnect();
    }
  }
}
