package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.ServerSettings;
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
class ExposedServerWarningTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "off, 0.0.0.0, '', AUTH_MODE=off",
    "off, 127.0.0.1, '', ''",
    "required, 0.0.0.0, '', TLS is off (TLS_CERT_FILE is not set)",
    "required, 0.0.0.0, 10.0.0.0/8, ''",
    "required, 127.0.0.1, '', ''"
  })
  void start_warnsOnceOfWhatOthersCanDo(
      String mode, String address, String proxies, String warning, TestDatabase database) {
    var environment = new HashMap<>(Map.of("AUTH_MODE", mode, "BIND_ADDRESS", address));
    environment.put("TRUSTED_PROXIES", proxies);
    environment.put("DATABASE_URL", database.jdbcUrl());
    environment.put("DATA_DIR", directory.toString());
    environment.put("GRPC_PORT", "0");
    environment.put("REST_PORT", "0");
    environment.put("METRICS_PORT", "-1");
    var settings = ServerSettings.read(Map.of(), environment);

    try (var log = new CapturedLog();
        var server =
            UserServiceServer.start(settings, new PrintStream(OutputStream.nullOutputStream()))) {
      var found =
          log.events().stream()
              .filter(event -> event.getLevel() == Level.WARN)
              .map(ILoggingEvent::getFormattedMessage)
              .filter(line -> line.contains("other machines"))
              .toList();
      assertEquals(warning.isEmpty() ? 0 : 1, found.size(), "port " + server.port() + found);
      found.forEach(line -> assertTrue(line.startsWith(warning), line));
    }
  }
}
