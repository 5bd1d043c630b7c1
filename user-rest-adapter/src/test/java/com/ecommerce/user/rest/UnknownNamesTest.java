package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.rest.http.Route;
import com.ecommerce.user.rest.json.UnknownFields;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Query parameters and fields of bodies that an operation does not know are refused, but clients
 * may send back what they have read.
 */
@ExtendWith(PostgresExtension.class)
class UnknownNamesTest {
  private static final String ADDRESS =
      "{\"line1\":\"1 High Street\",\"city\":\"Leeds\",\"country_code\":\"GB\",\"type\":\"both\"}";

  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  /** Returns the path of a route for an existing user, with other ids that do not exist. */
  private static String path(Route route, RestFixture.Member member) {
    return route
        .path()
        .replace("{user_id}", member.user().id().toString())
        .replaceAll("\\{[a-z_]+_id}", UUID.randomUUID().toString());
  }

  private static RestClient.Answer send(RestClient client, Route route, String path, String json) {
    return client.send(route.method(), path, "application/json", BodyPublishers.ofString(json));
  }

  @Test
  void unknownParameter_isRefusedByEveryRouteOfTheApi() {
    for (Route route : fixture.api().routes()) {
      if (route.path().startsWith("/api/")) {
        var member = fixture.member(Role.ADMIN);
        String path = path(route, member) + "?pagesize=2&page_size%5B%5D=2";
        var errors = send(member.client(), route, path, "{}").problem(400, "INVALID_REQUEST");
        assertTrue(
            errors.errors().containsAll(Set.of("pagesize", "page_size[]")),
            route + ": " + errors.text());
      }
    }
  }

  @Test
  void unknownField_isRefusedByEveryRouteThatHasABody() {
    for (Route route : fixture.api().routes()) {
      boolean hasBody =
          route.path().startsWith("/api/")
              && Set.of("POST", "PUT", "PATCH").contains(route.method())
              && !route.path().endsWith("/reactivate")
              && !route.path().endsWith("/pause")
              && !route.path().endsWith("/resume")
              && !route.path().endsWith("/{user_id}/verify-email");
      if (hasBody) {
        var member = fixture.member(Role.ADMIN);
        var errors =
            send(member.client(), route, path(route, member), "{\"first_nam\":\"x\"}")
                .problem(400, "INVALID_REQUEST");
        assertTrue(errors.errors().contains("first_nam"), route + ": " + errors.text());
      }
    }
  }

  @Test
  void refusal_listsKnownNamesAndAllOtherViolations() {
    var admin = fixture.member(Role.ADMIN).client();
    var answer = admin.get("/api/users?search=ada&statuss=x&page=2&status=gone&page_size=x&Q=1");
    answer.invalid("search", "statuss", "page", "status", "page_size", "Q");
    assertEquals(
        "unknown (expected: one of q, status, role, created_after, created_before, sort, page_size,"
            + " cursor)",
        answer.string("/errors/search/0"));
    assertEquals(
        "unknown (expected: none)",
        admin.get("/api/users/me?fields=id").invalid("fields").string("/errors/fields/0"));
    var body =
        admin.patch(
            "/api/users/x?force=true",
            "{\"first_nam\":\"x\",\"phone_number\":\"1\",\"profile\":{\"Bio\":\"\"}}");
    body.invalid("force", "user_id", "first_nam", "phone_number", "profile.Bio");
    assertTrue(
        body.string("/errors/profile.Bio/0").startsWith("unknown (expected: one of bio, "),
        body.text());
    admin
        .patch("/api/users/me/preferences", "{\"mail\":{},\"email\":{\"news\":true}}")
        .invalid("mail", "email.news");
  }

  /** The core's name of a field may differ from the name in this API. */
  @Test
  void nameOfTheOtherTransport_isShownAsItWasSent() {
    var client = fixture.member().client();
    client.patch("/api/users/me", "{\"display_name\":\"x\"}").invalid("display_name");
    client.patch("/api/users/me", "{\"phone\":\"x\"}").invalid("phone");
    client.patch("/api/users/me", "{\"username\":\"\"}").invalid("username");
  }

  @Test
  void parameterWithSeveralValues_isRefusedUnlessItIsAList() {
    var admin = fixture.member(Role.ADMIN).client();
    admin.get("/api/users?q=a&q=b").problem(400, "QUERY_MALFORMED");
    admin.get("/api/users?page_size=1&page_size=2").problem(400, "QUERY_MALFORMED");
    admin.get("/api/users?page_size=1&page_size=1").as(200);
    admin.get("/api/users?status=active&status=banned&role=admin&role=seller").as(200);
    fixture.member().client().get("/api/users?q=a&q=b").problem(403, "ACCESS_DENIED");
    String page = fixture.client().get("/verify-email?token=x&token=y").as(400).text();
    assertTrue(page.contains("We do not know this link"), page);
  }

