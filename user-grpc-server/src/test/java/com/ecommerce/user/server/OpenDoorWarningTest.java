package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.CapturedLog;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(PostgresExtension.class)
class OpenDoorWarningTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"off, 0.0.0.0, 1", "off, 127.0.0.1, 0", "required, 0.0.0.0, 0"})
  void start_warnsOnceWhenOthersCanDoEverything(
      String mode, String address, int warnings, TestDatabase database) {
    var environment = new HashMap<>(Map.of("AUTH_MODE", mode, "BIND_ADDRESS", address));
    environment.put("DATABASE_URL", database.jdbcUrl());
    environment.put("DATA_DIR", directory.toString());
    environment.put("GRPC_PORT", "0");
    environment.put("REST_PORT", "0");
    environment.put("METRICS_PORT", "-1");
    var settings = ServerSettings.read(Map.of(), environment);

    try (var log = new CapturedLog();
        var server =
            UserServiceServer.start(settings, new PrintStream(OutputStream.nullOutputStream()))) {
      long found =
          log.events().stream()
              .filter(event -> event.getLevel() == Level.WARN)
              .filter(event -> event.getFormattedMessage().startsWith("AUTH_MODE=off"))
              .count();
      assertEquals(warnings, found, "port " + server.port());
    }
  }
}
