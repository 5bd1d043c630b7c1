package com.ecommerce.user.bench.server;

import com.ecommerce.user.core.testing.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * A PostgreSQL with the settings of the embedded one. Unlike that one, it does not depend on the
 * service, so measurements can restart the service on the same data and create databases.
 */
final class LastingDatabase implements AutoCloseable {
  /** The unit of times in /proc, in milliseconds. */
  private static final int TICK = 10;

  private final EmbeddedPostgres postgres;
  private final Path data;

  private LastingDatabase(EmbeddedPostgres postgres, Path data) {
    this.postgres = postgres;
    this.data = data;
  }

  /**
   * Starts PostgreSQL on the data in the directory, or on new data. Only one process at a time may
   * use the directory.
   */
  static LastingDatabase start(Path directory) {
    Path data = directory.resolve("postgres").toAbsolutePath();
    try {
      return new LastingDatabase(
          TestPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              // The library passes -F and turns synchronous_commit off; later options override
              // earlier ones.
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("listen_addresses", "localhost")
              .setServerConfig("max_connections", "200")
              .start(),
          data);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Returns the port on loopback, which accepts the user postgres without a password. */
  int port() {
    return postgres.getPort();
  }

  /** Returns the processor time that all its processes have used, those that ended included. */
  Duration processorTime() {
    try {
      long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
      var postmaster = ProcessHandle.of(pid).orElseThrow();
      return Stream.concat(Stream.of(postmaster), postmaster.children())
          .flatMap(process -> process.info().totalCpuDuration().stream())
          .reduce(ofEndedChildren(pid), Duration::plus);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Returns the sum of cutime and cstime (proc_pid_stat(5)). */
  private static Duration ofEndedChildren(long pid) throws IOException {
    String text = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    // Fields are counted from the state: the name before it may have spaces.
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
    return Duration.ofMillis((Long.parseLong(fields[13]) + Long.parseLong(fields[14])) * TICK);
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
