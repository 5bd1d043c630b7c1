package com.ecommerce.user.torture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The operations of the OpenAPI description that the service serves. Immutable. */
final class RestDescription {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  private final JsonNode root;
  private final List<Operation> operations = new ArrayList<>();

  /**
   * An operation.
   *
   * @param path the path, with names in braces
   * @param query the parameters of the query
   * @param bodyType the content type of the body; empty for none
   * @param fields the fields of the body, by name, with their JSON type
   */
  record Operation(
      String method, String path, List<String> query, String bodyType, Map<String, String> fields) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  RestDescription(JsonNode root) {
    this.root = root;
    root.path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue().properties().stream()
                    .filter(operation -> METHODS.contains(operation.getKey()))
                    .forEach(
                        operation ->
                            operations.add(
                                operation(
                                    path.getKey(), operation.getKey(), operation.getValue()))));
  }

  List<Operation> operations() {
    return operations;
  }

  private Operation operation(String path, String method, JsonNode operation) {
    List<String> query = new ArrayList<>();
    operation
        .path("parameters")
        .forEach(
            parameter -> {
              var resolved = resolved(parameter);
              if (resolved.path("in").stringValue("").equals("query")) {
                query.add(resolved.path("name").stringValue());
              }
            });
    String bodyType = "";
    Map<String, String> fields = new LinkedHashMap<>();
    for (var content : resolved(operation.path("requestBody")).path("content").properties()) {
      bodyType = content.getKey();
      collect(content.getValue().path("schema"), fields, new LinkedHashSet<>());
    }
    return new Operation(method.toUpperCase(java.util.Locale.ROOT), path, query, bodyType, fields);
  }

  private void collect(JsonNode schema, Map<String, String> fields, Set<String> seen) {
    String reference = schema.path("$ref").stringValue("");
    if (!reference.isEmpty() && !seen.add(reference)) {
      return;
    }
    var resolved = resolved(schema);
    resolved
        .path("properties")
        .properties()
        .forEach(
            property ->
                fields.put(
                    property.getKey(), resolved(property.getValue()).path("type").toString()));
    resolved.path("allOf").forEach(part -> collect(part, fields, seen));
    resolved.path("anyOf").forEach(part -> collect(part, fields, seen));
  }

  private JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").stringValue("");
    return reference.isEmpty() ? node : resolved(root.at(reference.substring(1)));
  }
}
