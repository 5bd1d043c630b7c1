package com.ecommerce.user.server;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * Starts the whole service on free ports, has it called through gRPC and REST, and stops it. The
 * JVM can write a class-data archive of what was loaded meanwhile, so the caller is another one. A
 * scratch database is wanted, since a user is left in it.
 */
@Command(
    name = "rehearse",
    description = "Starts on a scratch database, calls itself, and ends: for class-data archives.")
final class RehearseCommand implements Callable<Integer> {
  private static final int PATIENCE_SECONDS = 30;

  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var settings = main.settingsForRehearsal();
    try (var server =
        UserServiceServer.start(
            settings,
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))) {
      server.openAll();
      rehearse(server);
    }
    spec.commandLine().getOut().println("rehearsed");
    return 0;
  }

  private static void rehearse(UserServiceServer server) throws IOException, InterruptedException {
    var caller =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RehearsalCaller.class.getName(),
                Integer.toString(server.port()),
                server.restPort().map(Object::toString).orElse(RehearsalCaller.NO_REST))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      if (!caller.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || caller.exitValue() != 0) {
        throw new StartupException("a call failed");
      }
    } finally {
      caller.destroyForcibly();
    }
  }
}
