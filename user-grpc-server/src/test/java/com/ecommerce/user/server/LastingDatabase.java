package com.ecommerce.user.server;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The embedded database as the service starts it, with the same settings, for measurements that
 * start and stop the service while the data stays.
 */
public final class LastingDatabase implements AutoCloseable {
  private static final int POOL_SIZE = 10;

  private final EmbeddedDatabase database;
  private final int port;

  private LastingDatabase(EmbeddedDatabase database, int port) {
    this.database = database;
    this.port = port;
  }

  /** Starts it on the data that is in the directory, or on none. One process at a time may. */
  public static LastingDatabase start(Path dataDirectory) {
    var database = EmbeddedDatabase.start(dataDirectory, POOL_SIZE);
    String url = database.url().jdbcUrl();
    int end = url.lastIndexOf('/');
    return new LastingDatabase(
        database, Integer.parseInt(url.substring(url.lastIndexOf(':', end) + 1, end)));
  }

  /** On loopback, for the user postgres without a password. */
  public int port() {
    return port;
  }

  @Override
  public void close() throws IOException {
    database.close();
  }
}
