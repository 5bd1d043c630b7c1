package com.ecommerce.user.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.PasswordSettings;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests logins during a flood of registrations from the same network. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class HashingFloodGrpcTest {
  private static final int FLOOD = 300;
  private static final int LOGINS = 6;

  @Test
  void logins_comeThroughAFloodOfRegistrations(TestDatabase database) throws Exception {
    try (var service =
        TestService.on(
            database,
            core -> core.passwords(new PasswordSettings(HashSettings.bcrypt(8), 1, 1_000)))) {
      service.core().users().create(RequestContext.system(), TestUsers.aUser("ada@example.com"));
      List<ListenableFuture<?>> registrations = new ArrayList<>();
      var users = UserServiceGrpc.newFutureStub(service.channel());
      for (int i = 0; i < FLOOD; i++) {
        var request = TestService.aRequest("flood-" + i + "@example.com").build();
        registrations.add(users.createUser(request));
      }
      List<ListenableFuture<?>> logins = new ArrayList<>();
      var auth = AuthServiceGrpc.newFutureStub(service.channel());
      for (int i = 0; i < LOGINS; i++) {
        logins.add(
            auth.login(
                LoginRequest.newBuilder()
                    .setEmail("ada@example.com")
                    .setPassword(TestUsers.PASSWORD)
                    .build()));
      }

      assertEquals(0, refused(logins));
      int refused = refused(registrations);
      assertTrue(refused > 0 && refused < FLOOD, refused + " registrations were refused");
      assertEquals(refused, service.core().hashing().rejected());
    }
  }

  /** Returns the number of refused calls. All others must succeed. */
  private static int refused(List<ListenableFuture<?>> calls) throws InterruptedException {
    int refused = 0;
    for (var call : calls) {
      try {
        call.get();
      } catch (ExecutionException failed) {
        Failure.assertFails(
            Code.RESOURCE_EXHAUSTED,
            "HASHING_BUSY",
            () -> {
              throw failed.getCause();
            });
        refused++;
      }
    }
    return refused;
  }
}
