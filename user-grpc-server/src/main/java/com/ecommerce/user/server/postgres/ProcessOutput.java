package com.ecommerce.user.server.postgres;

import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the output of a process while it runs, and keeps the end of it. The output is not logged,
 * since errors of statements repeat personal data. Thread-safe.
 */
final class ProcessOutput {
  private static final Logger log = LoggerFactory.getLogger(ProcessOutput.class);

  /** Lines of PostgreSQL about a problem that ends the program; they repeat no statement. */
  private static final Pattern PROBLEM = Pattern.compile("\\b(?:FATAL|PANIC|error): .*");

  /** Refusals of clients during the start and the shutdown, which do not explain a failure. */
  private static final String REFUSAL = "the database system is ";

  private static final int SHOWN_LINES = 5;

  private final InputStream stream;
  private final int limit;
  private final Deque<String> kept = new ArrayDeque<>();
  private final Thread reader = DaemonThreads.named("postgres-output").newThread(this::read);

  /**
   * @param limit the number of lines to keep
   */
  ProcessOutput(InputStream stream, int limit) {
    this.stream = stream;
    this.limit = limit;
  }

  void start() {
    reader.start();
  }

  private void read() {
    try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      lines.lines().forEach(this::keep);
    } catch (IOException | UncheckedIOException cutOff) {
      log.debug("The output of PostgreSQL was cut off", cutOff);
    }
  }

  private synchronized void keep(String line) {
    kept.add(line);
    if (kept.size() > limit) {
      kept.remove();
    }
  }

  /** Waits for the end of the output, and returns the lines that were kept. */
  List<String> lines() throws InterruptedException {
    reader.join();
    return copy();
  }

  /**
   * Returns PostgreSQL's last error message, such as {@code FATAL: could not write lock file
   * "postmaster.pid": No space left on device}; the last lines if there is none.
   */
  String problem() {
    try {
      // Another process may hold the pipe open.
      reader.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    var lines = copy();
    for (int i = lines.size() - 1; i >= 0; i--) {
      var problem = PROBLEM.matcher(lines.get(i));
      if (problem.find() && !problem.group().contains(REFUSAL)) {
        return problem.group().replaceAll("\\s+", " ");
      }
    }
    return String.join("; ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
  }

  private synchronized List<String> copy() {
    return List.copyOf(kept);
  }
}
