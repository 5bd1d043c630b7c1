package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.server.testing.HttpProbe;
import com.ecommerce.user.server.testing.ServerProcess;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.GetUserRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the jar with an unusual locale, time zone, encoding and directory. */
@Timeout(300)
class AnyMachineIT {
  /**
   * Options with a time zone that PostgreSQL does not know, and a locale whose digits are not
   * ASCII.
   */
  private static final String JAVA_OPTIONS =
      "-Duser.timezone=IST -Duser.language=ar -Duser.country=EG -Duser.extensions=u-nu-arab"
          + " -Dfile.encoding=US-ASCII";

  @TempDir private Path directory;

  @Test
  void service_isTheSame() throws Exception {
    var environment =
        Map.of("LC_ALL", "C", "JAVA_TOOL_OPTIONS", JAVA_OPTIONS, "LOG_FORMAT", "json");
    try (var process =
        ServerProcess.start(
            directory, environment, "--port", "0", "--data-dir", "$HOME `id` \"x\" 'y' \\z")) {
      var users = process.awaitUsers();
      int restPort = process.awaitRestPort();
      var request = TestService.aRequest("ada@example.com").setFirstName("Ağda 数");

      var user = users.createUser(request.build()).getUser();

      assertEquals("Ağda 数", user.getFirstName());
      var get = GetUserRequest.newBuilder().setUserId(user.getId()).build();
      assertEquals(user, users.getUser(get).getUser());
      var rest = new HttpProbe(restPort);
      var problems = rest.get("/problems");
      assertEquals(200, problems.statusCode());
      assertTrue(problems.body().contains("<td>404</td>"), problems.body());
      assertOnlyAsciiDigits(problems.body());
      assertOnlyAsciiDigits(rest.get("/api/health").body());
      process.terminate();
      assertEquals(0, process.awaitExit());
      assertOnlyAsciiDigits(String.join("\n", process.output()));
      var log = process.errors().stream().filter(line -> !line.startsWith("Picked up")).toList();
      assertOnlyAsciiDigits(String.join("\n", log));
      assertEquals(List.of(), log.stream().filter(line -> !line.startsWith("{")).toList());
    }
  }

  private static void assertOnlyAsciiDigits(String text) {
    assertTrue(text.chars().noneMatch(letter -> letter > 0x7F && Character.isDigit(letter)), text);
  }
}
