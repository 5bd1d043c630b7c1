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
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * Starts the whole service on free ports, calls it through gRPC and REST, and stops it. The JVM can
 * write a class-data archive of what was loaded meanwhile. A scratch database is wanted, since a
 * user is left in it.
 */
@Command(
    name = "rehearse",
    description = "Starts on a scratch database, calls itself, and ends: for class-data archives.")
final class RehearseCommand implements Callable<Integer> {
  private static final int TIMEOUT_MILLIS = 10_000;

  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    var settings = main.settingsForRehearsal();
    try (var server =
        UserServiceServer.start(settings, new PrintStream(OutputStream.nullOutputStream()))) {
      server.openAll();
      callGrpc(server.port());
      if (server.restPort().isPresent()) {
        callRest(server.restPort().get());
      }
    } catch (StatusRuntimeException failed) {
      throw new StartupException("a call failed: " + failed.getStatus().getCode(), failed);
    }
    spec.commandLine().getOut().println("rehearsed");
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
