package com.ecommerce.user.server.transfer;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.v1.ImportedUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The users of a JSON document with an array {@code users}, as Keycloak and Firebase export them.
 * Only one of them is in memory at a time.
 */
final class JsonUsers implements ImportSource {
  /** Reads values from within a document. */
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final String USERS = "users";

  private final SourceFile file;
  private final JsonParser parser;
  private final Form form;
  private boolean hasEnded;

  /** The form of the users of a system. */
  interface Form {
    /** Returns the name of the field that identifies a user. */
    String idField();

    /**
     * Fills in a row.
     *
     * @param violations receives what cannot be read
     * @return false if the user is none to import
     */
    boolean read(JsonNode user, ImportedUser.Builder row, Violations violations);
  }

  private JsonUsers(SourceFile file, Form form) {
    this.file = file;
    this.parser = JSON.createParser(file);
    this.form = form;
  }

  /**
   * Opens a document.
   *
   * @throws SourceException if it has no array of users
   */
  static JsonUsers open(Path path, Form form) throws IOException {
    var file = SourceFile.open(path);
    try {
      var users = new JsonUsers(file, form);
      users.findArray();
      return users;
    } catch (RuntimeException failed) {
      file.close();
      throw failed;
    }
  }

  private void findArray() {
    try {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = parser.currentName();
          if (parser.nextToken() == JsonToken.START_ARRAY && name.equals(USERS)) {
            return;
          }
          parser.skipChildren();
        }
      }
    } catch (JacksonException malformed) {
      throw notJson(malformed);
    }
    throw new SourceException(file + ": no users (expected: a JSON object with an array users)");
  }

  private SourceException notJson(JacksonException malformed) {
    return new SourceException(
        file + ": not JSON at line " + malformed.getLocation().getLineNr(), malformed);
  }

  @Override
  public Optional<Row> next() {
    Optional<Row> row = Optional.empty();
    while (row.isEmpty() && !hasEnded) {
      var user = nextUser();
      row = user.flatMap(this::row);
      hasEnded = user.isEmpty();
    }
    return row;
  }

  private Optional<JsonNode> nextUser() {
    try {
      var token = parser.nextToken();
      if (token == JsonToken.START_OBJECT) {
        return Optional.of(JSON.readTree(parser));
      }
      if (token == JsonToken.END_ARRAY) {
        return Optional.empty();
      }
    } catch (JacksonException malformed) {
      throw notJson(malformed);
    }
    throw new SourceException(file + ": a user that is no JSON object");
  }

  private Optional<Row> row(JsonNode user) {
    String place = form.idField() + " " + user.path(form.idField()).asString("");
    var violations = new Violations();
    var row = ImportedUser.newBuilder();
    if (!form.read(user, row, violations)) {
      return Optional.empty();
    }
    return Optional.of(Row.of(place, row, violations));
  }

  /** Returns the text of a field; empty if it is absent. */
  static Optional<String> text(JsonNode object, String field) {
    var value = object.path(field);
    return value.isValueNode() && !value.isNull()
        ? Optional.of(value.asString()).filter(text -> !text.isEmpty())
        : Optional.empty();
  }

  /** Returns a JSON object that is given as a text; empty if the text is none. */
  static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException malformed) {
      return JSON.createObjectNode();
    }
  }

  /** Returns base64 in the alphabet of RFC 4648, section 4, without padding. */
  static String base64(String text) {
    return text.replace('-', '+').replace('_', '/').replace("=", "");
  }

  @Override
  public double progress() {
    return file.progress();
  }

  @Override
  public void close() throws IOException {
    parser.close();
    file.close();
  }
}
