package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestAddresses;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.rest.RestApi;
import com.ecommerce.user.rest.http.RequestListeners;
import com.ecommerce.user.rest.http.RestSettings;
import com.ecommerce.user.rest.page.PageSettings;
import com.ecommerce.user.server.config.AuthMode;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.ChangePasswordRequest;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.GetUserPreferencesRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.ReauthenticateRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserServiceGrpc;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that a call uses a worker at most once, and that calls answered from memory use none. */
@Timeout(60)
@ExtendWith(PostgresExtension.class)
class MethodHopsTest {
  /** Counts how often work begins, and how often a worker causes that. */
  private static final class CountingWorkers implements Workers {
    private final Workers workers;
    private final ThreadLocal<Boolean> isWorking = ThreadLocal.withInitial(() -> false);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger nested = new AtomicInteger();

    CountingWorkers(Workers workers) {
      this.workers = workers;
    }

    @Override
    public void begin(RequestContext call, RequestKind kind, Task task) {
      begun.incrementAndGet();
      if (isWorking.get()) {
        nested.incrementAndGet();
      }
      workers.begin(call, kind, marked(task));
    }

    @Override
    public void resume(RequestContext call, RequestKind kind, Task task) {
      workers.resume(call, kind, marked(task));
    }

    private Task marked(Task task) {
      return new Task() {
        @Override
        public void run() {
          isWorking.set(true);
          try {
            task.run();
          } finally {
            isWorking.set(false);
          }
        }

        @Override
        public void refuse(Throwable reason) {
          task.refuse(reason);
        }
      };
    }
  }

  /** Calls the paths of one user, and expects success. */
  private record RestCaller(HttpClient http, String user, String token) {
    RestCaller(int port, String path, String token) {
      this(HttpClient.newHttpClient(), "http://localhost:" + port + path, token);
    }

    String send(String method, String path, String body, String... headers) {
      var request =
          HttpRequest.newBuilder(URI.create(user + path))
              .timeout(Duration.ofSeconds(30))
              .header("Authorization", "Bearer " + token)
              .method(method, BodyPublishers.ofString(body));
      if (!body.isEmpty()) {
        request.header("Content-Type", "application/json");
      }
      if (headers.length > 0) {
        request.headers(headers);
      }
      try {
        var answer = http.send(request.build(), BodyHandlers.ofString());
        assertEquals(2, answer.statusCode() / 100, answer.body());
        return answer.body();
      } catch (IOException | InterruptedException failed) {
        throw new AssertionError("no answer", failed);
      }
    }
  }

  private CountingWorkers workers;

  private void assertHops(int expected, Runnable call) {
    workers.begun.set(0);
    call.run();
    assertTrue(workers.begun.get() <= expected, () -> "took " + workers.begun + " workers");
    assertEquals(0, workers.nested.get(), "a worker took another worker");
  }

  /** Does the same for a change over REST, by a caller whose session is in memory. */
  private void assertHops(
      InProcessServer server,
      RestCaller client,
      String method,
      String path,
      String body,
      String... headers) {
    // Otherwise an event of an earlier call might make the service read the session again.
    server.core().catchUp();
    client.send("GET", "", "");
    assertHops(1, () -> client.send(method, path, body, headers));
  }

  private InProcessServer start(DataSource pool) {
    return InProcessServer.start(
        pool,
        MutableClock.atNoon(),
        AuthMode.OFF,
        core -> core.passwords(TestCore.CHEAP_PASSWORDS),
        usual -> workers = new CountingWorkers(usual));
  }

