package com.ecommerce.user.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A running PostgreSQL without durability, whose data is deleted when it is closed. Thread-safe.
 */
final class TemporaryPostgres implements AutoCloseable {
  private static final int POOL_SIZE = 10;

  private final EmbeddedPostgres postgres;
  private final AtomicInteger databases = new AtomicInteger();

  private TemporaryPostgres(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  /** Starts a PostgreSQL, which takes a few seconds. */
  static TemporaryPostgres start() {
    try {
      // In this locale, lower() supports the letters of every script.
      return new TemporaryPostgres(
          EmbeddedPostgres.builder()
              .setLocaleConfig("locale-provider", "builtin")
              .setLocaleConfig("builtin-locale", "C.UTF-8")
              .setServerConfig("max_connections", "500")
              .setPGStartupWait(Duration.ofMinutes(2))
              .start());
    } catch (IOException failed) {
      throw new UncheckedIOException("the embedded PostgreSQL did not start", failed);
    }
  }

  /** Creates an empty database, and returns a pool on it, which the caller closes. */
  HikariDataSource newDatabase() {
    String name = "users_" + databases.incrementAndGet();
    try (var connection = postgres.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("create database " + name);
    } catch (SQLException failed) {
      throw new IllegalStateException("the database " + name + " was not created", failed);
    }
    var config = new HikariConfig();
    config.setPoolName(name);
    config.setDataSource(postgres.getDatabase("postgres", name));
    config.setMaximumPoolSize(POOL_SIZE);
    return new HikariDataSource(config);
  }

  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException failed) {
      throw new UncheckedIOException("the embedded PostgreSQL did not stop", failed);
    }
  }
}
