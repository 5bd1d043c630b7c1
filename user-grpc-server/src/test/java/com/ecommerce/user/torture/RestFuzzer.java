package com.ecommerce.user.torture;

import com.ecommerce.user.torture.RestDescription.Operation;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends requests that are made from the OpenAPI description, and damages some. Not thread-safe. */
final class RestFuzzer {
  private static final JsonMapper JSON = new JsonMapper();

  /** Statuses from 500 on that are allowed, since they concern HTTP itself. */
  private static final Set<Integer> ALLOWED = Set.of(501, 505);

  private static final List<String> METHODS =
      List.of(
          "GET",
          "HEAD",
          "POST",
          "PUT",
          "PATCH",
          "DELETE",
          "OPTIONS",
          "TRACE",
          "CONNECT",
          "BEFORE",
          "get",
          "PROPFIND",
          "EXCEPTION",
          "X",
          "M-SEARCH");

  private static final List<String> TARGETS =
      List.of(
          "//",
          "//a:b",
          "//evil.example/%2f..",
          "/..",
          "/../api/users",
          "/api/./health",
          "/api//health",
          "/api/%2e%2e/x",
          "/%00",
          "/%zz",
          "/%",
          "/%C3%28",
          "/%ED%A0%80",
          "/api/users/%2F",
          "/api/users/..;/me",
          "/api/health;a=b",
          "/api/health?%",
          "/api/health?a=%C0%80",
          "*",
          "http://localhost/api/health",
          "http://",
          "localhost:80",
          "/docs",
          "/docs/",
          "/docs/..%2f..%2fapplication",
          "/docs/start.js",
          "/docs/nope",
          "/openapi.json",
          "/problems",
          "/.well-known/jwks.json",
          "/favicon.ico",
          "/api/users/me/",
          "/api/users/by-email",
          "/api/users/by-email?email=%00",
          "/" + "a".repeat(9_000),
          "/verify-email?token=%3Cscript%3E",
          "/reset-password?token=" + "A".repeat(5_000),
          "/not-me",
          "/stop-email-change?token=a&token=b",
          "/undo-email-change?token=%F0%9F",
          "/api/health#x",
          "/api/health\t",
          "/api/h ealth",
          "/\u0001",
          "/api/users?page_size=\u00fc");

  private static final List<String> HEADERS =
      List.of(
          "If-Match: *",
          "If-Match: \"1\"",
          "If-Match: W/\"1\"",
          "If-Match: \"1\", \"2",
          "If-Match:",
          "If-None-Match: *",
          "If-None-Match: \"1\"",
          "If-None-Match: W/\"1\",\"x\"",
          "If-Modified-Since: yesterday",
          "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
          "Accept: text/html",
          "Accept: */*;q=0",
          "Accept: \u00ff",
          "Accept-Language: de,en;q=0.x",
          "Accept-Language: " + "es,".repeat(900),
          "Accept-Encoding: gzip;q=1, br",
          "Content-Encoding: gzip",
          "Content-Encoding: identity",
          "Range: bytes=0-1",
          "Range: bytes=9-1",
          "Expect: 100-continue",
          "Expect: magic",
          "X-HTTP-Method-Override: DELETE",
          "X-Forwarded-For: 1.2.3.4, %",
          "X-Forwarded-Host: evil.example",
          "X-Forwarded-Proto: https",
          "Forwarded: for=\"[::1\"",
          "Origin: null",
          "Origin: https://shop.example",
          "Cookie: a=b; =; \"",
          "Cookie: $Version=1; x",
          "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          "traceparent: 00-zz",
          "tracestate: a=b,",
          "baggage: a=%zz",
          "Authorization: Basic YTpi",
          "Authorization: Bearer",
          "Authorization: Bearer a.b.c",
          "Authorization: bearer  ",
          "Idempotency-Key: x",
          "User-Agent: " + "Version/1 ".repeat(600),
          "Host: evil.example",
          "Referer: ::",
          "TE: trailers",
          "Upgrade: h2c",
          "Upgrade: websocket",
          "Upgrade-Insecure-Requests: 1",
          "Max-Forwards: 0",
          "Transfer-Encoding: gzip, chunked",
          "Content-Length: abc",
          "Content-Type: a",
          "X: \u0001",
          " folded: x",
          "No-Colon",
          ": empty",
          "X-" + "y".repeat(3_000) + ": z");

  private static final List<String> TYPES =
      List.of(
          "application/json",
          "application/json; charset=utf-8",
          "application/json; charset=utf-16",
          "APPLICATION/JSON",
          "text/plain",
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=x",
          "application/merge-patch+json",
          "application/json, text/html",
          "application/problem+json",
          ";",
          "\"");

