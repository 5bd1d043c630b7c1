package com.ecommerce.user.rest.json;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.text.Characters;
import com.ecommerce.user.core.patch.VersionCondition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The fields of a JSON object in a body, parsed into types of the core. Every violation is
 * collected. An absent field and a null both count as empty. Not thread-safe.
 */
public final class JsonFields {
  private static final long NO_VERSION = 0;

  private final JsonNode object;
  private final JsonNode shown;
  private final String prefix;
  private final Violations violations;
  private final UnknownFields unknown;

  private JsonFields(
      JsonNode object,
      JsonNode shown,
      String prefix,
      Violations violations,
      UnknownFields unknown) {
    this.object = object;
    this.shown = shown;
    this.prefix = prefix;
    this.violations = violations;
    this.unknown = unknown;
  }

  /**
   * Returns the fields of the object. Unknown fields are violations unless they are to be ignored.
   */
  public static JsonFields of(JsonNode object, FieldNames known, UnknownFields unknown) {
    return new JsonFields(object, MissingNode.getInstance(), "", new Violations(), unknown)
        .only(known);
  }

  private JsonFields only(FieldNames known) {
    if (unknown == UnknownFields.REJECT) {
      var names = object.propertyNames().stream().filter(name -> !known.contains(name)).toList();
      UnknownNames.add(violations, prefix, names, known.writable());
    }
    return this;
  }

  /**
   * Returns the same fields, but ignores those that repeat the resource: they count neither as
   * present nor as absent, since the client sent back what it had read.
   *
   * @param resource the resource as the API shows it now
   */
  public JsonFields since(Object resource) {
    return new JsonFields(object, Json.tree(resource), prefix, violations, unknown);
  }

  public Violations violations() {
    return violations;
  }

  /** Returns the field's path as it appears in the {@code errors} of a problem. */
  public String path(String name) {
    return prefix + name;
  }

  /** Returns whether the field is present, possibly as a null, and does not repeat the resource. */
  public boolean has(String name) {
    return object.has(name) && !repeats(name);
  }

  /** Returns whether the field equals that of the resource. */
  public boolean repeats(String name) {
    return shown.has(name) && shown.path(name).equals(object.path(name));
  }

  /** Returns whether the field is absent or null. */
  public boolean isNull(String name) {
    return isEmpty(object.path(name));
  }

  /**
   * Returns the text unchanged, or "" for any other type, whose violation is added when the field
   * is parsed.
   */
  public String peek(String name) {
    JsonNode node = object.path(name);
    return node.isString() ? node.stringValue() : "";
  }

  /**
   * Returns the parsed text, or null if a violation was added. The parser receives "" if the field
   * is absent.
   */
  public <T> @Nullable T parse(String name, Function<String, T> parser) {
    return parseNode(name, node -> parser.apply(text(node)));
  }

  /**
   * Passes the text to the setter, "" if it is absent; adds a violation instead if the field is of
   * another type.
   */
  public void text(String name, Consumer<String> setter) {
    parse(name, raw -> raw, setter);
  }

  /** Passes the parsed text to the setter, unless a violation was added. */
  public <T> void parse(String name, Function<String, T> parser, Consumer<T> setter) {
    T parsed = parse(name, parser);
    if (parsed != null) {
      setter.accept(parsed);
    }
  }

  private <T> @Nullable T parseNode(String name, Function<JsonNode, T> parser) {
    return violations.parse(path(name), object.path(name), parser);
  }

  /** Returns the boolean, or null if a violation was added. */
  public @Nullable Boolean flag(String name, boolean preset) {
    return parseNode(
        name,
        node -> {
          if (isEmpty(node)) {
            return preset;
          }
          if (!node.isBoolean()) {
            throw wrongType(node, "true or false");
          }
          return node.booleanValue();
        });
  }

  /**
   * Passes the boolean to the setter, false if it is absent; adds a violation instead if the field
   * is of another type.
   */
  public void flag(String name, Consumer<Boolean> setter) {
    Boolean flag = flag(name, false);
    if (flag != null) {
      setter.accept(flag);
    }
  }

  /**
   * Returns the condition that the resource still has the version in this field, which the client
   * has read. Every version meets it if the field is absent, null or 0.
   */
  public VersionCondition version(String name) {
    Long read =
        parseNode(
            name,
            node -> {
              if (isEmpty(node)) {
                return NO_VERSION;
              }
              if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
                throw wrongType(node, "a version such as 1");
              }
              return node.longValue();
            });
    return read == null || read == NO_VERSION ? VersionCondition.ANY : VersionCondition.is(read);
  }

  /**
   * Returns the whole number, or null if a violation was added.
   *
   * @param preset the number if the field is absent or null
   */
  public @Nullable Integer number(String name, int preset, int least, int most) {
    return parseNode(
        name,
        node -> {
          if (isEmpty(node)) {
            return preset;
          }
          if (!node.isIntegralNumber()) {
            throw wrongType(node, "a whole number");
          }
          if (!node.canConvertToInt() || node.intValue() < least || node.intValue() > most) {
            throw new InvalidValueException(
                "OUT_OF_RANGE", "out of range (expected: " + least + " to " + most + ")");
          }
          return node.intValue();
        });
  }

  /** Returns the result of the parser for a list of texts; the list is empty for none. */
  public <T> @Nullable T parseList(String name, Function<List<String>, T> parser) {
    return parseNode(
        name,
        node -> {
          if (!isEmpty(node) && !node.isArray()) {
            throw wrongType(node, "a list of strings");
          }
          List<String> texts = new ArrayList<>();
          node.forEach(element -> texts.add(text(element)));
          return parser.apply(texts);
        });
  }

  /**
   * Returns the result of the parser for an object whose values are texts; it is empty for none.
   */
  public <T> T parseMap(String name, Function<Map<String, String>, T> parser) {
    return parseNode(
        name,
        node -> {
          requireObject(node);
          Map<String, String> texts = new LinkedHashMap<>();
          node.properties().forEach(entry -> texts.put(entry.getKey(), text(entry.getValue())));
          return parser.apply(texts);
        });
  }

  /**
   * Returns the object in this field; an empty one if it is absent or a violation was added.
   *
   * @param known the fields that it may have
   */
  public JsonFields object(String name, FieldNames known) {
    JsonNode node =
        parseNode(
            name,
            found -> {
              requireObject(found);
              return found;
            });
    JsonNode inner = node == null ? MissingNode.getInstance() : node;
    return new JsonFields(inner, shown.path(name), path(name) + ".", violations, unknown)
        .only(known);
  }

  private static void requireObject(JsonNode node) {
    if (!isEmpty(node) && !node.isObject()) {
      throw wrongType(node, "an object");
    }
  }

  private static String text(JsonNode node) {
    if (isEmpty(node)) {
      return "";
    }
    if (!node.isString()) {
      throw wrongType(node, "a string");
    }
    String text = node.stringValue();
    Characters.requireWellFormed(text);
    return text;
  }

  private static boolean isEmpty(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static InvalidValueException wrongType(JsonNode node, String expected) {
    String found = node.getNodeType().name().toLowerCase(Locale.ROOT);
    return new InvalidValueException("INVALID_TYPE", found + " (expected: " + expected + ")");
  }
}
