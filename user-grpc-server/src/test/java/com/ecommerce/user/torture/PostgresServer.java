package com.ecommerce.user.torture;

import com.ecommerce.user.core.testing.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL of a campaign, for services with a DATABASE_URL. It can be stopped and started again
 * on the same port, and writes durably. Not thread-safe.
 */
final class PostgresServer implements AutoCloseable {
  private static final String USER = "postgres";

  private final Path data;
  private final int port;
  private EmbeddedPostgres running;

  private PostgresServer(Path data, EmbeddedPostgres running) {
    this.data = data;
    this.running = running;
    this.port = running.getPort();
  }

  /**
   * Starts a server on an empty database.
   *
   * @param directory the directory of the data; data of an earlier run is deleted
   */
  static PostgresServer start(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path data = directory.resolve("postgres");
    Directories.delete(data);
    return new PostgresServer(data, builder(data).start());
  }

  private static EmbeddedPostgres.Builder builder(Path data) {
    return TestPostgres.builder()
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on");
  }

  /** Disconnects all clients and stops the server. */
  void stop() throws IOException {
    running.close();
  }

  /** Starts the server on the same data and port. */
  void startAgain() throws IOException {
    running = builder(data).setPort(port).start();
  }

  /** Ends all connections but this one's, and returns their number. */
  int terminateBackends() throws SQLException {
    return number(
        """
        select count(pg_terminate_backend(pid))
        from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
        """);
  }

  /** Returns the number of connections, without this one's. */
  int connections() throws SQLException {
    return number(
        """
        select count(*) from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()
        """);
  }

  /** Returns the first value of a query. */
  int number(String query) throws SQLException {
    try (var connection = dataSource().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getInt(1);
    }
  }

  /** The value of DATABASE_URL. */
  String url() {
    return "postgresql://" + USER + "@localhost:" + port + "/postgres";
  }

  DataSource dataSource() {
    var database = new PGSimpleDataSource();
    database.setUser(USER);
    database.setUrl("jdbc:postgresql://localhost:" + port + "/postgres");
    return database;
  }

  @Override
  public void close() throws IOException {
    running.close();
  }
}
