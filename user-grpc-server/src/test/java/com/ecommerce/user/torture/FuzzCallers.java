package com.ecommerce.user.torture;

import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.IssueServiceTokenRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The callers of a fuzz campaign: an anonymous caller, a user, an admin and a service. They may
 * lose their accounts to the calls that they make. They are created by an admin, root, who makes no
 * other calls. Root and the service client are created while AUTH_MODE is off, and used afterwards,
 * too.
 */
final class FuzzCallers {
  private static final String ROOT = "root@example.com";
  private static final Pattern CLIENT = Pattern.compile("client_id (\\S+)\\s+client_secret (\\S+)");

  private final String clientId;
  private final String clientSecret;

  private FuzzCallers(String clientId, String clientSecret) {
    this.clientId = clientId;
    this.clientSecret = clientSecret;
  }

  /** Creates root and the service client, on a service with AUTH_MODE off. */
  static FuzzCallers make(CampaignOptions options, Target target) throws IOException {
    var channel = Network.OTHERS.channelTo(target);
    var users = UserServiceGrpc.newBlockingStub(channel).withWaitForReady();
    create(users, ROOT, UserRole.USER_ROLE_ADMIN);
    channel.shutdownNow();
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-jar",
            options.jar().toString(),
            "create-client",
            "--name",
            "fuzz",
            "--data-dir",
            target.dataDirectory().toString());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    var process = builder.start();
    var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    var client = CLIENT.matcher(printed);
    if (!client.find()) {
      throw new IOException("create-client printed no client");
    }
    return new FuzzCallers(client.group(1), client.group(2));
  }

  private static String create(UserServiceBlockingStub users, String email, UserRole role) {
    var request =
        CreateUserRequest.newBuilder()
            .setEmail(email)
            .setPassword(FuzzValues.SECRET)
            .addRoles(role)
            .build();
    return users.createUser(request).getUser().getId();
  }

  /** Returns the root, signed in. */
  FuzzCaller root(ManagedChannel channel) {
    return new FuzzCaller("root", token(channel, ROOT));
  }

  /** Returns a stub that calls as the caller. */
  static UserServiceBlockingStub users(ManagedChannel channel, FuzzCaller caller) {
    var metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), caller.authorization());
    return UserServiceGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  /** Returns new callers. */
  List<FuzzCaller> callers(ManagedChannel channel, FuzzCaller root, FuzzValues values) {
    return List.of(
        FuzzCaller.ANONYMOUS,
        newCaller("user", channel, root, values, UserRole.USER_ROLE_CUSTOMER),
        newCaller("admin", channel, root, values, UserRole.USER_ROLE_ADMIN),
        new FuzzCaller("service", serviceToken(channel)));
  }

  private static FuzzCaller newCaller(
      String name, ManagedChannel channel, FuzzCaller root, FuzzValues values, UserRole role) {
    String email = values.newEmail();
    String id = create(users(channel, root), email, role);
    var caller = new FuzzCaller(name, token(channel, email));
    // From now on others may deactivate or delete the account.
    values.addUser(id);
    return caller;
  }

  private static String token(ManagedChannel channel, String email) {
    var request = LoginRequest.newBuilder().setEmail(email).setPassword(FuzzValues.SECRET);
    return AuthServiceGrpc.newBlockingStub(channel).login(request.build()).getAccessToken();
  }

  private String serviceToken(ManagedChannel channel) {
    var request =
        IssueServiceTokenRequest.newBuilder().setClientId(clientId).setClientSecret(clientSecret);
    return AuthServiceGrpc.newBlockingStub(channel)
        .issueServiceToken(request.build())
        .getAccessToken();
  }

  String clientSecret() {
    return clientSecret;
  }
}
