package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.UserServiceServer;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.config.SettingReader;
import com.ecommerce.user.server.config.StartupException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Starts the whole service on free ports, lets a client call it through gRPC and REST, and stops
 * it. The JVM can write a class-data archive of the classes that were loaded meanwhile. The client
 * runs in a process of its own, so that its classes are not in the archive. The database should be
 * a scratch one, since a user remains in it.
 */
final class TrainCommand {
  private static final int TIMEOUT_SECONDS = 30;

  private TrainCommand() {}

  /**
   * Runs the command.
   *
   * @param reader has settings that make the service listen on free ports of this machine only
   */
  static void run(SettingReader reader, CommandOutput output)
      throws IOException, InterruptedException {
    var settings = ServerSettings.read(reader);
    try (var server =
        UserServiceServer.start(
            settings,
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))) {
      server.openAll();
      train(server);
    }
    output.print("trained");
  }

  private static void train(UserServiceServer server) throws IOException, InterruptedException {
    var caller =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                TrainingClient.class.getName(),
                Integer.toString(server.port()),
                server.restPort().map(Object::toString).orElse(TrainingClient.NO_REST))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      if (!caller.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || caller.exitValue() != 0) {
        throw new StartupException("a call of the training client failed");
      }
    } finally {
      caller.destroyForcibly();
    }
  }
}
