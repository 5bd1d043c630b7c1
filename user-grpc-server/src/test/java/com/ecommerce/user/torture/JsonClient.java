package com.ecommerce.user.torture;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the service's REST API. Thread-safe. */
final class JsonClient {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int FIRST_ERROR = 300;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final String origin;

  JsonClient(InetSocketAddress rest) {
    origin = "http://" + rest.getHostString() + ":" + rest.getPort();
  }

  /**
   * An answer.
   *
   * @param version the ETag without its quotes; empty if there is none
   */
  record Answer(int status, JsonNode body, String version) {
    boolean isOk() {
      return status != 0 && status < FIRST_ERROR;
    }

    /** The status with the reason of the problem, such as {@code 503 DATABASE_UNAVAILABLE}. */
    String describe() {
      return isOk() ? Integer.toString(status) : status + " " + body.path("reason").asString("");
    }
  }

  Answer get(String path, String token) {
    return call("GET", path, Map.of(), token, Map.of());
  }

  Answer post(String path, Map<String, ?> body, String token) {
    return call("POST", path, body, token, Map.of());
  }

  Answer delete(String path, String token) {
    return call("DELETE", path, Map.of(), token, Map.of());
  }

  /**
   * @param version for {@code If-Match}; empty: the change is unconditional
   */
  Answer patch(String path, Map<String, ?> body, String token, String version) {
    Map<String, String> headers =
        version.isEmpty() ? Map.of() : Map.of("If-Match", "\"" + version + "\"");
    return call("PATCH", path, body, token, headers);
  }

  private Answer call(
      String method, String path, Map<String, ?> body, String token, Map<String, String> headers) {
    var request = HttpRequest.newBuilder(URI.create(origin + path)).timeout(TIMEOUT);
    headers.forEach(request::header);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (body.isEmpty()) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request.header("Content-Type", "application/json");
      request.method(method, BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }
    return send(request.build());
  }

  /** Sends a request; a lost connection gives the status 0. */
  private Answer send(HttpRequest request) {
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      String version = response.headers().firstValue("ETag").orElse("").replace("\"", "");
      String text = response.body();
      return new Answer(
          response.statusCode(),
          text.isEmpty() ? JSON.createObjectNode() : JSON.readTree(text),
          version);
    } catch (IOException failed) {
      return new Answer(
          0, JSON.createObjectNode().put("reason", failed.getClass().getSimpleName()), "");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Answer(0, JSON.createObjectNode().put("reason", "interrupted"), "");
    }
  }
}
