package com.ecommerce.user.bench;

import com.ecommerce.user.core.testing.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A PostgreSQL with the settings of the embedded one, for measurements that start and stop the
 * service while the data stays, and that make databases.
 */
final class LastingDatabase implements AutoCloseable {
  private final EmbeddedPostgres postgres;

  private LastingDatabase(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  /** Starts it on the data that is in the directory, or on none. One process at a time may. */
  static LastingDatabase start(Path directory) {
    try {
      return new LastingDatabase(
          TestPostgres.withUnicodeLocale(EmbeddedPostgres.builder())
              .setDataDirectory(directory.resolve("postgres").toAbsolutePath())
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              .setPGStartupWait(Duration.ofMinutes(1))
              // The library passes -F and turns the other one off; later options override earlier
              // ones.
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("listen_addresses", "localhost")
              .setServerConfig("max_connections", "200")
              .start());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** On loopback, for the user postgres without a password. */
  int port() {
    return postgres.getPort();
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
