package com.ecommerce.user.core;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks whether exactly the migrations of this library are applied, without loading Flyway, which
 * takes a large part of the time of a start. In doubt, the answer is no, and Flyway decides.
 */
final class SchemaHistory {
  static final String TABLE = "user_schema_history";

  private static final Logger log = LoggerFactory.getLogger(SchemaHistory.class);
  private static final String LIST = "migrations.txt";
  private static final Pattern FILE = Pattern.compile("V(\\d+)__\\w+\\.sql");

  private SchemaHistory() {}

  /**
   * Returns whether the schema is current, so that there is nothing to do and nothing to report.
   *
   * @param folder the resource folder of the migrations
   */
  static boolean isCurrent(DataSource dataSource, String folder) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      var files = brought(folder);
      return !files.isEmpty()
          && exists(statement)
          && applied(statement).filter(files::equals).isPresent();
    } catch (IOException unreadable) {
      log.warn(
          "The list of applied migrations cannot be compared; Flyway checks the schema instead",
          unreadable);
      return false;
    }
  }

  /** Returns whether any migration has been applied. */
  static boolean exists(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      return exists(statement);
    }
  }

  private static boolean exists(Statement statement) throws SQLException {
    String sql = "select to_regclass(format('%I." + TABLE + "', current_schema())) is not null";
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.next() && row.getBoolean(1);
    }
  }

  /** Checksums by version; empty when there is anything but migrations that went well. */
  private static Optional<Map<String, Integer>> applied(Statement statement) throws SQLException {
    Map<String, Integer> checksums = new HashMap<>();
    String sql =
        "select version, checksum, success and type = 'SQL' and version is not null from "
            + TABLE
            + " where type <> 'BASELINE'";
    try (ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        if (!row.getBoolean(3)) {
          return Optional.empty();
        }
        checksums.put(row.getString(1), row.getInt(2));
      }
    }
    return Optional.of(checksums);
  }

  /** Checksums by version of the files, which a list names: a jar would be read to its end. */
  private static Map<String, Integer> brought(String folder) throws IOException {
    Map<String, Integer> checksums = new HashMap<>();
    for (String name : lines(LIST)) {
      Matcher file = FILE.matcher(name);
      if (!file.matches()) {
        return Map.of();
      }
      checksums.put(file.group(1), checksum("/" + folder + "/" + name));
    }
    return checksums;
  }

  /** Computes the checksum as Flyway does: over the lines, without their line breaks. */
  private static int checksum(String file) throws IOException {
    var checksum = new CRC32();
    lines(file).forEach(line -> checksum.update(line.getBytes(StandardCharsets.UTF_8)));
    return (int) checksum.getValue();
  }

  private static List<String> lines(String file) throws IOException {
    try (InputStream stream = SchemaHistory.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new FileNotFoundException(file);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
