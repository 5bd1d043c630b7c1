package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.HealthStatus;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.Await;
import com.ecommerce.user.server.testing.ConformanceInterceptor;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.DeactivateUserRequest;
import com.ecommerce.user.v1.DeactivateUserResponse;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserStatus;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Empty;
import io.grpc.Status.Code;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/** One worker that waits for the database, and a full queue behind it. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class BusyServerTest {
  private static final int PLACES = 100;

  private final Closing opened = new Closing();
  private final ConformanceInterceptor conformance = new ConformanceInterceptor();
  private final ThreadPoolExecutor workers = (ThreadPoolExecutor) Threads.workers(1);
  private io.grpc.Channel channel;

  @BeforeEach
  void start(TestDatabase database) throws java.io.IOException {
    opened.add(workers::shutdown);
    var testCore = opened.add(TestCore.on(database, builder -> builder.executor(workers)));
    var services =
        opened.add(
            new GrpcServices(
                testCore.core(),
                workers,
                testCore.clock(),
                new SecureRandom(),
                AccessSettings.DEFAULT,
                CallWatchers.NONE));
    String name = InProcessServerBuilder.generateName();
    var builder = InProcessServerBuilder.forName(name);
    services.addTo(builder);
    var server = builder.build().start();
    opened.add(server::shutdownNow);
    var toServer = InProcessChannelBuilder.forName(name).intercept(conformance).build();
    opened.add(toServer::shutdownNow);
    channel = toServer;
  }

  @AfterEach
  void stop() {
    opened.close();
    conformance.assertNoProblem();
  }

  @Test
  void fullQueue_refusesAtOnceAndLosesNothing(TestDatabase database) throws Exception {
    var users = UserServiceGrpc.newBlockingStub(channel);
    User user = users.createUser(TestService.aRequest("ada@example.com").build()).getUser();
    List<ListenableFuture<DeactivateUserResponse>> accepted;
    try (var locker = database.dataSource().getConnection()) {
      locker.setAutoCommit(false);
      locker.createStatement().execute("select 1 from users for update");
      var closing = DeactivateUserRequest.newBuilder().setUserId(user.getId()).build();
      var patient = UserServiceGrpc.newFutureStub(channel);
      accepted = new ArrayList<>(List.of(patient.deactivateUser(closing)));
      // Only then is the queue empty again, and the worker not to be had.
      Await.until(() -> workers.getActiveCount() == 1 && workers.getQueue().isEmpty());
      for (int i = 0; i < PLACES; i++) {
        accepted.add(patient.deactivateUser(closing));
      }
      assertEquals(0, workers.getQueue().remainingCapacity());

      assertBusy(() -> users.deactivateUser(closing));
      assertBusy(() -> users.listUsers(ListUsersRequest.getDefaultInstance()));
      var read = GetUserRequest.newBuilder().setUserId(user.getId()).build();
      assertEquals(user, users.getUser(read).getUser(), "reads have threads of their own");
      assertEquals(
          HealthStatus.HEALTH_STATUS_HEALTHY,
          users.healthCheck(Empty.getDefaultInstance()).getStatus());
    }
    for (var call : accepted) {
      assertEquals(UserStatus.USER_STATUS_DEACTIVATED, call.get().getUser().getStatus());
    }
  }

  private static void assertBusy(Executable call) {
    var failure = Failure.of(call);
    failure.assertIs(Code.RESOURCE_EXHAUSTED, "SERVER_BUSY");
    assertTrue(failure.retry().orElseThrow().getRetryDelay().getSeconds() > 0);
  }
}
