package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Tests changes of users by PATCH and PUT, and that they respect the version that the caller names.
 */
class UserUpdateRoutesTest extends UserRoutesTesting {
  @Test
  void patch_changesWhatIsThere() {
    var client = fixture.member().client();
    var answer =
        client
            .patch(
                "/api/users/me",
                """
                {"username": "countess", "phone_number": "+442079460958", "avatar_url": "https://a.example/a.png",
                 "profile": {"bio": "Mathematician", "date_of_birth": "1915-12-10", "language": "EN",
                             "social_links": {"web": "https://ada.example"}}}
                """)
            .as(200);
    assertEquals("\"2\"", answer.header("ETag"));
    assertEquals("countess", answer.string("/username"));
    assertEquals("Ada", answer.string("/first_name"));
    assertEquals("1915-12-10", answer.string("/profile/date_of_birth"));
    assertEquals("en", answer.string("/profile/language"));
    var cleared =
        client
            .patch(
                "/api/users/me",
                "{\"first_name\":null,\"phone_number\":null,\"profile\":{\"date_of_birth\":null,\"bio\":\"\"}}")
            .as(200);
    assertEquals("", cleared.string("/first_name"));
    assertTrue(cleared.at("/phone_number").isNull());
    assertTrue(cleared.at("/profile/date_of_birth").isNull());
    assertEquals("https://ada.example", cleared.string("/profile/social_links/web"));
    var emptied = client.patch("/api/users/me", "{\"profile\":null}").as(200);
    assertEquals("{}", emptied.at("/profile/social_links").toString());
    assertEquals("\"4\"", client.patch("/api/users/me", "{}").as(200).header("ETag"));
  }

  @Test
  void patch_replacesAllSocialLinks() {
    var client = fixture.member().client();
    String path = "/api/users/me/profile";
    client.patch(path, "{\"social_links\":{\"web\":\"https://a.example\"}}").as(200);
    var replaced = client.patch(path, "{\"social_links\":{\"x\":\"https://x.example\"}}").as(200);
    assertEquals("{\"x\":\"https://x.example\"}", replaced.at("/social_links").toString());
    var nothing = BodyPublishers.ofString("{\"social_links\":{\"x\":null}}");
    client.send("PATCH", path, "application/json", nothing).invalid("social_links");
    assertEquals(
        "{}", client.patch(path, "{\"social_links\":null}").at("/social_links").toString());
  }

  @Test
  void patch_namesEveryBrokenRule() {
    fixture
        .member()
        .client()
        .patch(
            "/api/users/me",
            """
            {"email": null, "username": "", "avatar_url": "x", "phone_number": "1",
             "profile": {"date_of_birth": "1990-02-30", "currency": "XYZ", "timezone": "Mars", "language": "xx",
                         "website": "ftp://x", "social_links": {"web": 1}}}
            """)
        .invalid(
            "email",
            "username",
            "avatar_url",
            "phone_number",
            "profile.date_of_birth",
            "profile.currency",
            "profile.timezone",
            "profile.language",
            "profile.website",
            "profile.social_links");
  }

  @Test
  void put_emptiesWhatIsNotThere() {
    var client = fixture.member().client();
    client.patch(
        "/api/users/me", "{\"avatar_url\":\"https://a.example\",\"profile\":{\"bio\":\"x\"}}");
    var before = client.get("/api/users/me");
    var after = client.put("/api/users/me", "{\"last_name\":\"Hopper\"}").as(200);
    assertEquals(before.string("/email"), after.string("/email"));
    assertEquals(before.string("/username"), after.string("/username"));
    assertEquals("", after.string("/first_name"));
    assertEquals("Hopper", after.string("/last_name"));
    assertEquals("", after.string("/avatar_url"));
    assertEquals("", after.string("/profile/bio"));
  }

  @Test
  void put_takesBackWhatGetShowed() {
    var client = fixture.member().client();
    var before = client.get("/api/users/me");
    var request =
        client.send(
            "PUT", "/api/users/me", "application/json", BodyPublishers.ofString(before.text()));
    assertEquals(before.text(), request.as(200).text());
  }

  @Test
  void put_keepsAPendingEmailUnlessItNamesTheCurrentOne() {
    var member = fixture.member();
    member.client().send("POST", "/api/users/me/verify-email").as(200);
    String token = fixture.mailbox().newestTokenTo(member.email());
    member.client().post("/api/auth/verify-email", "{\"token\":\"" + token + "\"}").as(200);
    var changed = member.client().patch("/api/users/me", "{\"email\":\"pending@example.com\"}");
    assertEquals("pending@example.com", changed.as(200).string("/pending_email"));
    var kept = member.client().put("/api/users/me", "{\"last_name\":\"Byron\"}").as(200);
    assertEquals("pending@example.com", kept.string("/pending_email"));
    String current = "{\"email\":\"" + member.email() + "\"}";
    var cancelled = member.client().put("/api/users/me", current).as(200);
    assertEquals(member.email(), cancelled.string("/email"));
    assertTrue(cancelled.at("/pending_email").isNull());
  }

