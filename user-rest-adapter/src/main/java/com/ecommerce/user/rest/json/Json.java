package com.ecommerce.user.rest.json;

import java.nio.charset.CharacterCodingException;
import java.util.Collection;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON as this API writes and reads it: names in snake_case, times in ISO 8601. Stateless. */
public final class Json {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .build();

  private Json() {}

  public static byte[] write(Object body) {
    return MAPPER.writeValueAsBytes(body);
  }

  /** Returns the tree of the JSON that {@link #write} writes. */
  static JsonNode tree(Object body) {
    return MAPPER.valueToTree(body);
  }

  /**
   * Parses a body that is one JSON object.
   *
   * @throws IllegalArgumentException if it is anything else; the message has no part of the body
   */
  public static JsonNode readObject(byte[] body) {
    try {
      JsonNode node = MAPPER.readTree(text(body));
      if (node.isObject()) {
        return node;
      }
    } catch (CharacterCodingException malformed) {
      throw new IllegalArgumentException("the body has invalid characters (expected: UTF-8)");
    } catch (JacksonException malformed) {
      throw new IllegalArgumentException("the body is not JSON" + where(malformed));
    }
    throw new IllegalArgumentException("the body is not a JSON object (expected: {…})");
  }

  /**
   * Returns the JSON object in a body without some of its fields.
   *
   * @throws IllegalArgumentException as for {@link #readObject}
   */
  public static byte[] without(byte[] body, Collection<String> names) {
    var object = (ObjectNode) readObject(body);
    return write(object.remove(names));
  }

  /**
   * Decodes the body before it is parsed, since the parser accepts overlong forms and encoded
   * surrogates, and guesses other encodings. A byte order mark is ignored, as RFC 8259 allows.
   */
  private static String text(byte[] body) throws CharacterCodingException {
    String text = Utf8.decode(body);
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  /**
   * Returns the position of the error. The parser's own message would repeat parts of the body,
   * which may be secret.
   */
  private static String where(JacksonException malformed) {
    var location = malformed.getLocation();
    return location == null
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }
}
