package com.ecommerce.user.server.transfer;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.v1.ImportedUser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The users of a file of comma-separated values in UTF-8 (RFC 4180), whose first line names the
 * columns. Semicolons and tabs separate values, too, if the first line has them and no commas.
 */
public final class CsvSource implements ImportSource {
  private static final int MAX_HEADER = 1 << 16;

  private final SourceFile file;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;
  private final List<Optional<FieldPath>> fields = new ArrayList<>();

  /**
   * Opens a file.
   *
   * @throws SourceException if a column has no field, the mapping names a column that does not
   *     exist, or two columns have the same name
   */
  public static CsvSource open(Path path, Columns columns) throws IOException {
    var file = SourceFile.open(path);
    try {
      return new CsvSource(file, columns);
    } catch (IOException | RuntimeException failed) {
      file.close();
      throw failed;
    }
  }

  private CsvSource(SourceFile file, Columns columns) throws IOException {
    this.file = file;
    var reader =
        new BufferedReader(
            new InputStreamReader(file, StandardCharsets.UTF_8.newDecoder()), MAX_HEADER);
    var format =
        CSVFormat.RFC4180.builder().setDelimiter(delimiter(reader)).setIgnoreEmptyLines(true).get();
    parser = CSVParser.parse(reader, format);
    records = parser.iterator();
    var header =
        nextRecord().orElseThrow(() -> new SourceException(file + ": empty (expected: CSV)"));
    Set<String> names = new HashSet<>();
    for (String column : header) {
      String name = column.strip();
      if (!names.add(name) && columns.field(name).isPresent()) {
        throw new SourceException(file + ": two columns " + name + " (expected: different names)");
      }
      fields.add(columns.field(name));
    }
    columns.names().stream()
        .filter(name -> !names.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new SourceException(
                  file
                      + ": no column "
                      + name
                      + " (expected: one of "
                      + String.join(", ", header)
                      + ")");
            });
  }

  private static char delimiter(BufferedReader reader) throws IOException {
    reader.mark(MAX_HEADER);
    char[] start = new char[MAX_HEADER - 1];
    int length = Math.max(0, reader.read(start));
    reader.reset();
    String header = new String(start, 0, length).lines().findFirst().orElse("");
    if (header.indexOf(',') >= 0) {
      return ',';
    }
    return header.indexOf(';') >= 0 ? ';' : header.indexOf('\t') >= 0 ? '\t' : ',';
  }

  private Optional<CSVRecord> nextRecord() {
    try {
      return records.hasNext() ? Optional.of(records.next()) : Optional.empty();
    } catch (UncheckedIOException broken) {
      String problem =
          broken.getCause() instanceof CharacterCodingException
              ? "bytes that are not UTF-8 (expected: text in UTF-8)"
              : "not CSV (expected: quotes around values that contain quotes)";
      throw new SourceException(
          file + ": after line " + parser.getCurrentLineNumber() + ": " + problem, broken);
    }
  }

  @Override
  public Optional<Row> next() {
    return nextRecord().map(this::row);
  }

  private Row row(CSVRecord line) {
    String place = "row " + line.getRecordNumber();
    if (line.size() != fields.size()) {
      return Row.malformed(
          place, "", line.size() + " values (expected: " + fields.size() + ", as the first line)");
    }
    var violations = new Violations();
    var user = ImportedUser.newBuilder();
    for (int i = 0; i < fields.size(); i++) {
      String value = line.get(i);
      fields.get(i).ifPresent(field -> field.set(violations, user, value));
    }
    return Row.of(place, user, violations);
  }

  @Override
  public double progress() {
    return file.progress();
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
