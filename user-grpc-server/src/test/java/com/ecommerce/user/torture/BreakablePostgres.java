package com.ecommerce.user.torture;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.ecommerce.user.core.testing.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL on one port and one directory, which can be stopped, killed, frozen and started
 * again. The user postgres needs no password.
 */
final class BreakablePostgres implements AutoCloseable {
  private static final long STOP_SECONDS = 30;

  private final Path data;
  private final int port;
  private EmbeddedPostgres server;
  private List<ProcessHandle> processes = List.of();

  private BreakablePostgres(Path data, int port) {
    this.data = data;
    this.port = port;
  }

  /** Creates one that is not started; deletes what is in the directory. */
  static BreakablePostgres in(Path directory) throws IOException {
    // The library logs an error when it stops a server that was killed.
    ((Logger) LoggerFactory.getLogger("io.zonky.test")).setLevel(Level.OFF);
    var fresh = new BreakablePostgres(directory.resolve("postgres"), freePort());
    fresh.delete();
    Files.createDirectories(directory);
    return fresh;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void delete() throws IOException {
    if (Files.exists(data)) {
      try (Stream<Path> all = Files.walk(data)) {
        for (Path path : all.sorted((one, other) -> other.compareTo(one)).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  int port() {
    return port;
  }

  String host() {
    return "localhost:" + port;
  }

  /** Starts it, also after a crash, and waits until it accepts connections. */
  void start() throws IOException {
    server =
        TestPostgres.builder()
            .setPort(port)
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setPGStartupWait(Duration.ofMinutes(1))
            // The library turns them off; later options override earlier ones.
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("listen_addresses", "localhost")
            .setServerConfig("max_connections", "100")
            .start();
  }

  /** Stops it gracefully, and ends its sessions. */
  void stop() throws IOException {
    signal("INT", List.of(postmaster()));
    awaitEnd();
  }

  /** Kills all of its processes. */
  void kill() throws IOException {
    signal("KILL", all());
    awaitEnd();
  }

  /** Suspends all of its processes (SIGSTOP). */
  void freeze() throws IOException {
    processes = all();
    signal("STOP", processes);
  }

  void thaw() throws IOException {
    signal("CONT", processes);
    processes = List.of();
  }

  private ProcessHandle postmaster() throws IOException {
    long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
    return ProcessHandle.of(pid).orElseThrow(() -> new IOException("PostgreSQL does not run"));
  }

  private List<ProcessHandle> all() throws IOException {
    var postmaster = postmaster();
    return Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
  }

  private void signal(String name, List<ProcessHandle> receivers) throws IOException {
    processes = receivers;
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    receivers.forEach(one -> command.add(Long.toString(one.pid())));
    try {
      // The process may have ended in the meantime.
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  private void awaitEnd() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
    while (processes.stream().anyMatch(ProcessHandle::isAlive)) {
      if (System.nanoTime() > deadline) {
        throw new IOException("PostgreSQL does not end");
      }
      Thread.onSpinWait();
    }
    processes = List.of();
    try {
      server.close();
    } catch (IOException alreadyStopped) {
      // The library also tries to stop the server, which has already ended.
    }
    server = null;
  }

  /** Returns a standby that follows this one, not started; this one must be stopped. */
  BreakablePostgres standby(Path directory) throws IOException {
    var standby = in(directory);
    try (Stream<Path> all = Files.walk(data)) {
      for (Path path : all.toList()) {
        Path copy = standby.data.resolve(data.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectory(copy);
          Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(path));
        } else {
          Files.copy(path, copy);
        }
      }
    }
    Files.createFile(standby.data.resolve("standby.signal"));
    Files.writeString(
        standby.data.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=localhost port=%d user=postgres application_name=standby'%n"
            .formatted(port),
        StandardOpenOption.APPEND);
    return standby;
  }

  /** Opens a connection, which the caller closes. */
  Connection connect() throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", "postgres");
    properties.setProperty("connectTimeout", "1");
    properties.setProperty("socketTimeout", "5");
    return DriverManager.getConnection("jdbc:postgresql://" + host() + "/postgres", properties);
  }

  void execute(String sql) throws SQLException {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Waits until it answers a statement, and returns when that was, as {@link System#nanoTime}. */
  long awaitAnswer(String sql) throws InterruptedException {
    while (true) {
      try {
        execute(sql);
        return System.nanoTime();
      } catch (SQLException notYet) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (server != null) {
      thaw();
      kill();
    }
  }
}