  private final FuzzHttp http;
  private final FuzzValues values;
  private final FuzzRecord record;
  private final List<Operation> operations;

  RestFuzzer(FuzzHttp http, FuzzValues values, FuzzRecord record, List<Operation> operations) {
    this.http = http;
    this.values = values;
    this.record = record;
    this.operations = operations;
  }

  /** A request as it is sent. */
  private record Sent(String name, String method, byte[] bytes) {}

  /** Sends one request. */
  void call(FuzzCaller caller) {
    var sent = request(caller);
    boolean isHead = sent.method().equals("HEAD");
    long begin = System.nanoTime();
    String status;
    try {
      var answer = http.send(sent.bytes(), isHead);
      status = "HTTP " + answer.status() + reason(answer);
      check(sent, isHead, answer);
    } catch (SocketTimeoutException none) {
      status = "no answer";
      record.breakPromise(sent.name() + " was not answered", shown(sent));
      closeQuietly();
    } catch (EOFException | SocketException closed) {
      // Several requests on one connection: a damaged one before this one made the server close it.
      status = "connection closed";
      closeQuietly();
    } catch (IOException | RuntimeException malformed) {
      status = "malformed answer";
      record.breakPromise(
          sent.name() + " got a response that is not HTTP", malformed + shown(sent));
      closeQuietly();
    }
    record.add(sent.name(), status, System.nanoTime() - begin);
  }

  private void closeQuietly() {
    try {
      http.close();
    } catch (IOException failed) {
      // It is not used again.
      record.add("close", "close failed", 0);
    }
  }

  private Sent request(FuzzCaller caller) {
    var operation = values.oneOf(operations);
    boolean isDamaged = values.chance(0.2);
    String method = isDamaged && values.chance(0.3) ? values.oneOf(METHODS) : operation.method();
    String target = isDamaged && values.chance(0.4) ? values.oneOf(TARGETS) : target(operation);
    byte[] body =
        operation.bodyType().isEmpty() && values.chance(0.9) ? new byte[0] : body(operation);
    List<String> lines = new ArrayList<>();
    lines.add(
        method + " " + target + " " + (isDamaged && values.chance(0.05) ? "HTTP/1.9" : "HTTP/1.1"));
    lines.add("Host: localhost");
    if (!caller.token().isEmpty()) {
      lines.add("Authorization: " + caller.authorization());
    }
    if (body.length > 0 || !operation.bodyType().isEmpty()) {
      String usual = operation.bodyType().isEmpty() ? "application/json" : operation.bodyType();
      lines.add("Content-Type: " + (values.chance(0.1) ? values.oneOf(TYPES) : usual));
    }
    if (values.chance(0.3)) {
      lines.add("If-Match: \"" + (1 + values.random().nextInt(3)) + "\"");
    }
    while (isDamaged && values.chance(0.5)) {
      lines.add(values.oneOf(HEADERS));
    }
    boolean isChunked = body.length > 0 && values.chance(0.1);
    lines.add(isChunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length);
    String head = String.join("\r\n", lines) + "\r\n\r\n";
    byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
    return new Sent(
        isDamaged ? "a damaged " + operation : operation.toString(),
        method,
        FuzzMessages.concat(bytes, isChunked ? chunked(body) : body));
  }

  private static byte[] chunked(byte[] body) {
    byte[] begin = (Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] end = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    return FuzzMessages.concat(FuzzMessages.concat(begin, body), end);
  }

