package com.example.inprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.server.InProcessUserService;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The log of a program that has the service inside is that program's own affair. */
@Timeout(120)
class OwnLogTest {
  /** Such a program, with no log at all. */
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
  void programWithoutLogback_runsTheService() throws Exception {
    String classPath =
        Pattern.compile(Pattern.quote(File.pathSeparator))
            .splitAsStream(System.getProperty("java.class.path"))
            .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("logback-"))
            .collect(Collectors.joining(File.pathSeparator));
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    var program =
        new ProcessBuilder(java, "-cp", classPath, Program.class.getName())
            .redirectErrorStream(true)
            .start();
    var output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(0, program.waitFor(), output);
    assertTrue(output.contains("answered, log: class org.slf4j.helpers.NOP"), output);
  }

  @Test
  void theModule_bringsNoConfigurationOfALog() throws Exception {
    var module = InProcessUserService.class.getProtectionDomain().getCodeSource().getLocation();

    assertFalse(Files.exists(Path.of(module.toURI()).resolve("logback.xml")));
  }
}