  @Test
  void ifMatch_refusesAnotherVersion() {
    var client = fixture.member().client();
    String change = "{\"first_name\":\"Grace\"}";
    var refused =
        client
            .with("If-Match", "\"2\"")
            .patch("/api/users/me", change)
            .problem(412, "VERSION_MISMATCH");
    assertEquals("1", refused.string("/metadata/current_version"));
    client.with("If-Match", "W/\"1\"").patch("/api/users/me", change).as(412);
    client.with("If-Match", "\"5\", \"6\"").patch("/api/users/me", change).as(412);
    client.with("If-Match", "\"2\"").delete("/api/users/me").as(412);
    client.with("If-Match", "\"5\", \"1\"").patch("/api/users/me", change).as(200);
    client.with("If-Match", "*").put("/api/users/me", change).as(200);
    client.with("If-Match", "\"3\"").put("/api/users/me/profile", "{\"bio\":\"x\"}").as(200);
    client.with("If-Match", "\"3\"").patch("/api/users/me/profile", "{\"bio\":\"y\"}").as(412);
    client.with("If-Match", "\"4\"").delete("/api/users/me").as(200);
  }

  @Test
  void ifMatch_thatNamesNothingMatchesNothing() {
    var client = fixture.member().client();
    for (String tags : List.of("", " ", ",", " , ,", "x")) {
      var none = client.with("If-Match", tags);
      none.patch("/api/users/me", "{\"first_name\":\"Grace\"}").problem(412, "VERSION_MISMATCH");
      none.delete("/api/users/me").problem(412, "VERSION_MISMATCH");
    }
    assertEquals("Ada", client.get("/api/users/me").as(200).string("/first_name"));
    client.with("If-Match", ", \"1\",").put("/api/users/me", "{}").as(200);
  }

  @Test
  void conditions_mayComeInSeveralLines() {
    var client = fixture.member().client();
    var first = client.with("If-Match", "\"1\"").with("If-Match", "\"7\"");
    first.patch("/api/users/me", "{\"first_name\":\"Grace\"}").as(200);
    var second = client.with("If-Match", "\"7\"").with("If-Match", "\"2\"");
    second.patch("/api/users/me", "{\"first_name\":\"Ada\"}").as(200);
    second.patch("/api/users/me", "{\"first_name\":\"Grace\"}").problem(412, "VERSION_MISMATCH");
    var known = client.with("If-None-Match", "\"7\"").with("If-None-Match", "\"3\"");
    known.get("/api/users/me").as(304);
  }

  @Test
  void email_ofAnotherUserIsRefused() {
    var other = fixture.member();
    var answer =
        fixture
            .member()
            .client()
            .patch("/api/users/me", "{\"email\":\"" + other.email() + "\"}")
            .problem(409, "EMAIL_TAKEN");
    assertEquals(Set.of("email"), answer.errors());
  }

  @Test
  void rolesAndStatus_areForAdmins() {
    var member = fixture.member();
    for (String body :
        List.of("{\"roles\":[\"admin\"]}", "{\"status\":\"active\"}", "{\"roles\":1}")) {
      for (String path : List.of("/api/users/me", member.path())) {
        var bytes = BodyPublishers.ofString(body);
        member
            .client()
            .send("PATCH", path, "application/json", bytes)
            .problem(403, "ACCESS_DENIED");
      }
    }
    var answer =
        admin
            .client()
            .patch(member.path(), "{\"roles\":[\"seller\",\"customer\"],\"status\":\"suspended\"}")
            .as(200);
    assertEquals("[\"customer\",\"seller\"]", answer.at("/roles").toString());
    assertEquals("suspended", answer.string("/status"));
    assertFalse(answer.at("/is_active").booleanValue());
    admin
        .client()
        .patch(member.path(), "{\"roles\":[],\"status\":\"gone\"}")
        .invalid("roles", "status");
    admin.client().send("POST", member.path() + "/reactivate").problem(409, "USER_SUSPENDED");
  }

  @Test
  void enums_areReadInAnyLetterCase() {
    var member = fixture.member();
    var body = BodyPublishers.ofString("{\"status\":\"ACTIVE\",\"roles\":[\"Seller\"]}");
    var answer = admin.client().send("PATCH", member.path(), "application/json", body).as(200);
    assertEquals("active", answer.string("/status"));
    assertEquals("[\"seller\"]", answer.at("/roles").toString());
  }

  @Test
  void profile_isAResourceOfItsOwn() {
    var client = fixture.member().client();
    var patched =
        client.patch("/api/users/me/profile", "{\"bio\":\"x\",\"company\":\"Analytical\"}").as(200);
    assertEquals("\"2\"", patched.header("ETag"));
    assertEquals("x", client.get("/api/users/me/profile").as(200).string("/bio"));
    client.with("If-None-Match", "\"2\"").get("/api/users/me/profile").as(304);
    var replaced = client.put("/api/users/me/profile", "{\"bio\":\"y\"}").as(200);
    assertEquals("", replaced.string("/company"));
    client.patch("/api/users/me/profile", "{\"website\":\"x\"}").invalid("website");
  }
}
