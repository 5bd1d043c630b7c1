package com.ecommerce.user.server.cli;

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
import java.util.Map;
import java.util.UUID;

/**
 * Calls a service that is being trained, from a process of its own: all that the service has loaded
 * goes into its archive, and what clients load would be there for nothing.
 */
final class TrainingClient {
  /** In the place of REST's port. */
  static final String NO_REST = "none";

  private static final int TIMEOUT_MILLIS = 10_000;

  private TrainingClient() {}

  /**
   * @param ports of gRPC and of REST
   */
  public static void main(String[] ports) throws IOException {
    LogSetup.apply(Map.of());
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
