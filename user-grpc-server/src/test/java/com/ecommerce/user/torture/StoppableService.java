package com.ecommerce.user.torture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The runnable jar in a process group of its own, like that of a shell, so that a signal can also
 * reach its child processes. Its whole output is kept.
 */
final class StoppableService implements AutoCloseable {
  private static final Pattern LISTENING =
      Pattern.compile("(gRPC UserService|REST API|Metrics) listening on port (\\d+)");
  private static final long KILL_SECONDS = 10;

  private final Process process;
  private final Path dataDirectory;
  private final Thread reader = new Thread(this::read, "service-output");
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Integer> grpcPort = new CompletableFuture<>();
  private final CompletableFuture<Integer> restPort = new CompletableFuture<>();

  private StoppableService(Process process, Path dataDirectory) {
    this.process = process;
    this.dataDirectory = dataDirectory;
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * @param java the program of the JDK to use
   * @param settings environment variables
   */
  static StoppableService start(
      Path java, CampaignOptions options, Path dataDirectory, Map<String, String> settings)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("setsid", java.toString()));
    command.addAll(options.javaOptions());
    command.addAll(List.of("-jar", options.jar().toString()));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(options.directory().toFile());
    builder.environment().keySet().removeIf(name -> !name.matches("PATH|HOME|LANG|LC_.*|TMPDIR"));
    builder.environment().put("DATA_DIR", dataDirectory.toString());
    builder.environment().putAll(settings);
    var service = new StoppableService(builder.start(), dataDirectory);
    Runtime.getRuntime().addShutdownHook(new Thread(service.process::destroy));
    return service;
  }

  private void read() {
    try (var output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      output.lines().forEach(this::add);
    } catch (IOException | UncheckedIOException cutOff) {
      lines.add("(cut off: " + cutOff.getMessage() + ")");
    }
    var ended = new IOException("the service ended: " + lines);
    grpcPort.completeExceptionally(ended);
    restPort.completeExceptionally(ended);
  }

  private void add(String line) {
    lines.add(line);
    Matcher listening = LISTENING.matcher(line);
    if (listening.matches()) {
      int port = Integer.parseInt(listening.group(2));
      switch (listening.group(1)) {
        case "gRPC UserService" -> grpcPort.complete(port);
        case "REST API" -> restPort.complete(port);
        default -> {
          // Nobody connects to it.
        }
      }
    }
  }

  /** Waits until it listens. If REST is off, its port is 0. */
  Target awaitReady(boolean hasRest) throws IOException {
    int grpc = grpcPort.orTimeout(2, TimeUnit.MINUTES).join();
    int rest = hasRest ? restPort.orTimeout(2, TimeUnit.MINUTES).join() : 0;
    return new Target(grpc, rest, 0, process.pid(), dataDirectory);
  }

  /**
   * Sends a signal.
   *
   * @param toGroup also to its child processes, as a terminal does
   */
  void signal(String name, boolean toGroup) throws IOException, InterruptedException {
    String whom = (toGroup ? "-" : "") + process.pid();
    new ProcessBuilder("kill", "-" + name, "--", whom)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /** Returns whether it has ended within the time; then its output is complete. */
  boolean hasEndedWithin(long seconds) throws InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      return false;
    }
    // A process that it has left running would hold the pipe open.
    reader.join(TimeUnit.SECONDS.toMillis(2));
    return true;
  }

  int exitStatus() {
    return process.exitValue();
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  /** Returns whether a PostgreSQL works in the data directory. */
  boolean hasDatabase() throws IOException {
    Path pidFile = dataDirectory.resolve("postgres/postmaster.pid");
    if (!Files.exists(pidFile)) {
      return false;
    }
    var pid = Files.readAllLines(pidFile, StandardCharsets.ISO_8859_1).stream().findFirst();
    return pid.map(String::strip)
        .map(Long::valueOf)
        .flatMap(ProcessHandle::of)
        .filter(ProcessHandle::isAlive)
        .isPresent();
  }

  /** Ends it, if it still runs. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(KILL_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
