package com.ecommerce.user.bench;

import com.ecommerce.user.core.testing.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A PostgreSQL with the settings of the embedded one. Unlike that one, it does not depend on the
 * service, so measurements can restart the service on the same data and create databases.
 */
final class LastingDatabase implements AutoCloseable {
  private final EmbeddedPostgres postgres;

  private LastingDatabase(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  /**
   * Starts PostgreSQL on the data in the directory, or on new data. Only one process at a time may
   * use the directory.
   */
  static LastingDatabase start(Path directory) {
    try {
      return new LastingDatabase(
          TestPostgres.withUnicodeLocale(EmbeddedPostgres.builder())
              .setDataDirectory(directory.resolve("postgres").toAbsolutePath())
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              .setPGStartupWait(Duration.ofMinutes(1))
              // The library passes -F and turns synchronous_commit off; later options override
              // earlier ones.
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("listen_addresses", "localhost")
              .setServerConfig("max_connections", "200")
              .start());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Returns the port on loopback, which accepts the user postgres without a password. */
  int port() {
    return postgres.getPort();
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
