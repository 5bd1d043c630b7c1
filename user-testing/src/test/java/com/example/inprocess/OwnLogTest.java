package com.example.inprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.server.InProcessServer;
import com.ecommerce.user.testing.InProcessUserService;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The service does not configure the log of a program that embeds it. */
@Timeout(120)
class OwnLogTest {
  /** A program that embeds the service and has no logging library. */
  static final class Program {
    public static void main(String[] arguments) {
      try (var service = InProcessUserService.start()) {
        UserServiceGrpc.newBlockingStub(service.channel())
            .listUsers(ListUsersRequest.getDefaultInstance());
      }
      System.out.println("answered, log: " + LoggerFactory.getILoggerFactory().getClass());
    }
  }

  @Test
  void programWithoutALog_runsTheService() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    var program =
        new ProcessBuilder(
                java, "-cp", System.getProperty("java.class.path"), Program.class.getName())
            .redirectErrorStream(true)
            .start();
    var output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(0, program.waitFor(), output);
    assertTrue(output.contains("answered, log: class org.slf4j.helpers.NOP"), output);
  }

  @Test
  void theModules_bringNoConfigurationOfALog() throws Exception {
    for (Class<?> type : List.of(InProcessUserService.class, InProcessServer.class)) {
      var module = type.getProtectionDomain().getCodeSource().getLocation();
      try (var files = new URLClassLoader(new URL[] {module}, null)) {
        assertNull(files.findResource("logback.xml"));
      }
    }
  }
}
