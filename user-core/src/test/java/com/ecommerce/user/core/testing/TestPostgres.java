package com.ecommerce.user.core.testing;

import com.ecommerce.user.core.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A running PostgreSQL that hands out databases: copies of a template that was migrated once.
 * Thread-safe. Jupiter tests get their database from {@link PostgresExtension}; this is for tests
 * of other engines.
 */
public final class TestPostgres implements AutoCloseable {
  private static final String TEMPLATE = "template_users";

  /** The time that the start of a server may take on a busy machine. */
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private static TestPostgres shared;

  private final EmbeddedPostgres postgres;
  private final AtomicInteger databases = new AtomicInteger();

  private TestPostgres(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  /** Returns the server of this JVM, which starts at the first call and stops with the JVM. */
  public static synchronized TestPostgres shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  /** Starts a server that the caller closes, for tests that stop or damage it. */
  public static TestPostgres start() {
    try {
      var started =
          new TestPostgres(
              builder()
                  .setServerConfig("fsync", "off")
                  .setServerConfig("full_page_writes", "off")
                  .setServerConfig("max_connections", "200")
                  .start());
      started.execute("create database " + TEMPLATE);
      Migrations.migrate(started.postgres.getDatabase("postgres", TEMPLATE));
      return started;
    } catch (IOException failed) {
      throw new UncheckedIOException("PostgreSQL did not start", failed);
    }
  }

  /** Returns the settings of a server like that of the service, for any machine. */
  public static EmbeddedPostgres.Builder builder() {
    // In this locale, lower() supports the letters of all scripts.
    return EmbeddedPostgres.builder()
        .setLocaleConfig("locale-provider", "builtin")
        .setLocaleConfig("builtin-locale", "C.UTF-8")
        .setPort(FreePorts.next())
        .setPGStartupWait(START_LIMIT);
  }

  public TestDatabase newDatabase() {
    String name = "test_" + databases.incrementAndGet();
    execute("create database " + name + " template " + TEMPLATE);
    return new TestDatabase(
        postgres.getDatabase("postgres", name), postgres.getJdbcUrl("postgres", name));
  }

  private void execute(String sql) {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failed) {
      throw new IllegalStateException(sql, failed);
    }
  }

  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException failed) {
      throw new UncheckedIOException("PostgreSQL did not stop", failed);
    }
  }
}