  @Test
  void rights_areCheckedBeforeNames() {
    var member = fixture.member();
    member.client().get("/api/users?search=x").problem(403, "ACCESS_DENIED");
    fixture.client().get("/api/users/me?x=y").problem(401, "CREDENTIALS_MISSING");
    member
        .client()
        .patch(fixture.member().path() + "?x=y", "{\"z\":1}")
        .problem(403, "ACCESS_DENIED");
  }

  @Test
  void refusal_changesNothing() {
    var client = fixture.member().client();
    client.patch("/api/users/me", "{\"first_name\":\"Grace\",\"lastname\":\"x\"}").as(400);
    client.delete("/api/users/me?confirm=true").invalid("confirm");
    client.delete("/api/users/me/sessions?keepcurrent=true").invalid("keepcurrent");
    assertEquals("Ada", client.get("/api/users/me").as(200).string("/first_name"));
  }

  @Test
  void pagesOfLinksAndDescriptions_acceptAnyParameter() {
    var member = fixture.member();
    String link = "/verify-email?token=" + fixture.mailbox().newestTokenTo(member.email()) + "&";
    for (String path :
        new String[] {link, "/openapi.json?", "/docs?", "/problems?", "/.well-known/jwks.json?"}) {
      fixture.client().get(path + "utm_source=mail").as(200);
    }
  }

  @Test
  void longName_isTruncated() {
    var client = fixture.member().client();
    String fields =
        IntStream.range(0, 5_000)
            .mapToObj(i -> "\"" + i + "\\u0000<" + "x".repeat(150) + "\":1")
            .collect(Collectors.joining(",", "{", "}"));
    var answer = client.patch("/api/users/me", fields).problem(400, "INVALID_REQUEST");
    assertEquals(20, answer.errors().size());
    answer.errors().forEach(name -> assertEquals(100, name.length()));
    assertTrue(answer.text().contains("\"0\\u0000<x"), answer.text());
    client.patch("/api/users/me", "{\"\\ud800\":1}").problem(400, "BODY_MALFORMED");
  }

  @Test
  void userThatWasRead_mayBeSentBackByItsReader() {
    var member = fixture.member();
    for (String method : new String[] {"PUT", "PATCH"}) {
      String shown = member.client().get("/api/users/me").as(200).text();
      String changed =
          shown.replaceFirst("\"last_name\":\"[^\"]*\"", "\"last_name\":\"" + method + "\"");
      var answer = member.client().send(method, "/api/users/me", changed).as(200);
      assertEquals(method, answer.string("/last_name"));
      assertEquals("Ada", answer.string("/first_name"));
      assertEquals("[\"customer\"]", answer.at("/roles").toString());
    }
    String shown = member.client().get(member.path()).as(200).text();
    String promoted = shown.replace("\"roles\":[\"customer\"]", "\"roles\":[\"admin\"]");
    member.client().patch(member.path(), promoted).problem(403, "ACCESS_DENIED");
    String verified = shown.replace("\"is_verified\":false", "\"is_verified\":true");
    var ignored = member.client().patch(member.path(), verified).as(200);
    assertFalse(ignored.at("/is_verified").booleanValue());
  }

  /** A field that is left out as unchanged must not be combined with what another client wrote. */
  @Test
  void userThatIsSentBack_isNotMixedWithAnotherChange(TestDatabase database) throws Exception {
    var member = fixture.member();
    String shown = member.client().get(member.path()).as(200).text();
    String sent = shown.replaceFirst("\"last_name\":\"[^\"]*\"", "\"last_name\":\"Byron\"");
    try (var locked = LockedMember.of(database, member)) {
      var answer = locked.send("PUT", member.path(), withoutVersion(sent));
      locked.commit("first_name = 'Grace', last_name = 'Hopper'");
      var changed = answer.get(30, TimeUnit.SECONDS).as(200);
      assertEquals("Ada Byron", changed.string("/first_name") + " " + changed.string("/last_name"));
      assertEquals("\"3\"", changed.header("ETag"));
    }
    member.client().put(member.path(), sent).problem(412, "VERSION_MISMATCH");
    String profile = "{\"company\":\"A\",\"bio\":\"a\"}";
    member.client().put(member.path() + "/profile", profile).as(200);
    try (var locked = LockedMember.of(database, member)) {
      var answer =
          locked.send("PUT", member.path() + "/profile", "{\"company\":\"A\",\"bio\":\"b\"}");
      locked.commit("company = 'C', bio = 'c'");
      assertEquals("A", answer.get(30, TimeUnit.SECONDS).as(200).string("/company"));
    }
  }

