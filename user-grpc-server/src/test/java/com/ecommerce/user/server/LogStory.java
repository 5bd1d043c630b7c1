package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.HttpProbe;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.ChangePasswordRequest;
import com.ecommerce.user.v1.ConfirmEmailVerificationRequest;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.RefreshTokenRequest;
import com.ecommerce.user.v1.RequestPasswordResetRequest;
import com.ecommerce.user.v1.ResetPasswordRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.protobuf.Empty;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes calls about one user over both transports, some of which fail, and collects their secrets.
 */
final class LogStory {
  /** A mark that is part of all invented values. */
  private static final String MARK = "qvnrwxk";

  private static final Pattern LINK = Pattern.compile("\\?token=([A-Za-z0-9_-]+)");
  private static final JsonMapper JSON = new JsonMapper();

  private final UserServiceGrpc.UserServiceBlockingStub users;
  private final AuthServiceGrpc.AuthServiceBlockingStub auth;
  private final Channel channel;
  private final HttpProbe rest;
  private final TestDatabase database;
  private final Path mails;
  private final Set<String> secrets = new TreeSet<>();
  private final Set<String> callIdsOfDefects = new TreeSet<>();

  LogStory(Channel channel, HttpProbe rest, TestDatabase database, Path mails) {
    this.channel = channel;
    this.users = UserServiceGrpc.newBlockingStub(channel);
    this.auth = AuthServiceGrpc.newBlockingStub(channel);
    this.rest = rest;
    this.database = database;
    this.mails = mails;
  }

  /** Returns all texts of requests and responses that must not be in a log. */
  Set<String> secrets() {
    return secrets;
  }

  /** Returns the call ids under which the log must have a defect. */
  Set<String> callIdsOfDefects() {
    return callIdsOfDefects;
  }

  void tell() throws Exception {
    String id = throughGrpc();
    throughRest();
    withNonsense();
    withDefects();
    keepHashes();
    users.deleteUser(
        DeleteUserRequest.newBuilder().setUserId(id).setReason(MARK + " left").build());
  }

  private String throughGrpc() throws Exception {
    String email = MARK + ".grpc@example.com";
    var create =
        CreateUserRequest.newBuilder()
            .setEmail(email)
            .setPassword(MARK + "-first")
            .setFirstName(MARK + "-Ondine")
            .build();
    String id = users.createUser(create).getUser().getId();
    assertThrows(StatusRuntimeException.class, () -> users.createUser(create));
    String verification = awaitToken(1);
    confirm(verification);
    assertThrows(StatusRuntimeException.class, () -> confirm(verification + "x"));
    var signedIn = auth.login(login(email, MARK + "-first"));
    keep(signedIn.getAccessToken(), signedIn.getRefreshToken());
    assertThrows(StatusRuntimeException.class, () -> auth.login(login(email, MARK + "-wrong")));
    var refresh = RefreshTokenRequest.newBuilder().setRefreshToken(signedIn.getRefreshToken());
    var refreshed = auth.refreshToken(refresh.build());
    keep(refreshed.getAccessToken(), refreshed.getRefreshToken());
    var known = TestService.with(refreshed.getAccessToken(), users);
    known.getUserByEmail(GetUserByEmailRequest.newBuilder().setEmail(email).build());
    known.searchUsers(SearchUsersRequest.newBuilder().setQuery(MARK).build());
    known.listUsers(ListUsersRequest.getDefaultInstance());
    var wrongKey = TestService.with(refreshed.getAccessToken() + "x", users);
    var all = ListUsersRequest.getDefaultInstance();
    assertThrows(StatusRuntimeException.class, () -> wrongKey.listUsers(all));
    changeAndResetPassword(id, email);
    var nobody = GetUserRequest.newBuilder().setUserId(UUID.randomUUID().toString()).build();
    assertThrows(StatusRuntimeException.class, () -> users.getUser(nobody));
    return id;
  }

  private void changeAndResetPassword(String id, String email) throws Exception {
    var change = ChangePasswordRequest.newBuilder().setUserId(id).setNewPassword(MARK + "-second");
    assertThrows(
        StatusRuntimeException.class,
        () -> users.changePassword(change.setCurrentPassword(MARK + "-wrong").build()));
    users.changePassword(change.setCurrentPassword(MARK + "-first").build());
    users.requestPasswordReset(RequestPasswordResetRequest.newBuilder().setEmail(email).build());
    String token = awaitToken(2);
    var reset = ResetPasswordRequest.newBuilder().setToken(token);
    assertThrows(
        StatusRuntimeException.class,
        () -> users.resetPassword(reset.setNewPassword("qv").build()));
    users.resetPassword(reset.setNewPassword(MARK + "-third").build());
  }

  private static LoginRequest login(String email, String password) {
    return LoginRequest.newBuilder().setEmail(email).setPassword(password).build();
  }

  private void confirm(String token) {
    users.confirmEmailVerification(
        ConfirmEmailVerificationRequest.newBuilder().setToken(token).build());
  }

