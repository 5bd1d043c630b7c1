package com.ecommerce.user.rest;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answer of a handler.
 *
 * @param contentType empty when there is no body
 */
record Reply(int status, String contentType, byte[] body, Map<String, String> headers) {
  static final String JSON = "application/json";
  static final String PROBLEM_JSON = "application/problem+json";
  static final String HTML = "text/html; charset=utf-8";
  static final String ETAG = "ETag";

  static Reply json(int status, Object body) {
    return new Reply(status, JSON, Json.write(body), Map.of());
  }

  static Reply problem(ProblemBody problem) {
    return new Reply(problem.status(), PROBLEM_JSON, Json.write(problem), Map.of());
  }

  static Reply html(int status, String html) {
    return new Reply(status, HTML, html.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  static Reply of(String contentType, byte[] body) {
    return new Reply(200, contentType, body, Map.of());
  }

  /** 204. */
  static Reply nothing() {
    return new Reply(204, "", new byte[0], Map.of());
  }

  Reply status(int other) {
    return new Reply(other, contentType, body, headers);
  }

  Reply header(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Reply(status, contentType, body, more);
  }

  Reply headers(Map<String, String> added) {
    var more = new LinkedHashMap<>(headers);
    more.putAll(added);
    return new Reply(status, contentType, body, more);
  }

  /** With the version of what is shown as a strong ETag (RFC 9110, section 8.8.3). */
  Reply version(long version) {
    return header(ETAG, Conditions.tag(version));
  }
}
