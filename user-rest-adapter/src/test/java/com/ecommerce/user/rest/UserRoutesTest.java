package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.rest.RestFixture.Member;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

@ExtendWith(PostgresExtension.class)
class UserRoutesTest {
  private static final String NOBODY = "/api/users/0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e";

  private static RestFixture fixture;
  private static Member admin;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database);
    admin = fixture.member(Role.ADMIN);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void get_showsEveryField() {
    var member = fixture.member(Role.CUSTOMER, Role.SELLER);
    var answer = member.client().get("/api/users/me").as(200);
    assertEquals("\"1\"", answer.header("ETag"));
    assertEquals(member.email(), answer.string("/email"));
    assertEquals(member.user().displayName(), answer.string("/username"));
    assertEquals("Ada", answer.string("/first_name"));
    assertEquals("Lovelace", answer.string("/last_name"));
    assertTrue(answer.at("/phone_number").isNull());
    assertTrue(answer.at("/is_active").booleanValue());
    assertEquals("2026-06-15T12:00:00Z", answer.string("/date_joined"));
    assertEquals("[\"customer\",\"seller\"]", answer.at("/roles").toString());
    assertEquals(1, answer.at("/version").intValue());
    assertEquals(answer.text(), admin.client().get(member.path()).as(200).text());
    assertEquals(
        answer.text(),
        admin.client().get("/api/users/by-email?email=" + member.email()).as(200).text());
  }

  @Test
  void get_refusesWhatIsNotThere() {
    admin.client().get(NOBODY).problem(404, "USER_NOT_FOUND");
    admin.client().get("/api/users/17").invalid("user_id");
    admin.client().get("/api/users/by-email").invalid("email");
    admin
        .client()
        .get("/api/users/by-email?email=nobody@example.com")
        .problem(404, "USER_NOT_FOUND");
  }

  @Test
  void get_answers304ForTheKnownVersion() {
    var client = fixture.member().client();
    for (String tags : List.of("\"1\"", "W/\"1\"", "\"7\", \"1\"", "*")) {
      var answer = client.with("If-None-Match", tags).get("/api/users/me").as(304);
      assertEquals("", answer.text());
      assertEquals("\"1\"", answer.header("ETag"));
    }
    client.with("If-None-Match", "\"2\"").get("/api/users/me").as(200);
  }

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
  void deleteMe_closesTheAccount() {
    closes("/api/users/me/");
  }

  @Test
  void deleteMe_closesTheAccountHoweverItIsWritten() {
    closes("/api/users/%6De");
    closes("/api/users/%6d%65/");
  }

  private static void closes(String path) {
    var member = fixture.member();
    var answer = member.client().delete(path).as(200);
    assertFalse(answer.string("/message").isEmpty());
    member.client().get("/api/users/me").problem(401, "SESSION_ENDED");
    var closed = admin.client().get(member.path()).as(200);
    assertEquals("deactivated", closed.string("/status"));
    assertEquals(
        "active", opened(member).string("/status").replace("pending_verification", "active"));
  }

  private static RestClient.Answer opened(Member member) {
    return admin.client().send("POST", member.path() + "/reactivate").as(200);
  }

  @Test
  void deactivate_takesAReason() {
    var member = fixture.member();
    String path = member.path() + "/deactivate";
    admin.client().post(path, "{\"reason\":1}").invalid("reason");
    assertEquals(
        "deactivated",
        admin.client().post(path, "{\"reason\":\"fraud\"}").as(200).string("/status"));
    admin.client().send("POST", path).as(200);
    admin.client().with("Content-Type", "application/json").send("POST", path).as(200);
  }

  @Test
  void delete_isForGood() {
    var member = fixture.member();
    member.client().delete(member.path()).as(204);
    admin.client().get(member.path()).problem(404, "USER_NOT_FOUND");
    admin.client().delete(member.path()).problem(404, "USER_NOT_FOUND");
    var other = fixture.member();
    admin
        .client()
        .with("If-Match", "\"9\"")
        .send("DELETE", other.path(), "{\"reason\":\"gdpr\"}")
        .as(412);
    admin.client().send("DELETE", other.path(), "{\"reason\":\"gdpr\"}").as(204);
  }

  @Test
  void create_isForAdmins() {
    String body =
        "{\"email\":\"%s\",\"password\":\"correct horse battery\",\"roles\":[\"support\"]}";
    var answer = admin.client().post("/api/users", body.formatted("help@example.com")).as(201);
    assertEquals("[\"support\"]", answer.at("/roles").toString());
    admin.client().get(answer.header("Location")).as(200);
    fixture
        .member(Role.SUPPORT)
        .client()
        .post("/api/users", body.formatted("more@example.com"))
        .problem(403, "ACCESS_DENIED");
    fixture
        .client()
        .post("/api/users", body.formatted("more@example.com"))
        .problem(401, "CREDENTIALS_MISSING");
    var wrong = BodyPublishers.ofString("{\"roles\":[\"boss\"]}");
    admin
        .client()
        .send("POST", "/api/users", "application/json", wrong)
        .invalid("email", "password", "roles");
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

  @Test
  void list_isWalkedByNext() {
    var support = fixture.member(Role.SUPPORT);
    for (int i = 0; i < 5; i++) {
      fixture.member(Role.SELLER);
    }
    List<String> seen = new ArrayList<>();
    String path = "/api/users?role=seller&sort=-email&page_size=2";
    while (!path.isEmpty()) {
      var page = support.client().get(path).as(200);
      page.at("/results").forEach(user -> seen.add(user.path("email").asString()));
      assertTrue(page.at("/count").intValue() >= 5);
      assertTrue(page.at("/previous").isNull());
      path = page.at("/next").isNull() ? "" : ofThisServer(page.string("/next"));
    }
    assertEquals(seen.stream().sorted((a, b) -> b.compareTo(a)).distinct().toList(), seen);
    assertTrue(seen.size() >= 5);
  }

  private static String ofThisServer(String next) {
    var url = URI.create(next);
    assertEquals("localhost:" + fixture.api().port(), url.getAuthority());
    return url.getRawPath() + "?" + url.getRawQuery();
  }

  @Test
  void list_filtersAndSearches() {
    var member = fixture.member();
    admin.client().patch(member.path(), "{\"first_name\":\"Zephyrine\",\"status\":\"banned\"}");
    assertEquals(
        List.of(member.email()),
        emails(admin.client().get("/api/users?q=zephyr%20love").as(200).json()));
    assertEquals(
        List.of(member.email()),
        emails(admin.client().get("/api/users?status=banned,deactivated&q=Zephyrine").json()));
    assertTrue(
        emails(admin.client().get("/api/users?status=banned&status=suspended").json())
            .contains(member.email()));
    assertEquals(
        0, admin.client().get("/api/users?created_after=2030-01-01").at("/count").intValue());
    assertEquals(
        0,
        admin
            .client()
            .get("/api/users?created_before=2026-06-15T12:00:00Z")
            .at("/count")
            .intValue());
    var first = admin.client().get("/api/users?q=example.com&page_size=1").as(200);
    assertNotEquals(
        emails(first.json()),
        emails(admin.client().get(ofThisServer(first.string("/next"))).as(200).json()));
  }

  private static List<String> emails(JsonNode page) {
    List<String> emails = new ArrayList<>();
    page.path("results").forEach(user -> emails.add(user.path("email").asString()));
    return emails;
  }

  @Test
  void list_namesEveryBrokenRule() {
    admin
        .client()
        .get(
            "/api/users?status=gone&role=boss&created_after=yesterday&created_before=2026-13-01&page_size=-1&cursor=x&sort=age")
        .invalid(
            "status", "role", "created_after", "created_before", "page_size", "cursor", "sort");
    for (String time :
        List.of(
            "%2B10000-01-01T00:00:00Z",
            "0000-12-31", "0001-01-01T00:00:00%2B01:00", "-0500-01-01T00:00:00Z")) {
      admin
          .client()
          .get("/api/users?created_after=" + time + "&created_before=" + time)
          .invalid("created_after", "created_before");
    }
    admin
        .client()
        .get("/api/users?created_after=0001-01-01&created_before=9999-12-31T23:59:59.999999999Z")
        .as(200);
    admin.client().get("/api/users?page_size=many").invalid("page_size");
    var forged = admin.client().get("/api/users?cursor=forged").invalid("cursor");
    assertTrue(forged.string("/detail").startsWith("cursor: "), forged.text());
    admin.client().get("/api/users?q=a&sort=email").invalid("sort");
    admin
        .client()
        .get("/api/users?q=a&sort=&page_size=&status=&role=&cursor=%20&created_after=")
        .as(200);
    admin
        .client()
        .get("/api/users?created_after=2026-02-01&created_before=2026-01-01")
        .invalid("created_after");
  }
}
