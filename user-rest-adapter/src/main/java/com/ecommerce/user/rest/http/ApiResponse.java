package com.ecommerce.user.rest.http;

import com.ecommerce.user.rest.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The response of a handler.
 *
 * @param contentType empty when there is no body
 */
public record ApiResponse(
    int status, String contentType, byte[] body, Map<String, String> headers) {
  public static final String JSON = "application/json";
  public static final String PROBLEM_JSON = "application/problem+json";
  static final String HTML = "text/html; charset=utf-8";
  static final String ETAG = "ETag";

  public static ApiResponse json(int status, Object body) {
    return new ApiResponse(status, JSON, Json.write(body), Map.of());
  }

  static ApiResponse problem(ProblemBody problem) {
    return new ApiResponse(problem.status(), PROBLEM_JSON, Json.write(problem), Map.of());
  }

  public static ApiResponse html(int status, String html) {
    return new ApiResponse(status, HTML, html.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** Returns a stage that has completed with the response. */
  public static CompletionStage<ApiResponse> completed(ApiResponse response) {
    return CompletableFuture.completedStage(response);
  }

  public static ApiResponse of(String contentType, byte[] body) {
    return new ApiResponse(200, contentType, body, Map.of());
  }

  /** Returns a response with status 204 (No Content). */
  public static ApiResponse nothing() {
    return new ApiResponse(204, "", new byte[0], Map.of());
  }

  ApiResponse status(int other) {
    return new ApiResponse(other, contentType, body, headers);
  }

  public ApiResponse header(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new ApiResponse(status, contentType, body, more);
  }

  ApiResponse headers(Map<String, String> added) {
    var more = new LinkedHashMap<>(headers);
    more.putAll(added);
    return new ApiResponse(status, contentType, body, more);
  }

  /**
   * Returns the same response with the version of its resource as a strong ETag (RFC 9110, section
   * 8.8.3).
   */
  public ApiResponse version(long version) {
    return header(ETAG, Conditions.tag(version));
  }
}
