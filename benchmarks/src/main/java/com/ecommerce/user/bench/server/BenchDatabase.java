package com.ecommerce.user.bench.server;

import com.ecommerce.user.bench.load.BenchUsers;
import com.ecommerce.user.core.Migrations;
import com.ecommerce.user.core.testing.UserLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The PostgreSQL of the measurements, with the settings of the embedded database (fsync on). It has
 * one database for each number of users, which are kept in the directory for the next run.
 */
public final class BenchDatabase implements AutoCloseable {
  /** The version of the users in {@link BenchUsers}. Increased when they change. */
  private static final int VERSION = 2;

  private final LastingDatabase postgres;

  private BenchDatabase(LastingDatabase postgres) {
    this.postgres = postgres;
  }

  public static BenchDatabase start(Path directory) {
    return new BenchDatabase(LastingDatabase.start(directory.resolve("database")));
  }

  public int port() {
    return postgres.port();
  }

  /** Returns the processor time that all processes of the database have used. */
  public Duration processorTime() {
    return postgres.processorTime();
  }

  /**
   * Returns the name of a migrated database with so many users, which is created if it does not
   * exist.
   */
  public String withUsers(int count) {
    String name = "bench_" + VERSION + "_" + count;
    if (!isLoaded(name)) {
      System.err.printf(Locale.ROOT, "Loading %,d users ...%n", count);
      long start = System.nanoTime();
      execute("postgres", "drop database if exists " + name);
      execute("postgres", "create database " + name);
      Migrations.migrate(dataSource(name));
      UserLoader.load(dataSource(name), BenchUsers.ALL, count);
      execute("postgres", "comment on database " + name + " is 'loaded'");
      execute(name, "checkpoint");
      System.err.printf(Locale.ROOT, "Loaded in %.1f s%n", (System.nanoTime() - start) / 1e9);
    }
    Migrations.migrate(dataSource(name));
    return name;
  }

  private boolean isLoaded(String name) {
    return query(
            "postgres",
            "select count(*) from pg_database where shobj_description(oid, 'pg_database') = 'loaded'"
                + " and datname = '"
                + name
                + "'")
        .equals("1");
  }

  /** Returns the URL in the format of DATABASE_URL. */
  String url(String database) {
    return "postgresql://postgres@localhost:" + port() + "/" + database;
  }

  public String jdbcUrl(String database) {
    return "jdbc:postgresql://localhost:" + port() + "/" + database;
  }

  /** Returns the environment variables that pgbench and psql read. */
  Map<String, String> environment(String database) {
    return Map.of(
        "PGHOST", "localhost", "PGPORT", "" + port(), "PGUSER", "postgres", "PGDATABASE", database);
  }

  public void execute(String database, String sql) {
    try (Connection connection = dataSource(database).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failed) {
      throw new IllegalStateException(sql, failed);
    }
  }

  /** Returns the only value of the only row. */
  public String query(String database, String sql) {
    try (Connection connection = dataSource(database).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    } catch (SQLException failed) {
      throw new IllegalStateException(sql, failed);
    }
  }

  private PGSimpleDataSource dataSource(String database) {
    var dataSource = new PGSimpleDataSource();
    dataSource.setUrl(jdbcUrl(database));
    dataSource.setUser("postgres");
    return dataSource;
  }

  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
