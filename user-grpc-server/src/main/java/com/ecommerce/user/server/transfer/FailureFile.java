package com.ecommerce.user.server.transfer;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.server.file.OwnFiles;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file of the rows that an import refused: a JSON object on each line, with the place of the
 * row, the reason and the fields. Only its owner can read it. There is none if no row was refused.
 * Not thread-safe.
 */
public final class FailureFile implements AutoCloseable {
  /** The name of the file if none is given. */
  public static final String NAME = "import-failures.jsonl";

  /** The beginning of each line, by which the file of an earlier import is recognized. */
  private static final String BEGIN = "{\"place\":";

  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path path;
  private final BufferedWriter writer;
  private boolean isEmpty = true;

  /** A line of the file. */
  private record Line(
      String place, String reason, String message, List<Map<String, String>> errors) {}

  private FailureFile(Path path, BufferedWriter writer) {
    this.path = path;
    this.writer = writer;
  }

  /**
   * Creates the file, in the place of the one of an earlier import.
   *
   * @throws SourceException if there is another file
   */
  public static FailureFile create(Path path) throws IOException {
    if (Files.exists(path) && !isFailureFile(path)) {
      throw new SourceException(
          path
              + ": exists, and is not the file of an earlier import (expected: another --failures)");
    }
    Files.deleteIfExists(path);
    Files.createFile(path);
    OwnFiles.setMode(path, OwnFiles.PRIVATE_FILE);
    return new FailureFile(path, Files.newBufferedWriter(path, StandardCharsets.UTF_8));
  }

  private static boolean isFailureFile(Path path) throws IOException {
    try (var in = Files.newInputStream(path)) {
      String begin = new String(in.readNBytes(BEGIN.length()), StandardCharsets.UTF_8);
      return begin.isEmpty() || begin.equals(BEGIN);
    }
  }

  void add(String place, UserServiceException failure) throws IOException {
    var errors =
        failure.violations().stream()
            .map(
                violation ->
                    Map.of(
                        "field", violation.field(),
                        "rule", violation.rule(),
                        "message", violation.message()))
            .toList();
    var line = new Line(place, failure.reason().name(), failure.getMessage(), errors);
    writer.write(JSON.writeValueAsString(line));
    writer.write('\n');
    isEmpty = false;
  }

  void flush() throws IOException {
    writer.flush();
  }

  @Override
  public void close() throws IOException {
    writer.close();
    if (isEmpty) {
      Files.delete(path);
    }
  }
}
