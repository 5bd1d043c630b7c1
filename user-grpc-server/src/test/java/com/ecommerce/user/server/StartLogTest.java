package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.database.DatabaseFacts;
import com.ecommerce.user.server.testing.CapturedLog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartLogTest {
  private static final String BEGINNING = "There is no admin yet.";

  /** Returns the lines about the first admin. */
  private static List<String> firstAdmin(boolean hasAdmins, Map<String, String> environment) {
    var database = new DatabaseFacts("18.1", 97, hasAdmins, hasAdmins);
    try (var log = new CapturedLog()) {
      new StartLog(ServerSettings.read(Map.of(), environment))
          .ready(database, 50_051, Optional.of(8_000), Optional.empty(), "the-key");
      return log.events().stream()
          .map(ILoggingEvent::getFormattedMessage)
          .filter(line -> line.startsWith(BEGINNING) || line.contains("/console/setup"))
          .toList();
    }
  }

  @Test
  void firstAdmin_hasALinkOnThisMachine() {
    assertEquals(
        List.of(
            BEGINNING
                + " To create the first one, open http://localhost:8000/console/setup/the-key"),
        firstAdmin(false, Map.of()));
  }

  @Test
  void firstAdmin_hasACommandIfOtherMachinesCanConnect() {
    assertEquals(
        List.of(
            BEGINNING
                + " To create the first one: java -jar user-grpc-server.jar create-admin --email"
                + " EMAIL"),
        firstAdmin(false, Map.of("BIND_ADDRESS", "0.0.0.0", "CONSOLE", "on")));
  }

  @Test
  void firstAdmin_isNotMentionedWithoutConsoleOrWithAnAdmin() {
    assertEquals(List.of(), firstAdmin(true, Map.of()));
    assertEquals(List.of(), firstAdmin(false, Map.of("CONSOLE", "off")));
    assertEquals(List.of(), firstAdmin(false, Map.of("BIND_ADDRESS", "0.0.0.0")));
    assertEquals(List.of(), firstAdmin(false, Map.of("TRUSTED_PROXIES", "127.0.0.1")));
  }
}