  private static String withoutVersion(String user) {
    return user.replaceFirst(",\"version\":[0-9]+", "");
  }

  @Test
  void pendingEmail_staysWhenTheUserIsSentBack() {
    var member = fixture.member();
    var client = member.client();
    client.send("POST", "/api/users/me/verify-email").as(200);
    String token = fixture.mailbox().newestTokenTo(member.email());
    client.post("/api/auth/verify-email", "{\"token\":\"" + token + "\"}").as(200);
    client.patch("/api/users/me", "{\"email\":\"later@example.com\"}").as(200);
    for (String method : new String[] {"PUT", "PATCH"}) {
      var before = client.get("/api/users/me").as(200);
      var after = client.send(method, "/api/users/me", before.text()).as(200);
      assertEquals(before.text(), after.text());
      assertEquals("later@example.com", after.string("/pending_email"));
    }
  }

  @Test
  void externalId_isShownAndStaysWhenTheUserIsSentBack(TestDatabase database) {
    var member = fixture.member();
    database.execute(
        "update users set external_id = 'CRM/42', version = version + 1 where id = ?::uuid",
        member.client().get("/api/users/me").as(200).string("/id"));
    member.client().patch("/api/users/me", "{\"first_name\":\"Augusta\"}").as(200);
    for (String method : new String[] {"PUT", "PATCH"}) {
      var before = member.client().get("/api/users/me").as(200);
      assertEquals("CRM/42", before.string("/external_id"));
      assertEquals(
          before.text(),
          member.client().send(method, "/api/users/me", before.text()).as(200).text());
    }
  }

  @Test
  void otherResourcesThatWereRead_mayBeSentBack() {
    var client = fixture.member().client();
    client.patch("/api/users/me", "{\"profile\":{\"bio\":\"x\",\"language\":\"en\"}}").as(200);
    String address = client.post("/api/users/me/addresses", ADDRESS).as(201).header("Location");
    for (String path :
        new String[] {address, "/api/users/me/profile", "/api/users/me/preferences"}) {
      for (String method : new String[] {"PUT", "PATCH"}) {
        var before = client.get(path).as(200);
        assertEquals(before.text(), client.send(method, path, before.text()).as(200).text());
      }
    }
    String changed =
        client.get(address).as(200).text().replace("\"city\":\"Leeds\"", "\"city\":\"York\"");
    assertEquals("York", client.put(address, changed).as(200).string("/city"));
  }

  /** Existing rows keep values that are no longer accepted as new ones. */
  @Test
  void valueThatIsNoLongerAccepted_mayBeSentBack(TestDatabase database) {
    var member = fixture.member();
    database.execute("update users set currency = 'DEM' where id = ?", member.user().id().value());
    String shown = member.client().get(member.path()).as(200).text();
    assertTrue(shown.contains("\"currency\":\"DEM\""), shown);
    String changed = shown.replace("\"first_name\":\"Ada\"", "\"first_name\":\"Grace\"");
    for (String method : new String[] {"PUT", "PATCH"}) {
      var answer = member.client().send(method, member.path(), withoutVersion(changed)).as(200);
      assertEquals("Grace", answer.string("/first_name"));
      assertEquals("DEM", answer.string("/profile/currency"));
    }
    String profile = member.path() + "/profile";
    String shownProfile = member.client().get(profile).as(200).text();
    String changedProfile = shownProfile.replace("\"bio\":\"\"", "\"bio\":\"x\"");
    for (String method : new String[] {"PUT", "PATCH"}) {
      var answer = member.client().send(method, profile, changedProfile).as(200);
      assertEquals("x", answer.string("/bio"));
      assertEquals("DEM", answer.string("/currency"));
    }
    member.client().patch(profile, "{\"currency\":\"USS\"}").invalid("currency");
    member
        .client()
        .patch(member.path(), "{\"profile\":{\"currency\":\"DEM\"}}")
        .invalid("profile.currency");
  }

  @Test
  void unknownFields_areIgnoredOnDemand(TestDatabase database) {
    var settings = new TestRestSettings().unknownFields(UnknownFields.IGNORE).build();
    try (var lenient = RestFixture.on(database, settings)) {
      var client = lenient.member().client();
      String body = "{\"first_nam\":\"x\",\"last_name\":\"Hopper\",\"profile\":{\"boi\":1}}";
      assertEquals("Hopper", client.patch("/api/users/me", body).as(200).string("/last_name"));
      client.get("/api/users/me?x=y").invalid("x");
      String chief =
          "{\"email\":\"chief@example.com\",\"password\":\"correct horse battery\",\"roles\":[\"admin\"]}";
      var registered = lenient.client().post("/api/auth/register", chief).as(201);
      assertEquals("[\"customer\"]", registered.at("/user/roles").toString());
    }
  }
}
