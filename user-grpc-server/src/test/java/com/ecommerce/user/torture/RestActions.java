package com.ecommerce.user.torture;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Requests of REST that read and change users of a population, with tokens that are refreshed. */
final class RestActions {
  private static final int USERS = 20;
  private static final int HEALTH_EVERY = 20;

  /** The time after which tokens are refreshed, which is less than their lifetime. */
  private static final Duration REFRESH_AFTER = Duration.ofMinutes(10);

  private final MixedCalls calls;
  private final JsonClient rest;
  private final List<MixedCalls.Member> members;
  private final Tokens[] tokens = new Tokens[USERS];
  private final Random random = new Random(1);
  private int number;

  private record Tokens(String access, String refresh, long nanoTime) {
    static Tokens of(tools.jackson.databind.JsonNode json) {
      return new Tokens(
          json.path("access").asString(), json.path("refresh").asString(), System.nanoTime());
    }
  }

  RestActions(MixedCalls calls, List<MixedCalls.Member> members) {
    this.calls = calls;
    this.rest = calls.rest();
    this.members = members;
  }

  void next() {
    int i = random.nextInt(USERS);
    number++;
    if (tokens[i] == null) {
      calls.make("login", () -> login(i));
    } else if (System.nanoTime() - tokens[i].nanoTime() > REFRESH_AFTER.toNanos()) {
      calls.make("refresh", () -> refresh(i));
    } else {
      calls.make("request", () -> request(i));
    }
  }

  private void login(int i) {
    var body = Map.of("email", members.get(i).email(), "password", MixedCalls.PASSWORD);
    var answer = MixedCalls.require(rest.post("/api/auth/login", body, ""));
    tokens[i] = Tokens.of(answer.body().path("tokens"));
  }

  private void refresh(int i) {
    var body = Map.of("refresh", tokens[i].refresh());
    tokens[i] = Tokens.of(MixedCalls.require(rest.post("/api/auth/refresh", body, "")).body());
  }

  private void request(int i) {
    String own = "/api/users/" + members.get(i).id();
    String access = tokens[i].access();
    if (number % HEALTH_EVERY == 0) {
      // The status is 503 while the database is unavailable.
      rest.get("/api/health", "");
      return;
    }
    MixedCalls.require(
        switch (random.nextInt(10)) {
          case 0, 1, 2, 3 -> rest.get("/api/users/me", access);
          case 4, 5 -> rest.get(own + "/addresses", access);
          case 6, 7 -> rest.get(own + "/preferences", access);
          case 8 -> rest.patch(own, Map.of("last_name", "Name " + number), access, "");
          default -> rest.patch(own + "/profile", Map.of("bio", "Text " + number), access, "");
        });
  }
}