  private void throughRest() throws Exception {
    String email = MARK + ".http@example.com";
    String who = "{\"email\":\"" + email + "\",\"password\":\"" + MARK + "-rest\"";
    var registered =
        json(201, rest.post("/api/auth/register", who + ",\"username\":\"qvnrwxk.shown\"}"));
    keepTokens(registered);
    assertEquals(409, rest.post("/api/auth/register", who + "}").statusCode());
    keepTokens(json(200, rest.post("/api/auth/login", who + "}")));
    assertEquals(
        401, rest.post("/api/auth/login", who.replace("-rest", "-wrong") + "}").statusCode());
    String token = awaitToken(3);
    assertEquals(200, rest.status("/verify-email?token=" + token));
    assertEquals(
        200, rest.post("/api/auth/verify-email", "{\"token\":\"" + token + "\"}").statusCode());
    String query = URLEncoder.encode(email, StandardCharsets.UTF_8);
    assertEquals(401, rest.status("/api/users/by-email?email=" + query));
    String asked = "{\"email\":\"" + email + "\"}";
    assertEquals(200, rest.post("/api/auth/password-reset", asked).statusCode());
    String reset = awaitToken(4);
    assertEquals(200, rest.status("/reset-password?token=" + reset));
    String set = "{\"token\":\"" + reset + "\",\"new_password\":\"" + MARK + "-again\"}";
    assertEquals(200, rest.post("/api/auth/password-reset/confirm", set).statusCode());
  }

  private void withNonsense() {
    assertEquals(404, rest.status("/" + MARK + "/path?email=" + MARK + "@example.com"));
    assertEquals(400, rest.post("/api/auth/login", "{\"email\":\"" + MARK).statusCode());
    assertEquals(
        401,
        rest.send("GET", "/api/users/me", "", "Authorization", "Bearer " + MARK + ".x.y")
            .statusCode());
    assertEquals(400, rest.status("/api/users/" + MARK + "/sessions%00"));
    assertEquals(431, rest.send("GET", "/", "", "X-Long", MARK.repeat(4_000)).statusCode());
    var marshaller = ProtoUtils.marshaller(Empty.getDefaultInstance());
    var invented =
        MethodDescriptor.newBuilder(marshaller, marshaller)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MARK + ".Service/Method")
            .build();
    var nothing = Empty.getDefaultInstance();
    assertThrows(
        StatusRuntimeException.class,
        () -> ClientCalls.blockingUnaryCall(channel, invented, CallOptions.DEFAULT, nothing));
  }

  /**
   * Causes defects by a constraint that is unknown to the service. PostgreSQL's message would
   * contain the whole row.
   */
  private void withDefects() {
    database.execute(
        "alter table users add constraint unforeseen check (display_name = '') not valid");
    try {
      var request = TestService.aRequest(MARK + ".defect@example.com").build();
      callIdsOfDefects.add(Failure.of(() -> users.createUser(request)).callId());
      var failed =
          rest.post(
              "/api/auth/register",
              "{\"email\":\"qvnrwxk.two@example.com\",\"password\":\"qvnrwxk-defect\"}");
      assertEquals(500, failed.statusCode(), failed.body());
      callIdsOfDefects.add(failed.headers().firstValue("X-Call-Id").orElseThrow());
    } finally {
      database.execute("alter table users drop constraint unforeseen");
    }
  }

  private void keepHashes() {
    database
        .query("select password_hash from credentials")
        .forEach(row -> keep(row.get("password_hash").toString()));
  }

  private void keep(String... more) {
    for (String secret : more) {
      secrets.add(secret);
      // A part that is long enough to be secret must not be logged either.
      if (secret.length() > 40) {
        secrets.add(secret.substring(secret.length() - 20));
        secrets.add(secret.substring(secret.length() / 2, secret.length() / 2 + 20));
      }
    }
  }

  private void keepTokens(JsonNode answer) {
    for (String field : Set.of("access_token", "refresh_token", "access", "refresh")) {
      answer.findValues(field).forEach(token -> keep(token.asString()));
    }
  }

  private static JsonNode json(int status, java.net.http.HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer.body());
    return JSON.readTree(answer.body());
  }

  /** Waits until so many mails have arrived, and returns the newest token. */
  private String awaitToken(int count) throws Exception {
    Await.until(() -> tokens().size() >= count);
    var fresh = tokens();
    fresh.removeAll(secrets);
    assertEquals(1, fresh.size(), "new tokens");
    String token = fresh.first();
    keep(token);
    return token;
  }

  private TreeSet<String> tokens() throws IOException {
    var tokens = new TreeSet<String>();
    if (Files.isDirectory(mails)) {
      try (var files = Files.list(mails)) {
        for (Path file : files.filter(one -> one.toString().endsWith(".eml")).toList()) {
          LINK.matcher(text(file)).results().forEach(link -> tokens.add(link.group(1)));
        }
      }
    }
    return tokens;
  }

  private static String text(Path file) throws IOException {
    try (var stream = Files.newInputStream(file)) {
      var content = new MimeMessage(null, stream).getContent();
      return ((Multipart) content).getBodyPart(0).getContent().toString();
    } catch (jakarta.mail.MessagingException broken) {
      throw new IOException(broken);
    }
  }
}
