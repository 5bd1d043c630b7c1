package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.Status.Code;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests stops of the whole service, when it is running and while it starts. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class StopTest {
  private static final int ROUNDS = 5;
  private static final String WAITING =
      "select 1 as one from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

  @TempDir private Path directory;

  private final ByteArrayOutputStream announced = new ByteArrayOutputStream();
  private final PrintStream announcements =
      new PrintStream(announced, true, StandardCharsets.UTF_8);

  private ServerSettings settings(TestDatabase database) {
    return ServerSettings.read(
        Map.of(),
        Map.of(
            "DATABASE_URL",
            database.jdbcUrl(),
            "DATA_DIR",
            directory.toString(),
            "BIND_ADDRESS",
            "127.0.0.1",
            "GRPC_PORT",
            "0",
            "REST_PORT",
            "0",
            "METRICS_PORT",
            "0"));
  }

  private static void readNobody(int port) {
    var channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    try {
      var users = UserServiceGrpc.newBlockingStub(channel);
      var nobody = GetUserRequest.newBuilder().setUserId(UUID.randomUUID().toString()).build();
      assertEquals(Code.NOT_FOUND, Failure.of(() -> users.getUser(nobody)).code());
    } finally {
      channel.shutdownNow();
    }
  }

  /** Connections of event loops have been used, and clients have not closed theirs. */
  @Test
  void stop_afterReadsOnEventLoops_isSilent(TestDatabase database) {
    try (var log = new CapturedLog()) {
      for (int i = 0; i < ROUNDS; i++) {
        try (var server = UserServiceServer.start(settings(database), announcements)) {
          server.openAll();
          readNobody(server.port());
        }
      }

      assertEquals(List.of(), loud(log));
    }
  }

  /** Returns the lines that an operator would see, apart from those of the start. */
  private static List<String> loud(CapturedLog log) {
    return log.events().stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
        .filter(event -> !event.getLoggerName().equals(StartLog.class.getName()))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void start_thatIsCancelledDuringAMigration_announcesNothing(TestDatabase database)
      throws Exception {
    var opened = new CloseStack();
    try (var other = database.dataSource().getConnection();
        var statement = other.createStatement();
        var log = new CapturedLog()) {
      other.setAutoCommit(false);
      statement.execute("lock table user_schema_history in access exclusive mode");
      var starting =
          CompletableFuture.supplyAsync(
              () -> UserServiceServer.start(settings(database), announcements, opened));
      Await.until(() -> starting.isDone() || !database.query(WAITING).isEmpty());

      opened.cancel();
      other.rollback();

      var failure = assertThrows(CompletionException.class, () -> joinSoon(starting));
      assertEquals(CloseStack.CancelledException.class, failure.getCause().getClass());
      assertEquals("", announced.toString(StandardCharsets.UTF_8));
      assertEquals(List.of(), loud(log));
    }
  }

  private static void joinSoon(CompletableFuture<UserServiceServer> starting) {
    starting.orTimeout(60, TimeUnit.SECONDS).join();
  }
}
