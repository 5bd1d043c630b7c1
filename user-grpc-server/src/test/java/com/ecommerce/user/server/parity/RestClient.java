package com.ecommerce.user.server.parity;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client over REST. */
final class RestClient implements Client {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * The status of problems whose fields are compared. With other statuses, the field is only meant
   * for forms, such as a taken email.
   */
  private static final int INVALID = 400;

  private final HttpClient http = HttpClient.newHttpClient();
  private final String origin;
  private String accessToken = "";
  private String refreshToken = "";

  RestClient(int port) {
    origin = "http://localhost:" + port;
  }

  private Answer call(
      String method,
      String path,
      Map<String, ?> body,
      Map<String, String> headers,
      Function<JsonNode, Map<String, String>> facts) {
    var request =
        HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : origin + path))
            .timeout(Duration.ofSeconds(30));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    headers.forEach(request::header);
    if (!accessToken.isEmpty()) {
      request.header("Authorization", "Bearer " + accessToken);
    }
    request.method(
        method,
        body.isEmpty()
            ? BodyPublishers.noBody()
            : BodyPublishers.ofString(JSON.writeValueAsString(body)));
    var response = send(request.build());
    var json = response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
    return response.statusCode() < 300 ? Answer.ok(facts.apply(json)) : failed(response, json);
  }

  private Answer call(
      String method,
      String path,
      Map<String, ?> body,
      Function<JsonNode, Map<String, String>> facts) {
    return call(method, path, body, Map.of(), facts);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new AssertionError(request.uri() + " was not answered", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  private static Answer failed(HttpResponse<String> response, JsonNode problem) {
    List<String> rules = new ArrayList<>();
    if (response.statusCode() == INVALID) {
      problem
          .get("errors")
          .properties()
          .forEach(field -> field.getValue().forEach(message -> rules.add(message.asString())));
    }
    long retryAfter = response.headers().firstValueAsLong("Retry-After").orElse(0);
    return Answer.failed(problem.get("reason").asString(), rules, retryAfter);
  }

  private static Map<String, String> userFacts(JsonNode user) {
    var facts = new LinkedHashMap<String, String>();
    for (String name :
        List.of(
            "id",
            "email",
            "pending_email",
            "external_id",
            "username",
            "first_name",
            "last_name",
            "phone_number",
            "avatar_url",
            "status",
            "is_verified",
            "phone_verified",
            "version")) {
      facts.put(name, text(user.get(name)));
    }
    List<String> roles = new ArrayList<>();
    user.get("roles").forEach(role -> roles.add(role.asString()));
    facts.put("roles", roles.stream().sorted().toList().toString());
    facts.put("bio", text(user.get("profile").get("bio")));
    return facts;
  }

  private static String text(JsonNode value) {
    return value.isNull() ? "" : value.asString();
  }

  private static Map<String, String> addressFacts(JsonNode address) {
    var facts = new LinkedHashMap<String, String>();
    for (String name :
        List.of(
            "id",
            "full_name",
            "line1",
            "country_code",
            "type",
            "is_default_shipping",
            "is_default_billing",
            "version")) {
      facts.put(name, text(address.get(name)));
    }
    return facts;
  }

  private static Map<String, String> nothing(JsonNode answer) {
    return Map.of();
  }

  private Map<String, String> signedIn(JsonNode answer) {
    remember(answer.get("tokens"));
    return userFacts(answer.get("user"));
  }

  private Map<String, String> remember(JsonNode tokens) {
    accessToken = tokens.get("access").asString();
    refreshToken = tokens.get("refresh").asString();
    return Map.of();
  }

  @Override
  public Answer register(String email, String password, String firstName, String phone) {
    var body =
        Map.of(
            "email", email, "password", password, "first_name", firstName, "phone_number", phone);
    return call("POST", "/api/auth/register", body, this::signedIn);
  }

  @Override
  public Answer login(String email, String password) {
    var body = Map.of("email", email, "password", password);
    return call("POST", "/api/auth/login", body, this::signedIn);
  }

  @Override
  public Answer refresh() {
    return call("POST", "/api/auth/refresh", Map.of("refresh", refreshToken), this::remember);
  }

  @Override
  public Answer logout() {
    var body = Map.of("refresh", refreshToken);
    return call("POST", "/api/auth/logout", body, RestClient::nothing);
  }

  @Override
  public Answer user(String id) {
    return call("GET", "/api/users/" + id, Map.of(), RestClient::userFacts);
  }

  @Override
  public Answer rename(String id, long version, String firstName) {
    return call(
        "PATCH",
        "/api/users/" + id,
        Map.of("first_name", firstName),
        Map.of("If-Match", "\"" + version + "\""),
        RestClient::userFacts);
  }

  @Override
  public Answer changeBio(String id, String bio) {
    return call(
        "PATCH",
        "/api/users/" + id + "/profile",
        Map.of("bio", bio),
        profile -> Map.of("bio", profile.get("bio").asString()));
  }

  @Override
  public Answer changeEmail(String id, String email) {
    return call("PATCH", "/api/users/" + id, Map.of("email", email), RestClient::userFacts);
  }

  @Override
  public Answer listByEmail(String status) {
    List<String> emails = new ArrayList<>();
    var next = "/api/users?sort=email&page_size=2&status=" + status;
    var page = page(next, emails);
    while (page.outcome().equals("OK") && !page.fact("next").isEmpty() && emails.size() < 1_000) {
      page = page(page.fact("next"), emails);
    }
    return page.outcome().equals("OK")
        ? Answer.ok(Map.of("emails", emails.toString(), "count", page.fact("count")))
        : page;
  }

  private Answer page(String path, List<String> emails) {
    return call(
        "GET",
        path,
        Map.of(),
        page -> {
          page.get("results").forEach(user -> emails.add(user.get("email").asString()));
          return Map.of("next", text(page.get("next")), "count", text(page.get("count")));
        });
  }

  @Override
  public Answer search(String query) {
    List<String> emails = new ArrayList<>();
    String path = "/api/users?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    var page = page(path, emails);
    return page.outcome().equals("OK")
        ? Answer.ok(Map.of("emails", emails.toString(), "count", page.fact("count")))
        : page;
  }

  @Override
  public Answer addAddress(String id, String line1, String country, String type) {
    var body = Map.of("line1", line1, "city", "Paris", "country_code", country, "type", type);
    return call("POST", "/api/users/" + id + "/addresses", body, RestClient::addressFacts);
  }

  @Override
  public Answer addresses(String id) {
    return call(
        "GET",
        "/api/users/" + id + "/addresses",
        Map.of(),
        answer -> {
          List<String> addresses = new ArrayList<>();
          answer.get("results").forEach(address -> addresses.add(addressFacts(address).toString()));
          return Map.of("addresses", addresses.toString());
        });
  }

  @Override
  public Answer setDefault(String id, String addressId, String type) {
    String path = "/api/users/" + id + "/addresses/" + addressId + "/default";
    return call("POST", path, Map.of("type", type), RestClient::addressFacts);
  }

  private static Map<String, String> preferenceFacts(JsonNode preferences) {
    var facts = new LinkedHashMap<String, String>();
    for (String path :
        List.of(
            "email.promotions",
            "email.order_updates",
            "push.enabled",
            "sms.two_factor_auth",
            "privacy.searchable")) {
      String[] names = path.split("\\.");
      facts.put(path, preferences.get(names[0]).get(names[1]).asString());
    }
    return facts;
  }

  @Override
  public Answer preferences(String id) {
    return call("GET", "/api/users/" + id + "/preferences", Map.of(), RestClient::preferenceFacts);
  }

  @Override
  public Answer optIntoPromotions(String id) {
    var body = Map.of("email", Map.of("promotions", true));
    return call("PATCH", "/api/users/" + id + "/preferences", body, RestClient::preferenceFacts);
  }

  @Override
  public Answer verifyEmail(String id) {
    return call(
        "POST",
        "/api/users/" + id + "/verify-email",
        Map.of(),
        answer -> Map.of("sent", text(answer.get("sent")), "message", text(answer.get("message"))));
  }

  @Override
  public Answer confirmEmail(String token) {
    return call(
        "POST",
        "/api/auth/verify-email",
        Map.of("token", token),
        answer -> Map.of("user_id", text(answer.get("user_id"))));
  }

  @Override
  public Answer changePassword(String id, String current, String next) {
    var body = Map.of("old_password", current, "new_password", next);
    return call("POST", "/api/users/" + id + "/password", body, RestClient::nothing);
  }

  @Override
  public Answer requestReset(String email) {
    return call(
        "POST",
        "/api/auth/password-reset",
        Map.of("email", email),
        answer -> Map.of("message", text(answer.get("message"))));
  }

  @Override
  public Answer reset(String token, String next) {
    var body = Map.of("token", token, "new_password", next);
    return call("POST", "/api/auth/password-reset/confirm", body, RestClient::nothing);
  }

  @Override
  public Answer sessions(String id) {
    return call(
        "GET",
        "/api/users/" + id + "/sessions",
        Map.of(),
        answer -> Map.of("count", Integer.toString(answer.get("results").size())));
  }

  @Override
  public Answer deactivate(String id) {
    return call("POST", "/api/users/" + id + "/deactivate", Map.of(), RestClient::userFacts);
  }

  @Override
  public Answer reactivate(String id) {
    return call("POST", "/api/users/" + id + "/reactivate", Map.of(), RestClient::userFacts);
  }

  @Override
  public Answer delete(String id) {
    return call("DELETE", "/api/users/" + id, Map.of(), RestClient::nothing);
  }
}
