package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that bytes that are not UTF-8 and lone surrogates are refused, never replaced. */
@ExtendWith(PostgresExtension.class)
class MalformedTextTest {
  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  /**
   * Tests a lone byte, an incomplete form, overlong forms, an encoded surrogate, and a code point
   * beyond U+10FFFF.
   */
  @ParameterizedTest
  @ValueSource(strings = {"ff", "c3", "c0af", "e080af", "eda080", "f4908080"})
  void malformedUtf8_isRefusedWhereverItIs(String hex) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(hex);
    String escaped = hex.replaceAll("..", "%$0");
    var admin = fixture.member(Role.ADMIN).client();
    admin.get("/api/users?q=a" + escaped).problem(400, "QUERY_MALFORMED");
    admin.get("/api/users?" + escaped + "=a").problem(400, "QUERY_MALFORMED");
    admin.get("/api/users/by-email?email=" + escaped).problem(400, "QUERY_MALFORMED");
    fixture.client().get("/verify-email?token=" + escaped).problem(400, "QUERY_MALFORMED");
    fixture.client().submit("/verify-email", "token=" + escaped).problem(400, "BODY_MALFORMED");
    var raw = BodyPublishers.ofByteArray(joined("token=", bytes, ""));
    fixture
        .client()
        .send("POST", "/verify-email", "application/x-www-form-urlencoded", raw)
        .problem(400, "BODY_MALFORMED");
    var json = BodyPublishers.ofByteArray(joined("{\"first_name\":\"", bytes, "\"}"));
    admin.send("PATCH", "/api/users/me", "application/json", json).problem(400, "BODY_MALFORMED");
    fixture.client().get("/api/users/" + escaped).as(400);
    String authorization = "\r\nAuthorization: " + admin.header("Authorization");
    assertTrue(status("GET /api/users?q=", bytes, authorization).startsWith("HTTP/1.1 400"));
    assertTrue(status("GET /api/users/", bytes, authorization).startsWith("HTTP/1.1 400"));
  }

  private static byte[] joined(String before, byte[] bytes, String after) {
    var all = new ByteArrayOutputStream();
    all.writeBytes(before.getBytes(StandardCharsets.US_ASCII));
    all.writeBytes(bytes);
    all.writeBytes(after.getBytes(StandardCharsets.US_ASCII));
    return all.toByteArray();
  }

  /** Sends the bytes unchanged, which a URI class would not. */
  private static String status(String before, byte[] bytes, String header) throws IOException {
    String rest = " HTTP/1.1\r\nHost: x\r\nConnection: close" + header + "\r\n\r\n";
    try (var socket = new Socket("localhost", fixture.api().port())) {
      socket.getOutputStream().write(joined(before, bytes, rest));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void controlCharacterAroundAParameter_isNoWhiteSpace() {
    var admin = fixture.member(Role.ADMIN).client();
    admin.get("/api/users?q=%1Fada").as(400);
    admin.get("/api/users?q=%C2%A0ada%20").as(200);
  }

  @Test
  void passwordOfAForm_isNotReplaced() {
    var member = fixture.member();
    fixture
        .client()
        .post("/api/auth/password-reset", "{\"email\":\"" + member.email() + "\"}")
        .as(200);
    String token = fixture.mailbox().newestTokenTo(member.email());
    fixture
        .client()
        .submit("/reset-password", "token=" + token + "&new_password=%ff%ff+horse+battery+staple")
        .problem(400, "BODY_MALFORMED");
    String login = "{\"email\":\"%s\",\"password\":\"%s\"}";
    fixture
        .client()
        .post("/api/auth/login", login.formatted(member.email(), TestUsers.PASSWORD))
        .as(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "ISO-8859-1"})
  void json_isUtf8Alone(String charset) {
    byte[] body = "{\"first_name\":\"J\u00f6rg\"}".getBytes(Charset.forName(charset));
    var client = fixture.member().client();
    client
        .send("PATCH", "/api/users/me", "application/json", BodyPublishers.ofByteArray(body))
        .problem(400, "BODY_MALFORMED");
  }

  @Test
  void byteOrderMark_isIgnored() {
    var body = BodyPublishers.ofString("\ufeff{\"first_name\":\"J\u00f6rg\"}");
    var answer = fixture.member().client().send("PATCH", "/api/users/me", "application/json", body);
    assertEquals("J\u00f6rg", answer.as(200).string("/first_name"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud800", "\\udc00", "\\udc00\\ud800"})
  void loneSurrogates_areRefusedInEveryText(String surrogate) {
    String text = "\"" + surrogate + " horse battery staple\"";
    fixture
        .client()
        .post(
            "/api/auth/register",
            "{\"email\":%1$s,\"password\":%1$s,\"username\":%1$s,\"first_name\":%1$s,\"last_name\":%1$s,\"phone_number\":%1$s,\"device_name\":%1$s}"
                .formatted(text))
        .invalid(
            "email",
            "password",
            "username",
            "first_name",
            "last_name",
            "phone_number",
            "device_name");
    fixture
        .client()
        .post("/api/auth/login", "{\"email\":%1$s,\"password\":%1$s}".formatted(text))
        .invalid("email", "password");
    fixture
        .client()
        .post(
            "/api/auth/service-token",
            "{\"client_id\":%1$s,\"client_secret\":%1$s}".formatted(text))
        .invalid("client_id", "client_secret");
    fixture.client().post("/api/auth/refresh", "{\"refresh\":" + text + "}").invalid("refresh");
    fixture.client().post("/api/auth/logout", "{\"refresh\":" + text + "}").invalid("refresh");
    fixture.client().post("/api/auth/verify-email", "{\"token\":" + text + "}").invalid("token");
    fixture
        .client()
        .post(
            "/api/auth/password-reset/confirm",
            "{\"token\":%1$s,\"new_password\":%1$s,\"new_password_confirm\":%1$s}".formatted(text))
        .invalid("token", "new_password", "new_password_confirm");
    var client = fixture.member().client();
    var profile =
        BodyPublishers.ofString(
            "{\"profile\":{\"bio\":%1$s,\"website\":%1$s,\"social_links\":{\"web\":%1$s}}}"
                .formatted(text));
    client
        .send("PATCH", "/api/users/me", "application/json", profile)
        .invalid("profile.bio", "profile.website", "profile.social_links");
    // A malformed name of a field cannot be reported as a violation of a field.
    client
        .patch(
            "/api/users/me",
            "{\"profile\":{\"social_links\":{" + text + ":\"https://a.example\"}}}")
        .problem(400, "BODY_MALFORMED");
    client
        .post(
            "/api/users/me/addresses",
            "{\"line1\":%1$s,\"city\":%1$s,\"country_code\":\"GB\",\"type\":\"both\",\"delivery_instructions\":%1$s}"
                .formatted(text))
        .invalid("line1", "city", "delivery_instructions");
  }
}
