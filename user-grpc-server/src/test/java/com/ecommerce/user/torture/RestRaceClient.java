package com.ecommerce.user.torture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Calls over REST, with the token of an admin where a token is needed. */
final class RestRaceClient implements RaceClient {
  private final int instance;
  private final JsonClient rest;
  private final String admin;

  /**
   * @param admin an access token of an admin
   */
  RestRaceClient(int instance, Target target, String admin) {
    this.instance = instance;
    this.rest = new JsonClient(target.rest());
    this.admin = admin;
  }

  @Override
  public int instance() {
    return instance;
  }

  private static Answer answer(JsonClient.Answer response) {
    if (!response.isOk()) {
      String reason = response.body().path("reason").asString("");
      return new Answer(reason.isEmpty() ? "status " + response.status() : reason, Map.of());
    }
    Map<String, String> facts = new LinkedHashMap<>();
    addFacts(response.body(), facts);
    addFacts(response.body().path("user"), facts);
    addFacts(response.body().path("tokens"), facts);
    return new Answer(OK, facts);
  }

  private static void addFacts(JsonNode json, Map<String, String> facts) {
    for (String name :
        List.of("id", "version", "email", "first_name", "last_name", "access", "refresh")) {
      if (json.has(name)) {
        facts.put(name, json.path(name).asString(""));
      }
    }
  }

  private static String user(String userId) {
    return "/api/users/" + userId;
  }

  private static String address(String userId, String addressId) {
    return user(userId) + "/addresses/" + addressId;
  }

  @Override
  public Answer create(String email, String password) {
    var body = Map.of("email", email, "password", password);
    return answer(rest.post("/api/auth/register", body, ""));
  }

  @Override
  public Answer read(String userId) {
    return answer(rest.get(user(userId), admin));
  }

  @Override
  public Answer update(String userId, String field, String value, long version) {
    String expected = version == 0 ? "" : Long.toString(version);
    return answer(rest.patch(user(userId), Map.of(field, value), admin, expected));
  }

  @Override
  public Answer changeEmail(String userId, String email) {
    return answer(rest.patch(user(userId), Map.of("email", email), admin, ""));
  }

  @Override
  public Answer delete(String userId) {
    return answer(rest.delete(user(userId), admin));
  }

  @Override
  public Answer deactivate(String userId) {
    return answer(rest.post(user(userId) + "/deactivate", Map.of(), admin));
  }

  @Override
  public Answer confirm(String token) {
    return answer(rest.post("/api/auth/verify-email", Map.of("token", token), ""));
  }

  @Override
  public Answer requestReset(String email) {
    return answer(rest.post("/api/auth/password-reset", Map.of("email", email), ""));
  }

  @Override
  public Answer reset(String token, String password) {
    var body = Map.of("token", token, "new_password", password);
    return answer(rest.post("/api/auth/password-reset/confirm", body, ""));
  }

  @Override
  public Answer login(String email, String password) {
    return answer(rest.post("/api/auth/login", Map.of("email", email, "password", password), ""));
  }

  @Override
  public Answer refresh(String refreshToken) {
    return answer(rest.post("/api/auth/refresh", Map.of("refresh", refreshToken), ""));
  }

  @Override
  public Answer logout(String refreshToken) {
    return answer(rest.post("/api/auth/logout", Map.of("refresh", refreshToken), ""));
  }

  @Override
  public Answer validate(String accessToken) {
    return answer(rest.get("/api/users/me", accessToken));
  }

  @Override
  public Answer addAddress(String userId) {
    return answer(rest.post(user(userId) + "/addresses", GrpcActions.addressBody(), admin));
  }

  @Override
  public Answer label(String userId, String addressId, String label) {
    return answer(rest.patch(address(userId, addressId), Map.of("label", label), admin, ""));
  }

  @Override
  public Answer setDefault(String userId, String addressId) {
    return answer(
        rest.post(address(userId, addressId) + "/default", Map.of("type", "both"), admin));
  }

  @Override
  public Answer deleteAddress(String userId, String addressId) {
    return answer(rest.delete(address(userId, addressId), admin));
  }

  @Override
  public List<AddressFacts> addresses(String userId) {
    List<AddressFacts> found = new ArrayList<>();
    var response = rest.get(user(userId) + "/addresses", admin);
    if (!response.isOk()) {
      throw new IllegalStateException("addresses: " + response.describe());
    }
    for (JsonNode address : response.body().path("results")) {
      found.add(
          new AddressFacts(
              address.path("id").asString(),
              address.path("label").asString(""),
              address.path("is_default_shipping").asBoolean(),
              address.path("is_default_billing").asBoolean()));
    }
    return found;
  }
}
