package com.ecommerce.user.rest;

import static com.ecommerce.user.core.access.Operation.READ_DOCUMENT;

import com.ecommerce.user.rest.http.Route;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The OpenAPI description, against which tests check responses. Immutable. */
final class ApiDescription {
  private static final String LOCATION = "https://users.example/openapi.json";
  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");
  private static final JsonMapper MAPPER = new JsonMapper();

  private final JsonNode document;
  private final SchemaRegistry schemas;

  ApiDescription(byte[] json) {
    document = MAPPER.readTree(json);
    schemas =
        SchemaRegistry.withDefaultDialect(
            Dialects.getOpenApi31(),
            registry ->
                registry.schemas(Map.of(LOCATION, new String(json, StandardCharsets.UTF_8))));
  }

  /**
   * One documented operation.
   *
   * @param pointer its JSON pointer in the document
   */
  record Operation(String method, String path, String pointer) {
    String name() {
      return method + " " + path;
    }

    boolean matches(String method, String path) {
      return new Route(Route.Kind.RESOURCE, method, this.path, READ_DOCUMENT, List.of(), null)
              .matches(path)
          && this.method.equals(method);
    }

    /**
     * Returns the number of parameters of the path. Paths with fewer parameters take precedence.
     */
    int parameters() {
      return path.split("\\{", -1).length;
    }
  }

  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue().propertyNames().stream()
                    .filter(METHODS::contains)
                    .forEach(method -> operations.add(operation(method, path.getKey()))));
    return operations;
  }

  private static Operation operation(String method, String path) {
    String pointer = "/paths/" + path.replace("~", "~0").replace("/", "~1") + "/" + method;
    return new Operation(method.toUpperCase(Locale.ROOT), path, pointer);
  }

  /** Returns whether the operation takes a JSON body. */
  boolean takesJson(Operation operation) {
    return !document.at(sentSchema(operation)).isMissingNode();
  }

  /** Returns the fields that a JSON body of the operation must have. */
  Set<String> requiredFields(Operation operation) {
    var fields = new TreeSet<String>();
    addRequired(sentSchema(operation), fields);
    return fields;
  }

  private void addRequired(String pointer, Set<String> fields) {
    var schema = document.at(resolved(pointer));
    schema.path("required").forEach(field -> fields.add(field.stringValue()));
    for (int i = 0; i < schema.path("allOf").size(); i++) {
      addRequired(resolved(pointer) + "/allOf/" + i, fields);
    }
  }

  private String sentSchema(Operation operation) {
    return resolved(operation.pointer() + "/requestBody") + "/content/application~1json/schema";
  }

  /** Returns the names of the operations, such as "GET /api/health". */
  Set<String> names() {
    var names = new TreeSet<String>();
    operations().forEach(operation -> names.add(operation.name()));
    return names;
  }

  Optional<Operation> find(String method, String path) {
    return operations().stream()
        .filter(operation -> operation.matches(method, path))
        .min((one, other) -> Integer.compare(one.parameters(), other.parameters()));
  }

  /** Returns the deviations of an exchange from the description; empty if there are none. */
  List<String> deviations(HttpResponse<String> response, Optional<String> sentJson) {
    String method = response.request().method();
    var operation = find(method, response.uri().getPath());
    if (operation.isEmpty()) {
      return List.of();
    }
    List<String> found = new ArrayList<>();
    String answer = answerPointer(operation.get(), response.statusCode());
    if (answer.isEmpty()) {
      found.add("undocumented status " + response.statusCode());
    } else {
      checkHeaders(answer, response, found);
      checkBody(answer, response, found);
    }
    if (response.statusCode() < 400) {
      sentJson.ifPresent(json -> checkSent(operation.get(), json, found));
    }
    return found.stream().map(problem -> operation.get().name() + ": " + problem).toList();
  }

  /**
   * Returns the pointer to the description of the answer. Successes and answers about versions must
   * each have one of their own.
   */
  private String answerPointer(Operation operation, int status) {
    String exact = resolved(operation.pointer() + "/responses/" + status);
    if (!document.at(exact).isMissingNode()) {
      return exact;
    }
    boolean mayBeUntold = status >= 400 && status != 412;
    return mayBeUntold ? resolved(operation.pointer() + "/responses/default") : "";
  }

  /** Returns the pointer, or the target of the reference at this pointer. */
  private String resolved(String pointer) {
    String reference = document.at(pointer).path("$ref").asString("");
    return reference.isEmpty() ? pointer : resolved(reference.substring(1));
  }

  private void checkHeaders(String answer, HttpResponse<String> response, List<String> found) {
    for (String name : document.at(answer).path("headers").propertyNames()) {
      boolean optional =
          name.startsWith("RateLimit")
              || (name.equals("Retry-After") && !answer.endsWith("TooMany"));
      var value = response.headers().firstValue(name);
      if (value.isEmpty() && !optional) {
        found.add("no header " + name);
      }
    }
  }

  private void checkBody(String answer, HttpResponse<String> response, List<String> found) {
    var contents = document.at(answer).path("content");
    if (contents.isMissingNode()) {
      if (!response.body().isEmpty()) {
        found.add("undocumented body");
      }
      return;
    }
    String type = response.headers().firstValue("Content-Type").orElse("").split(";")[0];
    if (!contents.has(type)) {
      found.add("undocumented content type " + type);
    } else if (type.endsWith("json")) {
      String schema = answer + "/content/" + type.replace("/", "~1") + "/schema";
      found.addAll(violations(schema, response.body()));
    }
  }

  private void checkSent(Operation operation, String json, List<String> found) {
    String schema = sentSchema(operation);
    if (document.at(schema).isMissingNode()) {
      found.add("undocumented request body");
    } else {
      found.addAll(violations(schema, json));
    }
  }

  private List<String> violations(String pointer, String json) {
    return schemas
        .getSchema(SchemaLocation.of(LOCATION + "#" + pointer))
        .validate(
            json,
            InputFormat.JSON,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(error -> error + " in " + json)
        .toList();
  }
}
