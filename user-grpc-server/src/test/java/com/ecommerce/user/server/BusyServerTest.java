package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.HealthStatus;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.config.AccessSettings;
import com.ecommerce.user.server.testing.ConformanceInterceptor;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.DeactivateUserRequest;
import com.ecommerce.user.v1.DeactivateUserResponse;
import com.ecommerce.user.v1.GetUserPreferencesRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUserAddressesRequest;
import com.ecommerce.user.v1.ListUserAddressesResponse;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.RequestPasswordResetRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserStatus;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.Empty;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/** Tests workers that wait for the database, and calls that wait for the workers. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class BusyServerTest {
  private static final int PLACES = 100;

  private final CloseStack opened = new CloseStack();
  private final ConformanceInterceptor conformance = new ConformanceInterceptor();

  /** The clock of the workers, which stands still. */
  private final AtomicLong now = new AtomicLong();

  private WorkerPool workers;
  private TestCore testCore;
  private io.grpc.Channel channel;

  private UserServiceGrpc.UserServiceBlockingStub start(TestDatabase database, int count)
      throws java.io.IOException {
    workers = opened.add(new WorkerPool(count, count, now::get));
    testCore = opened.add(TestCore.on(database, builder -> builder.workers(workers)));
    var services =
        opened.add(
            new GrpcServices(
                testCore.core(),
                workers,
                testCore.clock(),
                new SecureRandom(),
                AccessSettings.DEFAULT,
                CallListeners.NONE));
    String name = InProcessServerBuilder.generateName();
    var builder = InProcessServerBuilder.forName(name);
    services.addTo(builder);
    var server = builder.build().start();
    opened.add(server::shutdownNow);
    var toServer = InProcessChannelBuilder.forName(name).intercept(conformance).build();
    opened.add(toServer::shutdownNow);
    channel = toServer;
    return UserServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    opened.close();
    conformance.assertNoProblem();
  }

  @Test
  void fullQueue_refusesAtOnceAndKeepsAPlaceForOthers(TestDatabase database) throws Exception {
    var users = start(database, 1);
    User user = users.createUser(TestService.aRequest("ada@example.com").build()).getUser();
    List<ListenableFuture<DeactivateUserResponse>> accepted = new ArrayList<>();
    ListenableFuture<?> list;
    try (var locker = database.dataSource().getConnection()) {
      locker.setAutoCommit(false);
      locker.createStatement().execute("select 1 from users for update");
      var closing = DeactivateUserRequest.newBuilder().setUserId(user.getId()).build();
      var patient = UserServiceGrpc.newFutureStub(channel);
      for (int i = 0; i <= PLACES; i++) {
        accepted.add(patient.deactivateUser(closing));
      }
      Await.until(() -> workers.pool().waiting() == PLACES);

      assertBusy(() -> users.deactivateUser(closing));
      list = patient.listUsers(ListUsersRequest.getDefaultInstance());
      Await.until(() -> accepted.stream().anyMatch(ListenableFuture::isDone));
      var read = GetUserRequest.newBuilder().setUserId(user.getId()).build();
      assertEquals(user, users.getUser(read).getUser(), "reads have threads of their own");
      assertEquals(
          HealthStatus.HEALTH_STATUS_HEALTHY,
          users.healthCheck(Empty.getDefaultInstance()).getStatus());
    }
    list.get();
    int refused = 0;
    for (var call : accepted) {
      if (isBusy(call)) {
        refused++;
      } else {
        assertEquals(UserStatus.USER_STATUS_DEACTIVATED, call.get().getUser().getStatus());
      }
    }
    assertEquals(1, refused, "the one whose place the list took");
  }

  @Test
  void callsThatWaitForALockedTable_leaveWorkersToTheOthers(TestDatabase database)
      throws Exception {
    var users = start(database, 10);
    User ada = users.createUser(TestService.aRequest("locked@example.com").build()).getUser();
    List<ListenableFuture<ListUserAddressesResponse>> stuck = new ArrayList<>();
    try (var locker = database.dataSource().getConnection()) {
      locker.setAutoCommit(false);
      locker.createStatement().execute("lock table addresses in access exclusive mode");
      var addresses = ListUserAddressesRequest.newBuilder().setUserId(ada.getId()).build();
      var patient = UserServiceGrpc.newFutureStub(channel);
      for (int i = 0; i < 40; i++) {
        stuck.add(patient.listUserAddresses(addresses));
      }
      Await.until(() -> workers.pool().waiting() == 35);
      assertEquals(5, workers.pool().running(RequestKind.ADDRESSES.name()), "half of the workers");

      users.listUsers(ListUsersRequest.getDefaultInstance());
      users.updateUser(
          UpdateUserRequest.newBuilder()
              .setUserId(ada.getId())
              .setUser(User.newBuilder().setFirstName("Augusta"))
              .build());
      users.getUserPreferences(
          GetUserPreferencesRequest.newBuilder().setUserId(ada.getId()).build());
      users.requestPasswordReset(
          RequestPasswordResetRequest.newBuilder().setEmail("nobody@example.com").build());
      users.createUser(TestService.aRequest("new@example.com").build());
      AuthServiceGrpc.newBlockingStub(channel)
          .login(
              LoginRequest.newBuilder()
                  .setEmail("new@example.com")
                  .setPassword(TestUsers.PASSWORD)
                  .build());

      now.addAndGet(WorkerPool.LONGEST_WAIT.toNanos());
      users.listUsers(ListUsersRequest.getDefaultInstance());
      Await.until(() -> stuck.stream().filter(ListenableFuture::isDone).count() == 35);
    }
    int served = 0;
    for (var call : stuck) {
      served += isBusy(call) ? 0 : 1;
    }
    assertEquals(5, served, "those that began are answered once the table is free");
    assertEquals(35, workers.pool().refused(RequestKind.ADDRESSES.name()));
  }

  @Test
  void callers_takeTurns(TestDatabase database) throws Exception {
    start(database, 1);
    String flooder = token("flooder@example.com");
    String honest = token("honest@example.com");
    var release = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    workers.supply(
        RequestContext.system(),
        RequestKind.PREFERENCES,
        () -> {
          begun.countDown();
          return await(release);
        });
    begun.await();
    List<String> order = new CopyOnWriteArrayList<>();
    List<ListenableFuture<?>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(list(flooder, "flood", order));
    }
    Await.until(() -> workers.pool().waiting() == 50);
    calls.add(list(honest, "honest", order));
    Await.until(() -> workers.pool().waiting() == 51);

    release.countDown();

    for (var call : calls) {
      call.get();
    }
    Await.until(() -> order.size() == 51);
    // This call is the second in turn. Listeners run on their own threads.
    assertTrue(order.indexOf("honest") < 10, order.toString());
  }

  private String token(String email) {
    var core = testCore.core();
    var user = core.users().create(RequestContext.system(), TestUsers.aUser(email));
    return core.sessions()
        .signIn(RequestContext.system(), user.id(), "test")
        .tokens()
        .accessToken();
  }

  private ListenableFuture<?> list(String token, String name, List<String> order) {
    var call =
        TestService.with(token, UserServiceGrpc.newFutureStub(channel))
            .listUsers(ListUsersRequest.getDefaultInstance());
    call.addListener(() -> order.add(name), MoreExecutors.directExecutor());
    return call;
  }

  private static Void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  private static boolean isBusy(ListenableFuture<?> call) throws InterruptedException {
    try {
      call.get();
      return false;
    } catch (ExecutionException failed) {
      assertBusy(
          () -> {
            throw (StatusRuntimeException) failed.getCause();
          });
      return true;
    }
  }

  private static void assertBusy(Executable call) {
    var failure = Failure.of(call);
    failure.assertIs(Code.RESOURCE_EXHAUSTED, "SERVER_BUSY");
    assertTrue(failure.retry().orElseThrow().getRetryDelay().getSeconds() > 0);
  }
}
