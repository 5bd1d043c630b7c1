package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.rest.http.RequestBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks codings, expectations, targets and links against the RFCs of HTTP. */
@ExtendWith(PostgresExtension.class)
class HttpRulesTest {
  private static final String SHOP = "https://shop.example";
  private static final String JSON = "Content-Type: application/json\r\n";

  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database, settings().build());
  }

  private static TestRestSettings settings() {
    return new TestRestSettings().bindAddress("localhost").corsOrigin(SHOP);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  /**
   * Returns the answer to bytes that no HTTP client would send, up to the end of the connection.
   */
  private static String raw(String request) throws IOException {
    try (var socket = new Socket("localhost", fixture.api().port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void compressedBody_isOfAnUnsupportedType() throws IOException {
    var body = BodyPublishers.ofByteArray(gzip("{\"first_name\":\"Grace\"}"));
    var client = fixture.member().client();
    for (String coding : List.of("gzip", "br", "GZIP", "identity, gzip", "x")) {
      var refused =
          client
              .with("Content-Encoding", coding)
              .send("PATCH", "/api/users/me", "application/json", body)
              .problem(415, "MEDIA_TYPE_UNSUPPORTED");
      assertEquals("identity", refused.header("Accept-Encoding"));
    }
    var form = BodyPublishers.ofByteArray(gzip("token=x"));
    fixture
        .client()
        .with("Content-Encoding", "gzip")
        .send("POST", "/verify-email", "application/x-www-form-urlencoded", form)
        .problem(415, "MEDIA_TYPE_UNSUPPORTED");
    client.with("Content-Encoding", "Identity").patch("/api/users/me", "{}").as(200);
    client.with("Content-Encoding", "gzip").get("/api/users/me").as(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip, chunked", "gzip", "x", "identity", "chunked, gzip"})
  void unknownTransferCoding_isNotImplemented(String coding) throws IOException {
    String answer =
        raw(
            "POST /api/auth/login HTTP/1.1\r\nHost: x\r\n"
                + JSON
                + "Transfer-Encoding: "
                + coding
                + "\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 501 "), answer);
    assertTrue(answer.contains("application/problem+json"), answer);
    assertTrue(answer.contains("\"reason\":\"NOT_IMPLEMENTED\""), answer);
    assertTrue(answer.contains("\"status\":501"), answer);
    // The connection ends, since the next request cannot be distinguished from the body.
    assertFalse(answer.substring(9).contains("HTTP/1.1"), answer);
  }

  @Test
  void chunkedTransferCoding_isReadInAnyLetterCase() throws IOException {
    String answer =
        raw(
            "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + JSON
                + "Transfer-Encoding: Chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
    assertTrue(answer.contains("\"reason\":\"INVALID_REQUEST\""), answer);
  }

  @Test
  void bodyThatIsTooLarge_isNotAskedFor() throws IOException {
    String head =
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\n" + JSON + "Expect: 100-continue\r\n";
    String answer = raw(head + "Content-Length: " + (RequestBody.MAX_BYTES + 1) + "\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    assertTrue(answer.contains("\"reason\":\"BODY_TOO_LARGE\""), answer);
    assertTrue(answer.contains("Connection: close"), answer);
    String asked = raw(head + "Connection: close\r\nContent-Length: 2\r\n\r\n{}");
    assertTrue(asked.contains("\"reason\":\"INVALID_REQUEST\""), asked);
    String unknown = raw(head.replace("100-continue", "magic") + "Content-Length: 2\r\n\r\n{}");
    assertTrue(unknown.startsWith("HTTP/1.1 417 "), unknown);
  }

  @Test
  void bodyThatIsAskedFor_isRead() throws IOException {
    String head =
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + JSON
            + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    try (var socket = new Socket("localhost", fixture.api().port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      byte[] interim = socket.getInputStream().readNBytes(25);
      assertEquals("HTTP/1.1 100 Continue\r\n\r\n", new String(interim, StandardCharsets.US_ASCII));
      socket.getOutputStream().write("{}".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    }
  }

  @Test
  void optionsOfTheServer_namesAllMethods() throws IOException {
    String answer = raw("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 204 "), answer);
    assertTrue(answer.contains("Allow: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT\r\n"), answer);
    String other = raw("GET * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertTrue(other.startsWith("HTTP/1.1 4"), other);
  }

  @Test
  void linksWithoutHost_areRelative() throws IOException {
    var admin = fixture.member(Role.ADMIN);
    fixture.member();
    String authorization = "Authorization: " + admin.client().header("Authorization");
    String answer = raw("GET /api/users?page_size=1 HTTP/1.0\r\n" + authorization + "\r\n\r\n");
    assertTrue(answer.contains("\"next\":\"/api/users?page_size=1&cursor="), answer);
    assertFalse(answer.contains("null/"), answer);
    String named =
        raw(
            "GET /api/users?page_size=1 HTTP/1.0\r\nHost: users.example\r\n"
                + authorization
                + "\r\n\r\n");
    assertTrue(named.contains("\"next\":\"http://users.example/api/users?"), named);
  }

  /**
   * Tests Arabic-Indic, Devanagari and full-width digits, a plus sign, an exponent, and a number
   * that exceeds an int.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"%D9%A1%D9%A0", "%E0%A5%A7", "%EF%BC%91%EF%BC%90", "%2B5", "1e1", "9999999999"})
  void number_isAsciiDigits(String number) {
    var admin = fixture.member(Role.ADMIN).client();
    admin.get("/api/users?page_size=" + number).invalid("page_size");
    admin.get("/api/users/me/sessions?page_size=" + number).invalid("page_size");
  }

  @Test
  void dates_areAsciiDigits() {
    var admin = fixture.member(Role.ADMIN).client();
    admin.get("/api/users?created_after=%D9%A2026-01-01").invalid("created_after");
    admin
        .patch("/api/users/me", "{\"profile\":{\"date_of_birth\":\"\u0661990-01-01\"}}")
        .invalid("profile.date_of_birth");
  }

  @Test
  void preflight_admitsTheHeadersOfTraces() {
    var answer =
        fixture
            .client()
            .with("Origin", SHOP)
            .with("Access-Control-Request-Method", "GET")
            .with("Access-Control-Request-Headers", "authorization,traceparent,tracestate,baggage")
            .send("OPTIONS", "/api/users/me")
            .as(204);
    var allowed = List.of(answer.header("Access-Control-Allow-Headers").split(", "));
    assertTrue(
        allowed.containsAll(List.of("traceparent", "tracestate", "baggage")), allowed::toString);
  }

  @Test
  void descriptions_knowThePathOfThePublicUrl(TestDatabase database) {
    var settings = settings().publicBaseUrl("https://shop.example/account/").build();
    try (var below = RestFixture.on(database, settings)) {
      var document = below.client().get("/openapi.json").as(200);
      assertEquals("https://shop.example/account", document.string("/servers/0/url"));
      assertEquals(".", document.string("/servers/1/url"));
      var missing = below.client().get("/api/nothing").as(404);
      assertTrue(missing.string("/detail").contains("/account/openapi.json"), missing.text());
      String page = below.client().get("/docs").as(200).text();
      assertFalse(page.contains("=\"/"), page);
      String undo = below.client().get("/undo-email-change?token=x").as(400).text();
      assertFalse(undo.contains("=\"/"), undo);
    }
    var document = fixture.client().get("/openapi.json").as(200);
    assertEquals(1, document.at("/servers").size());
    assertEquals(".", document.string("/servers/0/url"));
  }
}
