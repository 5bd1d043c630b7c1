package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.log.LogFormat;
import com.ecommerce.user.server.log.LogLevel;
import com.ecommerce.user.server.log.LogSetup;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.protobuf.Empty;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.UUID;

/**
 * Calls the service that {@link TrainCommand} has started. It is a process of its own, so that the
 * archive of the service does not contain the classes of a client.
 */
final class TrainingClient {
  /** The argument in the place of REST's port if REST is off. */
  static final String NO_REST = "none";

  private static final int TIMEOUT_MILLIS = 10_000;

  private TrainingClient() {}

  /**
   * Makes the calls.
   *
   * @param ports the ports of gRPC and of REST
   */
  public static void main(String[] ports) throws IOException {
    LogSetup.apply(LogLevel.INFO, LogFormat.TEXT);
    callGrpc(Integer.parseInt(ports[0]));
    if (!ports[1].equals(NO_REST)) {
      callRest(Integer.parseInt(ports[1]));
    }
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
      users.searchUsers(SearchUsersRequest.newBuilder().setQuery("training").build());
    } finally {
      channel.shutdownNow();
    }
  }

  private static CreateUserRequest aUser() {
    return CreateUserRequest.newBuilder()
        .setEmail("training-" + UUID.randomUUID() + "@example.com")
        .setPassword(UUID.randomUUID().toString())
        .setFirstName("Training")
        .build();
  }

  /** Any status is a success; the client fails only if there is no HTTP response. */
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
