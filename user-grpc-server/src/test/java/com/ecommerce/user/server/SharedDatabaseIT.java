package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.ecommerce.common.v1.PaginationRequest;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.ServerProcess;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.ListUsersRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests two processes on one external PostgreSQL. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class SharedDatabaseIT {
  @TempDir private Path directory;

  @Test
  void pageTokensOfOneInstance_workOnTheOther(TestDatabase database) throws Exception {
    var environment = Map.of("DATABASE_URL", database.jdbcUrl(), "GRPC_PORT", "0");
    try (var one = ServerProcess.start(directory, environment, "--bind", "localhost");
        var other = ServerProcess.start(directory, environment, "--bind", "localhost")) {
      for (int i = 0; i < 3; i++) {
        one.awaitUsers().createUser(TestService.aRequest("user" + i + "@example.com").build());
      }
      var first = one.awaitUsers().listUsers(page("").build());

      var second =
          other.awaitUsers().listUsers(page(first.getPagination().getNextPageToken()).build());

      assertEquals("user2@example.com", first.getUsers(0).getEmail());
      assertEquals("user0@example.com", second.getUsers(0).getEmail());
      assertFalse(second.getPagination().getHasMore());
      assertFalse(
          Files.exists(directory.resolve("data/postgres")), "no embedded database was asked for");
    }
  }

  private static ListUsersRequest.Builder page(String token) {
    return ListUsersRequest.newBuilder()
        .setPagination(PaginationRequest.newBuilder().setPageSize(2).setPageToken(token));
  }
}
