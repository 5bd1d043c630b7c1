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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** The runnable jar in a process of its own, on a database of its own, whose memory is watched. */
final class ServiceUnderTest implements AutoCloseable {
  private static final Pattern GRPC = Pattern.compile("gRPC UserService listening on port (\\d+)");
  private static final Pattern REST = Pattern.compile("REST API listening on port (\\d+)");
  private static final Pattern METRICS = Pattern.compile("Metrics listening on port (\\d+)");
  private static final long WATCH_MILLIS = 100;
  private static final long STOP_SECONDS = 30;

  private final Process process;
  private final Path log;
  private final Path data;
  private final AtomicLong maxKibibytes = new AtomicLong();
  private Target target;

  private ServiceUnderTest(Process process, Path log, Path data) {
    this.process = process;
    this.log = log;
    this.data = data;
  }

  /**
   * @param settings environment variables in addition to those that every attack needs
   */
  static ServiceUnderTest start(CampaignOptions options, Map<String, String> settings)
      throws IOException {
    return start(options, "", settings);
  }

  /**
   * @param suffix the suffix of the names of its log and data directory, for campaigns with several
   *     instances
   * @param settings environment variables in addition to those that every attack needs
   */
  static ServiceUnderTest start(
      CampaignOptions options, String suffix, Map<String, String> settings) throws IOException {
    var directory = options.directory();
    Files.createDirectories(directory);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options.javaOptions());
    command.addAll(List.of("-jar", options.jar().toString()));
    var log = directory.resolve("service" + suffix + ".log");
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.redirectError(log.toFile());
    builder.environment().keySet().removeIf(name -> !name.matches("PATH|HOME|LANG|LC_.*|TMPDIR"));
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    builder.environment().put("GRPC_PORT", "0");
    builder.environment().put("REST_PORT", "0");
    builder.environment().put("METRICS_PORT", "0");
    builder.environment().put("BIND_ADDRESS", "127.0.0.1");
    builder.environment().put("AUTH_MODE", "off");
    builder.environment().put("PASSWORD_BCRYPT_COST", "4");
    var data = directory.resolve("data" + suffix);
    builder.environment().put("DATA_DIR", data.toString());
    builder.environment().putAll(settings);
    var service = new ServiceUnderTest(builder.start(), log, data);
    Runtime.getRuntime().addShutdownHook(new Thread(service.process::destroy));
    service.awaitPorts();
    var watch = new Thread(service::watch, "memory-watch");
    watch.setDaemon(true);
    watch.start();
    return service;
  }

  private void awaitPorts() throws IOException {
    int grpc = 0;
    int rest = 0;
    int metrics = 0;
    // The pipe stays open, since the process prints only a few lines later.
    var lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    while (grpc == 0 || rest == 0 || metrics == 0) {
      String line = lines.readLine();
      if (line == null) {
        throw new IOException("the service did not start; its log is " + log);
      }
      grpc = port(GRPC, line, grpc);
      rest = port(REST, line, rest);
      metrics = port(METRICS, line, metrics);
    }
    target = new Target(grpc, rest, metrics, process.pid(), data);
  }

  private static int port(Pattern pattern, String line, int known) {
    var matcher = pattern.matcher(line);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : known;
  }

  private void watch() {
    while (process.isAlive()) {
      maxKibibytes.accumulateAndGet(kibibytes(), Math::max);
      try {
        Thread.sleep(WATCH_MILLIS);
      } catch (InterruptedException interrupted) {
        return;
      }
    }
  }

  /** Returns the resident size, as Linux counts it; 0 if the process has ended. */
  private long kibibytes() {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException ended) {
      return 0;
    }
  }

  Target target() {
    return target;
  }

  long mebibytes() {
    return kibibytes() / 1024;
  }

  long maxMebibytes() {
    return maxKibibytes.get() / 1024;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the file that has the log. */
  Path log() {
    return log;
  }

  int exitStatus() {
    return process.exitValue();
  }

  /** Kills the process, and waits until it has ended. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  long logLines() {
    try (var lines = Files.lines(log)) {
      return lines.count();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Returns the number of lines that match. */
  long logLines(String pattern) {
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> line.matches(pattern)).count();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
