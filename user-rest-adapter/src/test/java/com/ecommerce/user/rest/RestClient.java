package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls a running API like any client, and fails if a response deviates from the description. */
final class RestClient {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final HttpClient http;
  private final int port;
  private final ApiDescription description;
  private final Set<String> called;
  private final List<String> headers;

  /**
   * @param called receives the names of the operations that were called
   */
  RestClient(
      HttpClient http,
      int port,
      ApiDescription description,
      Set<String> called,
      List<String> headers) {
    this.http = http;
    this.port = port;
    this.description = description;
    this.called = called;
    this.headers = List.copyOf(headers);
  }

  /** Returns a client that sends an additional header in every request. */
  RestClient with(String name, String value) {
    var more = new ArrayList<>(headers);
    more.addAll(List.of(name, value));
    return new RestClient(http, port, description, called, more);
  }

  /** Returns the same client for another server. */
  RestClient on(int otherPort) {
    return new RestClient(http, otherPort, description, called, headers);
  }

  RestClient as(String accessToken) {
    return with("Authorization", "Bearer " + accessToken);
  }

  /** Returns the value that this client sends in a header. */
  String header(String name) {
    return headers.get(headers.indexOf(name) + 1);
  }

  /** A response as a client sees it. */
  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String header(String name) {
      return String.join(", ", response.headers().allValues(name));
    }

    String text() {
      return response.body();
    }

    JsonNode json() {
      return MAPPER.readTree(response.body());
    }

    JsonNode at(String pointer) {
      return json().at(pointer);
    }

    String string(String pointer) {
      return at(pointer).asString();
    }

    String reason() {
      return string("/reason");
    }

    /** Returns the fields that the problem names. */
    Set<String> errors() {
      return Set.copyOf(json().path("errors").propertyNames());
    }

    /** Expects this status. */
    Answer as(int status) {
      assertEquals(status, status(), response.body());
      return this;
    }

    /** Expects a problem. */
    Answer problem(int status, String reason) {
      as(status);
      assertEquals("application/problem+json", header("Content-Type"));
      assertEquals(reason, reason());
      assertEquals("/problems#" + reason, string("/type"));
      assertEquals(status, at("/status").intValue());
      assertEquals(header("X-Call-Id"), string("/call_id"));
      return this;
    }

    /** Expects a problem with exactly these fields. */
    Answer invalid(String... fields) {
      problem(400, "INVALID_REQUEST");
      assertEquals(Set.of(fields), errors());
      return this;
    }
  }

  Answer get(String path) {
    return send("GET", path);
  }

  Answer delete(String path) {
    return send("DELETE", path);
  }

  Answer post(String path, String json) {
    return send("POST", path, json);
  }

  Answer put(String path, String json) {
    return send("PUT", path, json);
  }

  Answer patch(String path, String json) {
    return send("PATCH", path, json);
  }

  /** Posts a form as a browser does. */
  Answer submit(String path, String form) {
    return send("POST", path, "application/x-www-form-urlencoded", BodyPublishers.ofString(form));
  }

  Answer send(String method, String path) {
    return send(method, path, "", BodyPublishers.noBody());
  }

  Answer send(String method, String path, String json) {
    var body = BodyPublishers.ofString(json);
    return send(method, path, "application/json", body, Optional.of(json));
  }

  Answer send(String method, String path, String type, HttpRequest.BodyPublisher body) {
    return send(method, path, type, body, Optional.empty());
  }

  private Answer send(
      String method,
      String path,
      String type,
      HttpRequest.BodyPublisher body,
      Optional<String> json) {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .timeout(Duration.ofSeconds(30))
            .method(method, body);
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    if (!headers.isEmpty()) {
      request.headers(headers.toArray(String[]::new));
    }
    try {
      var response = http.send(request.build(), BodyHandlers.ofString());
      description
          .find(method, response.uri().getPath())
          .ifPresent(operation -> called.add(operation.name()));
      assertEquals(List.of(), description.deviations(response, json), response.body());
      return new Answer(response);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }
}
