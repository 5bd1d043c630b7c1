package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.rest.http.RequestBody;
import com.ecommerce.user.rest.http.RestSettings;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the rules for every route: refusals, headers, and the format of problems. */
@ExtendWith(PostgresExtension.class)
class ProtocolTest {
  private static final String SHOP = "https://shop.example";

  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database, settings("https://users.example"));
  }

  private static RestSettings settings(String publicBaseUrl) {
    return new TestRestSettings()
        .bindAddress("localhost")
        .publicBaseUrl(publicBaseUrl)
        .corsOrigin(SHOP)
        .build();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void unknownPath_isAProblem() {
    fixture.client().get("/api/nothing").problem(404, "ROUTE_NOT_FOUND");
    fixture.client().get("/nothing").problem(404, "ROUTE_NOT_FOUND");
    fixture.client().post("/api/users//addresses", "{}").problem(404, "ROUTE_NOT_FOUND");
  }

  @Test
  void unknownMethod_namesTheOnesThereAre() {
    var answer = fixture.client().delete("/api/health/").problem(405, "METHOD_NOT_ALLOWED");
    assertEquals("GET, HEAD, OPTIONS", answer.header("Allow"));
    fixture.client().send("TRACE", "/api/auth/login").problem(405, "METHOD_NOT_ALLOWED");
    fixture.client().send("PROPFIND", "/api/auth/login").problem(405, "METHOD_NOT_ALLOWED");
    // BEFORE is Javalin's name of handlers that are not routes.
    fixture.client().send("BEFORE", "/api/auth/login").problem(405, "METHOD_NOT_ALLOWED");
    fixture.client().send("BEFORE", "/nothing").problem(404, "ROUTE_NOT_FOUND");
  }

  @Test
  void methodOverride_hasNoEffect() {
    var member = fixture.member();
    for (String name :
        List.of("X-HTTP-Method-Override", "x-http-method-override", "X-HTTP-Method", "X-Method")) {
      for (String method : List.of("PATCH", "PUT", "DELETE", "patch", "BEFORE")) {
        var client = member.client().with(name, method);
        String body = "{\"roles\":[\"admin\"],\"first_name\":\"Eve\"}";
        client.post("/api/users/me", body).problem(405, "METHOD_NOT_ALLOWED");
        client.post(member.path(), body).problem(405, "METHOD_NOT_ALLOWED");
        client.get(member.path()).as(200);
        assertEquals("", client.send("HEAD", "/api/users/me").as(200).text());
        client.patch("/api/users/me", "{\"roles\":[\"admin\"]}").problem(403, "ACCESS_DENIED");
      }
    }
    member.client().post("/api/users/me?_method=PATCH", "{}").problem(405, "METHOD_NOT_ALLOWED");
    var twice =
        member
            .client()
            .with("X-HTTP-Method-Override", "DELETE")
            .with("X-HTTP-Method-Override", "DELETE");
    twice.get(member.path()).as(200);
    var user = member.client().get(member.path()).as(200);
    assertEquals("Ada", user.string("/first_name"));
    assertEquals("[\"customer\"]", user.at("/roles").toString());
    assertEquals(1, user.at("/version").intValue());
    assertTrue(user.at("/is_active").booleanValue());
  }

  @Test
  void slashAtTheEnd_makesNoDifference() {
    fixture.client().get("/api/health/").as(200);
    var member = fixture.member();
    member.client().get("/api/users/me/").as(200);
    member.client().get(member.path() + "/addresses/").as(200);
    fixture.client().post("/api/auth/login/", "{}").invalid("email", "password");
  }

  @Test
  void head_isGetWithoutTheBody() {
    var get = fixture.client().get("/api/health");
    var head = fixture.client().send("HEAD", "/api/health").as(200);
    assertEquals("", head.text());
    assertEquals(get.header("Content-Length"), head.header("Content-Length"));
    assertEquals("application/json", head.header("Content-Type"));
  }

  @Test
  void options_namesTheMethods() {
    var answer = fixture.client().send("OPTIONS", "/api/users/me").as(204);
    assertEquals("DELETE, GET, HEAD, OPTIONS, PATCH, PUT", answer.header("Allow"));
    assertEquals("", answer.header("Access-Control-Allow-Origin"));
    fixture.client().send("OPTIONS", "/nothing").problem(404, "ROUTE_NOT_FOUND");
  }

  @Test
  void preflight_admitsTheChosenOrigins() {
    var browser = fixture.client().with("Access-Control-Request-Method", "PATCH");
    var admitted = browser.with("Origin", SHOP).send("OPTIONS", "/api/users/me").as(204);
    assertEquals(SHOP, admitted.header("Access-Control-Allow-Origin"));
    assertTrue(admitted.header("Access-Control-Allow-Methods").contains("PATCH"));
    assertTrue(admitted.header("Access-Control-Allow-Headers").contains("Authorization"));
    assertEquals("Origin", admitted.header("Vary"));
    var refused =
        browser.with("Origin", "https://evil.example").send("OPTIONS", "/api/users/me").as(204);
    assertEquals("", refused.header("Access-Control-Allow-Origin"));
    assertEquals("", refused.header("Access-Control-Allow-Methods"));
  }

  @Test
  void crossOriginRequest_mayReadTheHeadersOfAnswersAndProblems() {
    var browser = fixture.client().with("Origin", SHOP);
    var problem = browser.get("/api/users/me").problem(401, "CREDENTIALS_MISSING");
    assertEquals(SHOP, problem.header("Access-Control-Allow-Origin"));
    assertTrue(problem.header("Access-Control-Expose-Headers").contains("ETag"));
    assertTrue(problem.header("Access-Control-Expose-Headers").contains("X-Call-Id"));
    assertEquals("Origin, Accept-Language", browser.get("/verify-email").header("Vary"));
  }

  @Test
  void everyAnswer_hasTheHeadersThatProtect() {
    for (String path : new String[] {"/api/health", "/nothing", "/docs", "/verify-email"}) {
      var answer = fixture.client().get(path);
      assertEquals("nosniff", answer.header("X-Content-Type-Options"));
      assertEquals("no-referrer", answer.header("Referrer-Policy"));
      assertTrue(answer.header("Content-Security-Policy").startsWith("default-src 'none'"));
      assertTrue(answer.header("Content-Security-Policy").contains("frame-ancestors 'none'"));
      assertEquals("", answer.header("Server"));
    }
    assertEquals(
        "no-store", fixture.member().client().get("/api/users/me").header("Cache-Control"));
  }

  /** The length must be that of a response with status 200, or absent (RFC 9110, section 8.6). */
  @Test
  void notModified_doesNotMisstateTheLength() {
    var client = fixture.member().client();
    var full = client.get("/api/users/me").as(200);
    var answer = client.with("If-None-Match", "\"1\"").get("/api/users/me").as(304);
    assertEquals(full.header("Content-Length"), answer.header("Content-Length"));
    assertEquals("", answer.header("Content-Type"));
    client.get("/api/users/me").as(200);
  }

  @Test
  void callIds_differ() {
    assertNotEquals(
        fixture.client().get("/api/health").header("X-Call-Id"),
        fixture.client().get("/api/health").header("X-Call-Id"));
  }

  @Test
  void body_ofAnotherTypeIsRefused() {
    var xml = BodyPublishers.ofString("<user/>");
    var answer =
        fixture
            .client()
            .send("POST", "/api/auth/login", "application/xml", xml)
            .problem(415, "MEDIA_TYPE_UNSUPPORTED");
    assertEquals("application/json", answer.header("Accept"));
    fixture.client().send("POST", "/api/auth/login").problem(415, "MEDIA_TYPE_UNSUPPORTED");
    for (String type : List.of(";", ";charset=utf-8", " ; ")) {
      fixture
          .client()
          .send("POST", "/api/auth/login", type, xml)
          .problem(415, "MEDIA_TYPE_UNSUPPORTED");
    }
    var patched =
        fixture
            .member()
            .client()
            .send("PATCH", "/api/users/me", "text/plain", xml)
            .problem(415, "MEDIA_TYPE_UNSUPPORTED");
    assertEquals("application/json", patched.header("Accept-Patch"));
  }

  /** According to RFC 7396, social links that a patch does not name would be kept. */
  @Test
  void mergePatch_isNotClaimedToBeUnderstood() {
    var json = BodyPublishers.ofString("{\"first_name\":\"Grace\"}");
    var client = fixture.member().client();
    var refused =
        client
            .send("PATCH", "/api/users/me", "application/merge-patch+json", json)
            .problem(415, "MEDIA_TYPE_UNSUPPORTED");
    assertEquals("application/json", refused.header("Accept-Patch"));
    client.send("PATCH", "/api/users/me", "Application/JSON; charset=utf-8", json).as(200);
  }

  @Test
  void body_thatIsNoJsonObjectIsRefused() {
    var client = fixture.client();
    for (String body :
        new String[] {
          "",
          "{",
          "[]",
          "null",
          "\"text\"",
          "{\"email\":\"a\"} x",
          "{\"email\":1,\"email\":2}",
          "{'email':1}"
        }) {
      var answer = client.post("/api/auth/login", body).problem(400, "BODY_MALFORMED");
      assertEquals(Set.of(), answer.errors());
    }
    client.post("/api/auth/login", "[".repeat(100_000)).problem(400, "BODY_MALFORMED");
  }

  @Test
  void malformedBody_isNotRepeated() {
    var answer = fixture.client().post("/api/auth/login", "{\"password\":\"hunter2\"").as(400);
    assertFalse(answer.text().contains("hunter2"));
    assertFalse(answer.text().contains("tools.jackson"));
  }

  @Test
  void body_isReadToItsEndAlsoWhenItIsRefused() throws IOException {
    byte[] large = new byte[8 << 20];
    String head =
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
            + large.length;
    try (var socket = new Socket("localhost", fixture.api().port())) {
      var out = socket.getOutputStream();
      out.write((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(large);
      out.write(
          "GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answers.startsWith("HTTP/1.1 413"), answers);
      assertTrue(answers.contains("HTTP/1.1 200 OK"), answers);
    }
  }

  @Test
  void body_ofTinyChunksIsRefusedBeforeItTakesAThread() throws IOException {
    String head =
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    try (var socket = new Socket("localhost", fixture.api().port())) {
      var out = socket.getOutputStream();
      out.write((head + "1\r\nx\r\n".repeat(240_000)).getBytes(StandardCharsets.US_ASCII));
      var answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      assertEquals("HTTP/1.1 413 Payload Too Large", answer.readLine());
    }
  }

  @Test
  void body_aboveOneMegabyteIsRefused() {
    byte[] large = new byte[3_000_000];
    var known = BodyPublishers.ofByteArray(large);
    var chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large));
    for (var body : new BodyPublisher[] {known, chunked}) {
      fixture
          .client()
          .send("POST", "/api/auth/login", "application/json", body)
          .problem(413, "BODY_TOO_LARGE");
    }
  }

  @Test
  void body_ofOneMegabyteIsRead() {
    String padding = " ".repeat(RequestBody.MAX_BYTES - 2);
    fixture.client().post("/api/auth/login", "{" + padding + "}").invalid("email", "password");
  }

  @Test
  void fieldsOfWrongTypes_areNamedAllAtOnce() {
    fixture
        .client()
        .post(
            "/api/auth/register",
            "{\"email\":1,\"password\":[],\"first_name\":{},\"phone_number\":true,\"username\":\"\\u0000\"}")
        .invalid("email", "password", "first_name", "phone_number", "username");
  }

  @Test
  void brokenHttp_isAnsweredWithAProblem() throws IOException {
    String answer = raw("GET /api/users/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
    assertTrue(answer.contains("application/problem+json"), answer);
    assertFalse(answer.toLowerCase(Locale.ROOT).contains("jetty"), answer);
    String huge = "X: " + "x".repeat(40_000);
    answer = raw("PATCH / HTTP/1.1\r\nHost: x\r\n" + huge + "\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 431"), answer);
    assertTrue(answer.contains("\"call_id\":\""), answer);
  }

  @Test
  void query_thatIsNotPercentEncodedIsRefusedByWhoReadsIt() throws IOException {
    var admin = fixture.member(Role.ADMIN);
    for (String query : List.of("q=100%", "q=%zz", "%zz=1", "status=%f", "page_size=1&x=%")) {
      String answer = raw("/api/users?" + query, admin);
      assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
      assertTrue(answer.contains("\"reason\":\"QUERY_MALFORMED\""), answer);
    }
    assertTrue(raw("/api/users?q=100%25&&=x&page_size=1", admin).startsWith("HTTP/1.1 200"));
    assertTrue(raw("/docs?q=%zz", admin).startsWith("HTTP/1.1 200"));
    // Rights are checked before the form of the request.
    assertTrue(raw("/api/users?q=100%", fixture.member()).startsWith("HTTP/1.1 403"));
    assertTrue(raw("/verify-email?token=%", admin).startsWith("HTTP/1.1 400"));
  }

  private static String raw(String target, RestFixture.Member member) throws IOException {
    return raw(
        "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: %s\r\n\r\n"
            .formatted(target, member.client().header("Authorization")));
  }

  /** The query is UTF-8 regardless of the content type. */
  @Test
  void query_isUtf8() {
    var admin = fixture.member(Role.ADMIN).client();
    String name = "/api/users?q=J%C3%B6rg";
    admin.patch("/api/users/me", "{\"first_name\":\"J\\u00f6rg\"}").as(200);
    for (String type :
        List.of("text/plain; charset=iso-8859-1", "text/plain; charset", "x; charset=y")) {
      assertEquals(1, admin.with("Content-Type", type).get(name).as(200).at("/count").intValue());
      var page = fixture.client().with("Content-Type", type).get("/verify-email?token=x").as(400);
      assertTrue(page.text().contains("We do not know this link"), page.text());
    }
  }

  @Test
  void references_beginWithThePathOfThePublicUrl(TestDatabase database) {
    var settings = settings("https://shop.example/account/");
    try (var below = RestFixture.on(database, settings)) {
      String body = "{\"email\":\"%s\",\"password\":\"correct horse battery\"}";
      var problem = below.client().get("/api/users/me").as(401);
      assertEquals("/account/problems#CREDENTIALS_MISSING", problem.string("/type"));
      problem = below.client().post("/api/auth/login", "x").as(400);
      assertEquals("/account/problems#BODY_MALFORMED", problem.string("/type"));
      var admin = below.member(Role.ADMIN).client();
      String users = "/account/api/users/";
      var registered =
          below.client().post("/api/auth/register", body.formatted("b@example.com")).as(201);
      assertEquals(users + registered.string("/user/id"), registered.header("Location"));
      var created = admin.post("/api/users", body.formatted("c@example.com")).as(201);
      assertEquals(users + created.string("/id"), created.header("Location"));
      String address =
          "{\"line1\":\"1\",\"city\":\"Leeds\",\"country_code\":\"GB\",\"type\":\"both\"}";
      var added = admin.post("/api/users/me/addresses", address).as(201);
      assertTrue(added.header("Location").startsWith(users), added.header("Location"));
      assertTrue(
          admin
              .get("/api/users?page_size=1")
              .string("/next")
              .startsWith("https://shop.example/account/api/users?"));
    }
  }

  private static String raw(String request) throws IOException {
    try (var socket = new Socket("localhost", fixture.api().port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
