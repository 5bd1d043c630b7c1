package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.rest.page.OpenApi;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The rules of linters and generators that the description must follow. {@code
 * scripts/lint-openapi} runs the tools themselves.
 */
class OpenApiRulesTest {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

  /** The only field of a response that may be absent. */
  private static final Set<String> OPTIONAL_FIELDS = Set.of("metadata");

  private static final JsonNode DOCUMENT =
      new JsonMapper().readTree(new OpenApi("1.2.3", Optional.empty()).json());

  private static void forEachOperation(BiConsumer<String, JsonNode> check) {
    DOCUMENT
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue().properties().stream()
                    .filter(entry -> METHODS.contains(entry.getKey()))
                    .forEach(
                        entry ->
                            check.accept(entry.getKey() + " " + path.getKey(), entry.getValue())));
  }

  private static JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asString("");
    return reference.isEmpty() ? node : resolved(DOCUMENT.at(reference.substring(1)));
  }

  /** Collects the node and everything in it, also through references. */
  private static void collect(JsonNode node, Set<JsonNode> found) {
    JsonNode target = resolved(node);
    if (target.isContainer() && found.add(target)) {
      target.forEach(child -> collect(child, found));
    }
  }

  private static Set<JsonNode> within(JsonNode node) {
    Set<JsonNode> found = Collections.newSetFromMap(new IdentityHashMap<>());
    collect(node, found);
    return found;
  }

  private static Set<String> texts(JsonNode list) {
    var texts = new TreeSet<String>();
    list.forEach(text -> texts.add(text.stringValue()));
    return texts;
  }

  /** Several generators append paths, which begin with a slash, to the unchanged URL. */
  @Test
  void server_hasNoSlashAtTheEnd() {
    for (JsonNode server : DOCUMENT.path("servers")) {
      assertFalse(server.path("url").stringValue().endsWith("/"), server.toString());
    }
  }

  @Test
  void everyOperation_isDescribed() {
    Set<String> tags = new TreeSet<>();
    for (JsonNode tag : DOCUMENT.path("tags")) {
      assertFalse(tag.path("description").asString("").isBlank(), tag.toString());
      tags.add(tag.path("name").stringValue());
    }
    Set<String> ids = new HashSet<>();
    forEachOperation(
        (name, operation) -> {
          for (String text : List.of("operationId", "summary", "description")) {
            assertFalse(operation.path(text).asString("").isBlank(), name + ": " + text);
          }
          assertTrue(ids.add(operation.path("operationId").stringValue()), name);
          assertTrue(tags.containsAll(texts(operation.path("tags"))), name);
          assertTrue(
              operation.path("responses").propertyNames().stream()
                  .anyMatch(status -> status.startsWith("4")),
              name + ": no status 4xx");
        });
  }

  /** A wrapped sentence whose next line begins with "400." would be shown as item 400 of a list. */
  @Test
  void descriptions_haveNoLineThatReadsAsAListItem() {
    for (JsonNode node : within(DOCUMENT)) {
      for (String line : node.path("description").asString("").lines().toList()) {
        assertFalse(line.matches("\\s*\\d{2,}[.)] .*"), line);
      }
    }
  }

  @Test
  void bodyWithRequiredFields_isRequired() {
    forEachOperation(
        (name, operation) -> {
          JsonNode body = resolved(operation.path("requestBody"));
          for (JsonNode content : body.path("content")) {
            if (within(content.path("schema")).stream().anyMatch(node -> node.has("required"))) {
              assertTrue(body.path("required").asBoolean(false), name);
            }
          }
        });
  }

  /** If a schema requires properties of another schema, generators make them optional. */
  @Test
  void requiredField_isAPropertyOfTheSameSchema() {
    List<String> undefined = new ArrayList<>();
    for (JsonNode node : within(DOCUMENT)) {
      if (node.path("required").isArray()) {
        var required = texts(node.path("required"));
        required.removeAll(node.path("properties").propertyNames());
        required.forEach(field -> undefined.add(field + " in " + node));
      }
    }
    assertEquals(List.of(), undefined);
  }

  @Test
  void fieldOfAnAnswer_isRequired() {
    forEachOperation(
        (name, operation) -> {
          for (JsonNode node : within(operation.path("responses"))) {
            if (node.path("properties").isObject()) {
              var optional = new TreeSet<>(node.path("properties").propertyNames());
              optional.removeAll(texts(node.path("required")));
              optional.removeAll(OPTIONAL_FIELDS);
              assertEquals(Set.of(), optional, name);
            }
          }
        });
  }

  @Test
  void everySchema_hasAType() {
    List<String> untyped = new ArrayList<>();
    for (JsonNode node : within(DOCUMENT)) {
      if ((node.path("enum").isArray() || node.has("const")) && !node.has("type")) {
        untyped.add(node.toString());
      }
    }
    assertEquals(List.of(), untyped);
  }

  /** Some generators make a type of each component, all in one namespace. */
  @Test
  void components_haveNamesOfTheirOwn() {
    Set<String> names = new HashSet<>();
    for (String kind : List.of("schemas", "parameters", "requestBodies")) {
      for (String name : DOCUMENT.path("components").path(kind).propertyNames()) {
        assertTrue(names.add(name), kind + ": " + name);
      }
    }
  }
}