  private String target(Operation operation) {
    var path = new StringBuilder();
    for (String part : operation.path().split("(?=\\{)|(?<=})")) {
      path.append(
          switch (part) {
            case "{user_id}" -> values.chance(0.4) ? "me" : encoded(values.userId());
            case "{address_id}" -> encoded(values.addressId());
            default -> part.startsWith("{") ? encoded(values.text()) : part;
          });
    }
    List<String> query = new ArrayList<>();
    for (String name : operation.query()) {
      if (values.chance(0.4)) {
        query.add(name + "=" + encoded(name.equals("email") ? values.email() : values.text()));
      }
    }
    if (values.chance(0.1)) {
      query.add(encoded(values.text()) + "=" + encoded(values.text()));
    }
    return path + (query.isEmpty() ? "" : "?" + String.join("&", query));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private byte[] body(Operation operation) {
    byte[] body;
    boolean isForm = operation.bodyType().startsWith("application/x-www-form");
    if (isForm) {
      List<String> pairs = new ArrayList<>();
      operation.fields().keySet().forEach(name -> pairs.add(name + "=" + encoded(text(name))));
      body = String.join("&", pairs).getBytes(StandardCharsets.US_ASCII);
    } else {
      body = JSON.writeValueAsBytes(object(operation.fields()));
    }
    if (values.chance(0.05)) {
      return values.bytes(values.chance(0.1) ? 2 << 20 : 300);
    }
    // A form without its "&" has the password in the token, which the page of the answer contains.
    if (!isForm && values.chance(0.05) && body.length > 0) {
      body[values.random().nextInt(body.length)] = (byte) values.random().nextInt(256);
    }
    return body;
  }

  private Map<String, Object> object(Map<String, String> fields) {
    Map<String, Object> object = new LinkedHashMap<>();
    fields.forEach(
        (name, type) -> {
          if (values.chance(0.7)) {
            object.put(name, values.chance(0.9) ? value(name, type) : anything(2));
          }
        });
    if (values.chance(0.05)) {
      object.put(wellFormed(values.text()), anything(2));
    }
    return object;
  }

  private Object value(String name, String type) {
    if (type.contains("object")) {
      return Map.of(wellFormed(values.text()), anything(1));
    }
    if (type.contains("array")) {
      return List.of(wellFormed(values.text()));
    }
    return type.contains("boolean") ? values.chance(0.5) : text(name);
  }

  private String text(String name) {
    return wellFormed(
        switch (name) {
          case "email" -> values.email();
          case "password", "old_password", "new_password", "client_secret" -> values.password();
          default -> values.text();
        });
  }

  /** The writer refuses lone surrogates; the mutations of the bytes make their own faults. */
  private static String wellFormed(String text) {
    return text.replaceAll("\\p{Cs}", "?");
  }

  private Object anything(int depth) {
    return switch (values.random().nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> values.number();
      case 1 -> values.chance(0.5);
      case 2 -> 1e300;
      case 3 -> wellFormed(values.text());
      case 4 -> List.of(anything(depth - 1), anything(depth - 1));
      default -> Map.of(wellFormed(values.text()), anything(depth - 1));
    };
  }

  private static String reason(FuzzHttp.Answer answer) {
    var matcher =
        java.util.regex.Pattern.compile("\"reason\" ?: ?\"(\\w+)\"").matcher(answer.body());
    return answer.status() >= 400 && matcher.find() ? " " + matcher.group(1) : "";
  }

  private void check(Sent sent, boolean isHead, FuzzHttp.Answer answer) {
    record.checkSecrets(sent.name(), answer.body() + answer.headers());
    if (answer.status() >= 500 && !ALLOWED.contains(answer.status())) {
      record.breakPromise(sent.name() + " HTTP " + answer.status(), answer.body() + shown(sent));
    }
    if (answer.status() >= 400 && !isHead) {
      checkProblem(sent, answer);
    }
    if (answer.header("content-type").contains("json") && !isHead && !answer.body().isEmpty()) {
      remember(sent, answer);
    }
  }

  private void checkProblem(Sent sent, FuzzHttp.Answer answer) {
    String type = answer.header("content-type");
    boolean isPage = type.startsWith("text/html") && answer.body().startsWith("<!DOCTYPE html>");
    boolean isProblem =
        type.startsWith("application/problem+json")
            && answer.body().contains("\"reason\"")
            && answer.body().contains("\"call_id\"");
    if (!isPage && !isProblem) {
      record.breakPromise(
          sent.name() + " HTTP " + answer.status() + " is no problem", answer.body() + shown(sent));
    }
  }

  /** Keeps the ids of created objects for later requests. */
  private void remember(Sent sent, FuzzHttp.Answer answer) {
    JsonNode body;
    try {
      body = JSON.readTree(answer.body());
    } catch (JacksonException malformed) {
      record.breakPromise(sent.name() + " answered no JSON", answer.body());
      return;
    }
    if (answer.status() == 201 && sent.name().endsWith("/addresses")) {
      values.addAddress(body.path("id").stringValue(""));
    } else if (answer.status() == 201 && sent.name().endsWith("/users")) {
      values.addUser(body.path("id").stringValue(""));
    }
  }

  private static String shown(Sent sent) {
    var text =
        new String(sent.bytes(), StandardCharsets.ISO_8859_1)
            .replaceAll("(?m)^Authorization: Bearer .{20,}$", "Authorization: Bearer ...");
    return String.format(
        Locale.ROOT,
        " [%s]",
        text.substring(0, Math.min(1_500, text.length())).replace("\r\n", " | "));
  }
}
