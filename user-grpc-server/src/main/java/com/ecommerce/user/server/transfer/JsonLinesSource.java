package com.ecommerce.user.server.transfer;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.v1.ImportedUser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The users of a file with a JSON object on each line, in UTF-8: the form of {@code ImportedUser}
 * in the JSON of protobuf, with the names of the .proto file or in camel case.
 */
public final class JsonLinesSource implements ImportSource {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** The size limit of a row of ImportUsers. */
  private static final int MAX_LINE = 1024 * 1024;

  private final SourceFile file;
  private final Columns columns;
  private long line;

  /** Opens a file. */
  public static JsonLinesSource open(Path file, Columns columns) throws IOException {
    return new JsonLinesSource(SourceFile.open(file), columns);
  }

  private JsonLinesSource(SourceFile file, Columns columns) {
    this.file = file;
    this.columns = columns;
  }

  @Override
  public Optional<Row> next() throws IOException {
    var bytes = new ByteArrayOutputStream();
    int octet;
    do {
      bytes.reset();
      line++;
      octet = readLine(bytes);
    } while (octet >= 0 && bytes.size() == 0);
    return bytes.size() == 0 ? Optional.empty() : Optional.of(row("line " + line, bytes));
  }

  /** Returns the octet after the line, which is -1 at the end of the file. */
  private int readLine(ByteArrayOutputStream bytes) throws IOException {
    int octet = file.read();
    while (octet >= 0 && octet != '\n') {
      // One byte more than allowed shows that the line is too long.
      if (octet != '\r' && bytes.size() <= MAX_LINE) {
        bytes.write(octet);
      }
      octet = file.read();
    }
    return octet;
  }

  private Row row(String place, ByteArrayOutputStream bytes) {
    if (bytes.size() > MAX_LINE) {
      return Row.malformed(place, "", "too long (expected: at most " + MAX_LINE + " bytes)");
    }
    try {
      return JSON.readTree(bytes.toByteArray()) instanceof ObjectNode object
          ? row(place, object)
          : Row.malformed(place, "", "no JSON object (expected: one on each line)");
    } catch (JacksonException malformed) {
      return Row.malformed(place, "", "not JSON (expected: a JSON object in UTF-8 on each line)");
    }
  }

  private Row row(String place, ObjectNode object) {
    var violations = new Violations();
    var user = ImportedUser.newBuilder();
    columns.setAll(violations, user, name -> text(object.path(name)));
    object.remove(columns.names());
    try {
      JsonFormat.parser().merge(object.toString(), user);
    } catch (InvalidProtocolBufferException unknown) {
      return Row.malformed(place, "", unknown.getMessage());
    }
    return Row.of(place, user, violations);
  }

  private static Optional<String> text(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    return Optional.of(value.isValueNode() ? value.asString() : value.toString());
  }

  @Override
  public double progress() {
    return file.progress();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
