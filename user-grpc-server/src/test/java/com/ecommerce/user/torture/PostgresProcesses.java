package com.ecommerce.user.torture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The processes of an embedded PostgreSQL, which a campaign suspends and kills. */
final class PostgresProcesses {
  private static final long END_SECONDS = 10;

  private PostgresProcesses() {}

  /** Returns the server's process id; empty while it starts. */
  static Optional<Long> server(Path dataDirectory) throws IOException {
    Path file = dataDirectory.resolve("postgres/postmaster.pid");
    return Files.exists(file)
        ? Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
            .limit(1)
            .map(line -> Long.valueOf(line.strip()))
            .findFirst()
        : Optional.empty();
  }

  /**
   * Opens sessions and stops their processes, so that they do not notice the end of their server
   * and go on holding its memory.
   *
   * @return the process ids
   */
  static List<Long> stoppedSessions(Target target, int count) throws IOException, SQLException {
    List<Long> stopped = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Connection connection = target.database().getConnection();
      try (var row = connection.createStatement().executeQuery("select pg_backend_pid()")) {
        row.next();
        stopped.add(row.getLong(1));
      }
      signal("STOP", stopped.get(i));
    }
    return stopped;
  }

  /** Kills a process, and waits until it has ended. */
  static void kill(long pid) throws IOException, InterruptedException {
    signal("KILL", pid);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
    while (isAlive(pid) && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** Returns whether the process is running, and not a zombie. */
  static boolean isAlive(long pid) {
    try {
      String line =
          Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
      return line.charAt(line.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException ended) {
      return false;
    }
  }

  private static void signal(String name, long pid) throws IOException {
    try {
      new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid).start().waitFor();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }
}
