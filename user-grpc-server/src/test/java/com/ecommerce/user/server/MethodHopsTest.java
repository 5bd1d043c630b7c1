package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
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
import java.util.concurrent.atomic.AtomicInteger;
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

  private CountingWorkers workers;

  private void assertHops(int expected, Runnable call) {
    workers.begun.set(0);
    call.run();
    assertTrue(workers.begun.get() <= expected, () -> "took " + workers.begun + " workers");
    assertEquals(0, workers.nested.get(), "a worker took another worker");
  }

  @Test
  void call_takesOneWorkerAtMost(TestDatabase database) {
    try (var pool = database.pool(16);
        var server =
            InProcessServer.start(
                pool,
                MutableClock.atNoon(),
                AuthMode.OFF,
                core -> core.passwords(TestCore.CHEAP_PASSWORDS),
                usual -> workers = new CountingWorkers(usual))) {
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
}
