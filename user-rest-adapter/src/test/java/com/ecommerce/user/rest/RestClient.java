package com.ecommerce.user.rest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to a running API as any client would. Immutable. */
final class RestClient {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final HttpClient http;
  private final int port;
  private final List<String> headers;

  private RestClient(HttpClient http, int port, List<String> headers) {
    this.http = http;
    this.port = port;
    this.headers = List.copyOf(headers);
  }

  static RestClient on(int port) {
    var http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    return new RestClient(http, port, List.of());
  }

  /** With a header more in every request. */
  RestClient with(String name, String value) {
    var more = new ArrayList<>(headers);
    more.addAll(List.of(name, value));
    return new RestClient(http, port, more);
  }

  RestClient as(String accessToken) {
    return with("Authorization", "Bearer " + accessToken);
  }

  /** An answer as a client sees it. */
  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    String text() {
      return response.body();
    }

    JsonNode json() {
      return MAPPER.readTree(response.body());
    }

    String string(String pointer) {
      return json().at(pointer).asString();
    }

    String reason() {
      return string("/reason");
    }

    /** The fields that the problem names. */
    List<String> errors() {
      return List.copyOf(json().path("errors").propertyNames());
    }
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send("GET", path);
  }

  Answer send(String method, String path) throws IOException, InterruptedException {
    return send(method, path, "", BodyPublishers.noBody());
  }

  Answer post(String path, String json) throws IOException, InterruptedException {
    return send("POST", path, json);
  }

  Answer send(String method, String path, String json) throws IOException, InterruptedException {
    return send(method, path, "application/json", BodyPublishers.ofString(json));
  }

  Answer send(String method, String path, String contentType, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .timeout(Duration.ofSeconds(30))
            .method(method, body);
    if (!contentType.isEmpty()) {
      request.header("Content-Type", contentType);
    }
    if (!headers.isEmpty()) {
      request.headers(headers.toArray(String[]::new));
    }
    return new Answer(http.send(request.build(), BodyHandlers.ofString()));
  }
}
