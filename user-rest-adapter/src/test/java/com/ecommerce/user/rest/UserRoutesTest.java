package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.rest.RestFixture.Member;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests creating, reading, listing, closing and deleting users. */
class UserRoutesTest extends UserRoutesTesting {
  private static final String NOBODY = "/api/users/0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e";

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
  void deleteMe_closesTheAccount() {
    closes("/api/users/me/");
  }

  @Test
  void deleteMe_closesTheAccountHoweverItIsWritten() {
    closes("/api/users/%6De");
    closes("/api/users/%6d%65/");
  }

  private void closes(String path) {
    var member = fixture.member();
    var answer = member.client().delete(path).as(200);
    assertFalse(answer.string("/message").isEmpty());
    member.client().get("/api/users/me").problem(401, "SESSION_ENDED");
    var closed = admin.client().get(member.path()).as(200);
    assertEquals("deactivated", closed.string("/status"));
    assertEquals(
        "active", opened(member).string("/status").replace("pending_verification", "active"));
  }

  private RestClient.Answer opened(Member member) {
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

  private String ofThisServer(String next) {
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