  @Test
  void call_takesOneWorkerAtMost(TestDatabase database) {
    try (var pool = database.pool(16);
        var server = start(pool)) {
      var channel = server.channel();
      var users = UserServiceGrpc.newBlockingStub(channel);
      var auth = AuthServiceGrpc.newBlockingStub(channel);

      var create =
          CreateUserRequest.newBuilder()
              .setEmail("ada@example.com")
              .setPassword(TestUsers.PASSWORD)
              .build();
      String[] id = new String[1];
      assertHops(1, () -> id[0] = users.createUser(create).getUser().getId());
      var get = GetUserRequest.newBuilder().setUserId(id[0]).build();
      users.getUser(get);
      assertHops(0, () -> users.getUser(get));
      assertHops(1, () -> users.listUsers(ListUsersRequest.getDefaultInstance()));
      var preferences = GetUserPreferencesRequest.newBuilder().setUserId(id[0]).build();
      assertHops(1, () -> users.getUserPreferences(preferences));
      var named = User.newBuilder().setFirstName("Ada");
      var update = UpdateUserRequest.newBuilder().setUserId(id[0]).setUser(named).build();
      assertHops(1, () -> users.updateUser(update));
      var moved = User.newBuilder().setEmail("lovelace@example.com");
      var change = UpdateUserRequest.newBuilder().setUserId(id[0]).setUser(moved).build();
      assertHops(1, () -> users.updateUser(change));
      var profile =
          UpdateUserProfileRequest.newBuilder()
              .setUserId(id[0])
              .setProfile(UserProfile.newBuilder().setBio("Analyst"))
              .build();
      assertHops(1, () -> users.updateUserProfile(profile));
      var password =
          ChangePasswordRequest.newBuilder()
              .setUserId(id[0])
              .setCurrentPassword(TestUsers.PASSWORD)
              .setNewPassword(TestUsers.PASSWORD + " new")
              .build();
      assertHops(1, () -> users.changePassword(password));
      var login =
          LoginRequest.newBuilder()
              .setEmail("lovelace@example.com")
              .setPassword(TestUsers.PASSWORD + " new")
              .build();
      String[] token = new String[1];
      assertHops(1, () -> token[0] = auth.login(login).getAccessToken());
      var proof =
          ReauthenticateRequest.newBuilder().setPassword(TestUsers.PASSWORD + " new").build();
      assertHops(1, () -> TestService.with(token[0], auth).reauthenticate(proof));
    }
  }

  @Test
  void changeOverRest_takesOneWorkerAtMost(TestDatabase database) throws Exception {
    try (var pool = database.pool(16);
        var server = start(pool);
        var rest =
            new RestApi(
                server.core(),
                RestSettings.onPort(0),
                PageSettings.DEFAULT,
                workers,
                MutableClock.atNoon(),
                new SecureRandom(),
                RequestListeners.NONE)) {
      rest.start();
      var system = RequestContext.system();
      var ada = server.core().users().create(system, TestUsers.aUser("ada@example.com"));
      var home = TestAddresses.anAddress(AddressType.BOTH);
      var address = server.core().addresses().add(system, ada.id(), home);
      String token =
          server.core().sessions().signIn(system, ada.id(), "test").tokens().accessToken();
      var client = new RestCaller(rest.port(), "/api/users/" + ada.id(), token);

      assertHops(server, client, "PATCH", "", "{\"first_name\":\"Augusta\"}");
      assertHops(server, client, "PATCH", "", "{\"last_name\":\"King\"}", "If-Match", "\"2\"");
      assertHops(server, client, "PUT", "", "{\"last_name\":\"K.\"}", "If-None-Match", "\"9\"");
      assertHops(server, client, "PATCH", "", "{\"email\":\"countess@example.com\"}");
      assertHops(server, client, "PUT", "", client.send("GET", "", ""));
      assertHops(server, client, "PATCH", "/profile", "{\"bio\":\"Analyst\"}");
      String path = "/addresses/" + address.id();
      String moved = client.send("GET", path, "").replace("London", "Leeds");
      assertHops(server, client, "PUT", path, moved, "If-Match", "\"7\", \"1\"");
      assertHops(server, client, "DELETE", path, "", "If-Match", "\"2\"");
      assertHops(server, client, "DELETE", "", "", "If-Match", "\"6\"");
    }
  }
}
