package com.ecommerce.user.bench.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that runs beside the measurement, and is stopped properly when it is closed. */
public final class ChildProcess implements AutoCloseable {
  private static final long TIMEOUT_SECONDS = 120;
  private static final String END = "\0";

  private final Process process;
  private final Path log;
  private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();

  private ChildProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a process.
   *
   * @param environment the environment, except for PATH, HOME and the locale
   * @param log the file for its standard error
   */
  public static ChildProcess start(
      List<String> command, Map<String, String> environment, Path log) {
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      var builder =
          new ProcessBuilder(command)
              // A JVM that crashes writes its report beside the log.
              .directory(log.toAbsolutePath().getParent().toFile())
              .redirectError(log.toFile());
      builder
          .environment()
          .keySet()
          .removeIf(name -> !name.matches("PATH|HOME|LANG|LC_.*|TMPDIR|JAVA_HOME"));
      // The value is the same as in scripts/run.
      builder.environment().put("MALLOC_ARENA_MAX", "2");
      builder.environment().putAll(environment);
      var child = new ChildProcess(builder.start(), log);
      // The process ends even if the measurement is interrupted.
      Runtime.getRuntime().addShutdownHook(new Thread(child.process::destroy));
      child.readOutput();
      return child;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void readOutput() {
    var reader =
        new Thread(
            () -> {
              try (var lines =
                  new BufferedReader(
                      new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                lines.lines().forEach(unread::add);
              } catch (IOException | UncheckedIOException ended) {
                unread.add("(cut off: " + ended.getMessage() + ")");
              }
              unread.add(END);
            },
            "output of process " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** Returns the first group of the pattern, in the first line of the output that contains it. */
  public String await(Pattern pattern) {
    try {
      while (true) {
        String line = unread.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (line == null || line.equals(END)) {
          throw new IllegalStateException(
              "a server did not start (" + pattern + "); its log is " + log);
        }
        Matcher matcher = pattern.matcher(line);
        if (matcher.find()) {
          return matcher.group(1);
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  public long pid() {
    return process.pid();
  }

  /** Returns the processor time that the process has used. */
  public Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Returns the proportional set size of the process in MiB, as Linux counts it. */
  public double memory() {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/smaps_rollup")).stream()
              .filter(line -> line.startsWith("Pss:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum()
          / 1024.0;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() {
    process.toHandle().destroy();
    try {
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.toHandle().destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      process.toHandle().destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
