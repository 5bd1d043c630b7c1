package com.ecommerce.user.torture;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The service under attack, on this machine.
 *
 * @param pid the id of its process
 * @param dataDirectory the directory of its database
 */
record Target(int grpcPort, int restPort, int metricsPort, long pid, Path dataDirectory) {
  private static final String ADDRESS = "127.0.0.1";

  InetSocketAddress grpc() {
    return new InetSocketAddress(ADDRESS, grpcPort);
  }

  InetSocketAddress rest() {
    return new InetSocketAddress(ADDRESS, restPort);
  }

  /** Returns its database, for attacks that need data from it. */
  DataSource database() throws IOException {
    var database = new PGSimpleDataSource();
    Path password = dataDirectory.resolve("postgres-password");
    // Releases before had a superuser without a password.
    boolean hasPassword = Files.exists(password);
    database.setUser(hasPassword ? "user_service" : "postgres");
    if (hasPassword) {
      database.setPassword(Files.readString(password).strip());
    }
    String port = Files.readAllLines(dataDirectory.resolve("postgres/postmaster.pid")).get(3);
    database.setUrl("jdbc:postgresql://localhost:" + port + "/postgres");
    return database;
  }
}
