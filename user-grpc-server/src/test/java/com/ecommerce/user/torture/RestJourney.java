package com.ecommerce.user.torture;

import java.util.Map;

/** The journey of a user over REST. */
final class RestJourney extends UserJourney {
  private static final String NEW_PASSWORD = MixedCalls.PASSWORD + " 1";

  private final JsonClient rest;

  RestJourney(MixedCalls calls) {
    super(calls, "rest-journey");
    rest = calls.rest();
  }

  @Override
  void addSteps() {
    step("register", this::register);
    step("get me", () -> MixedCalls.require(rest.get("/api/users/me", access())));
    step("patch me", this::rename);
    step("add address", this::addAddress);
    step("list addresses", () -> MixedCalls.require(rest.get(own("/addresses"), access())));
    step("patch preferences", this::changePreferences);
    step("refresh", this::refresh);
    step("verify email", this::confirm);
    step("change password", this::changePassword);
    step("logout", this::logout);
    step("login", this::login);
    step("list sessions", () -> MixedCalls.require(rest.get(own("/sessions"), access())));
    step("delete", () -> MixedCalls.require(rest.delete(own(""), access())));
  }

  private String access() {
    return fact("access");
  }

  private String own(String rest) {
    return "/api/users/" + fact("id") + rest;
  }

  private void register() {
    calls().takeToken(email(), "verify-email");
    var registered =
        MixedCalls.require(
            rest.post(
                "/api/auth/register",
                Map.of("email", email(), "password", MixedCalls.PASSWORD, "device_name", "torture"),
                ""));
    noteTokens(registered);
    note("id", registered.body().path("user").path("id").asString());
  }

  private void noteTokens(JsonClient.Answer signedIn) {
    note("access", signedIn.body().path("tokens").path("access").asString());
    note("refresh", signedIn.body().path("tokens").path("refresh").asString());
  }

  private void rename() {
    MixedCalls.require(rest.patch("/api/users/me", Map.of("first_name", "Grace"), access(), "1"));
  }

  private void addAddress() {
    MixedCalls.require(rest.post(own("/addresses"), GrpcActions.addressBody(), access()));
  }

  private void changePreferences() {
    MixedCalls.require(
        rest.patch(own("/preferences"), Map.of("email", Map.of("promotions", true)), access(), ""));
  }

  private void refresh() {
    var refreshed =
        MixedCalls.require(rest.post("/api/auth/refresh", Map.of("refresh", fact("refresh")), ""));
    note("access", refreshed.body().path("access").asString());
    note("refresh", refreshed.body().path("refresh").asString());
  }

  private void confirm() {
    calls()
        .takeToken(email(), "verify-email")
        .ifPresent(
            token ->
                MixedCalls.require(
                    rest.post("/api/auth/verify-email", Map.of("token", token), "")));
  }

  private void changePassword() {
    MixedCalls.require(
        rest.post(
            own("/password"),
            Map.of("old_password", MixedCalls.PASSWORD, "new_password", NEW_PASSWORD),
            access()));
  }

  private void logout() {
    MixedCalls.require(rest.post("/api/auth/logout", Map.of("refresh", fact("refresh")), ""));
  }

  private void login() {
    noteTokens(
        MixedCalls.require(
            rest.post("/api/auth/login", Map.of("email", email(), "password", NEW_PASSWORD), "")));
  }
}
