package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Checks the conditions of reads and changes against RFC 9110, section 13. */
@ExtendWith(PostgresExtension.class)
class ConditionsTest {
  private static final String ME = "/api/users/me";
  private static final String CHANGE = "{\"first_name\":\"Grace\"}";
  private static final String ADDRESS =
      "{\"line1\":\"1 High Street\",\"city\":\"Leeds\",\"country_code\":\"GB\",\"type\":\"both\"}";

  private static final String PASSWORDS =
      "{\"old_password\":\"%s\",\"new_password\":\"%2$s\",\"new_password_confirm\":\"%2$s\"}"
          .formatted(TestUsers.PASSWORD, "another battery horse");

  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void ifMatch_comparesTagsLiterally() {
    var client = fixture.member().client();
    client.patch(ME, CHANGE).as(200);
    for (String tag : List.of("\"02\"", "\"002\"", "2", "W/\"2\"", "\"+2\"", "\"2", "*, \"2")) {
      var refused = client.with("If-Match", tag).patch(ME, "{\"first_name\":\"Ada\"}").as(412);
      assertEquals("VERSION_MISMATCH", refused.reason());
      client.with("If-Match", tag).delete(ME).problem(412, "VERSION_MISMATCH");
      client.with("If-Match", tag).get(ME).problem(412, "VERSION_MISMATCH");
    }
    client.with("If-Match", "\"02\", \"2\"").patch(ME, CHANGE).as(200);
    assertEquals("Grace", client.get(ME).string("/first_name"));
  }

  @Test
  void ifNoneMatch_refusesAChangeOfTheNamedVersion() {
    var client = fixture.member().client();
    String address = client.post(ME + "/addresses", ADDRESS).as(201).header("Location");
    for (String tags : List.of("*", "\"1\"", "W/\"1\"", "\"7\", \"1\"")) {
      var guarded = client.with("If-None-Match", tags);
      guarded.patch(ME, CHANGE).problem(412, "PRECONDITION_FAILED");
      guarded.put(ME, CHANGE).problem(412, "PRECONDITION_FAILED");
      guarded.patch(ME + "/profile", "{\"bio\":\"x\"}").problem(412, "PRECONDITION_FAILED");
      guarded.delete(ME).problem(412, "PRECONDITION_FAILED");
      guarded.patch(address, "{\"city\":\"York\"}").problem(412, "PRECONDITION_FAILED");
      guarded.delete(address).problem(412, "PRECONDITION_FAILED");
    }
    assertEquals("Leeds", client.get(address).as(200).string("/city"));
    var user = client.with("If-None-Match", "\"7\"").patch(ME, CHANGE).as(200);
    assertEquals("\"2\"", user.header("ETag"));
    client
        .with("If-Match", "\"2\"")
        .with("If-None-Match", "\"2\"")
        .patch(ME, "{\"first_name\":\"Ada\"}")
        .problem(412, "PRECONDITION_FAILED");
    client
        .with("If-Match", "\"1\"")
        .with("If-None-Match", "\"1\"")
        .patch(ME, "{\"first_name\":\"Ada\"}")
        .problem(412, "VERSION_MISMATCH");
  }

  @Test
  void missingResource_isMissingWhateverTheCondition() {
    var client = fixture.member().client();
    String path = ME + "/addresses/0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e";
    for (String header : List.of("If-Match", "If-None-Match")) {
      client.with(header, "*").get(path).problem(404, "ADDRESS_NOT_FOUND");
      client.with(header, "\"1\"").patch(path, "{}").problem(404, "ADDRESS_NOT_FOUND");
      client.with(header, "*").delete(path).problem(404, "ADDRESS_NOT_FOUND");
    }
  }

  @Test
  void missingResourceWithoutTag_isMissingWhateverTheCondition() {
    var admin = fixture.member(Role.ADMIN).client();
    String nobody = "/api/users/0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e";
    String session = "/sessions/0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e";
    for (String header : List.of("If-Match", "If-None-Match")) {
      var client = admin.with(header, header.equals("If-Match") ? "\"1\"" : "*");
      client.put(nobody + "/preferences", "{}").problem(404, "USER_NOT_FOUND");
      client.delete(nobody + "/sessions").problem(404, "USER_NOT_FOUND");
      client.delete(nobody + session).problem(404, "USER_NOT_FOUND");
      client.delete(ME + session).problem(404, "SESSION_NOT_FOUND");
      client.post(nobody + "/addresses", ADDRESS).problem(404, "USER_NOT_FOUND");
      client.post(nobody + "/password", PASSWORDS).problem(404, "USER_NOT_FOUND");
      client.send("POST", nobody + "/verify-email").problem(404, "USER_NOT_FOUND");
      client.post(ME + "/addresses", "{}").invalid("line1", "city", "country_code", "type");
    }
  }

  @Test
  void postWithoutTag_hasNoVersionToMatch() {
    var admin = fixture.member(Role.ADMIN);
    var user = "{\"email\":\"conditions@example.com\",\"password\":\"" + TestUsers.PASSWORD + "\"}";
    for (String header : List.of("If-Match", "If-None-Match")) {
      var client = admin.client().with(header, header.equals("If-Match") ? "\"99\"" : "*");
      client.post(ME + "/password", PASSWORDS).problem(412, "PRECONDITION_FAILED");
      client.send("POST", ME + "/verify-email").problem(412, "PRECONDITION_FAILED");
      client.post(ME + "/addresses", ADDRESS).problem(412, "PRECONDITION_FAILED");
      client.post("/api/users", user).problem(412, "PRECONDITION_FAILED");
    }
    assertEquals(0, admin.client().get(ME + "/addresses").at("/results").size());
    admin.client().get("/api/users/by-email?email=conditions@example.com").as(404);
    var any = admin.client().with("If-Match", "*").with("If-None-Match", "\"1\"");
    any.post(ME + "/addresses", ADDRESS).as(201);
    any.send("POST", ME + "/verify-email").as(200);
    any.post(ME + "/password", PASSWORDS).as(200);
    any.post("/api/users", user).as(201);
  }

  /** A client that sends back what it read long ago must not undo what others changed since. */
  @Test
  void versionInTheBody_mustBeTheCurrentOne() {
    var client = fixture.member().client();
    String address = client.post(ME + "/addresses", ADDRESS).as(201).header("Location");
    for (String path : List.of(ME, address)) {
      String read = client.get(path).as(200).text();
      String change = path.equals(ME) ? CHANGE : "{\"city\":\"York\"}";
      client.patch(path, change).as(200);
      String current = client.get(path).text();
      for (String body : List.of(read, "{\"version\":1}", "{\"version\":99}")) {
        client.put(path, body).problem(412, "VERSION_MISMATCH");
        client.patch(path, body).problem(412, "VERSION_MISMATCH");
        client.with("If-Match", "\"2\"").patch(path, body).problem(412, "VERSION_MISMATCH");
      }
      for (String wrong : List.of("\"2\"", "-1", "1.5", "true", "99999999999999999999")) {
        client.patch(path, "{\"version\":" + wrong + "}").invalid("version");
      }
      assertEquals(current, client.get(path).text());
      for (String version : List.of("0", "null", "2")) {
        client.patch(path, "{\"version\":" + version + "}").as(200);
      }
      assertEquals(current, client.put(path, current).as(200).text());
    }
  }

  @Test
  void ifMatch_holdsForReads() {
    var client = fixture.member().client();
    for (String method : List.of("GET", "HEAD")) {
      client.with("If-Match", "\"1\"").send(method, ME).as(200);
      client.with("If-Match", "*").send(method, ME).as(200);
      client.with("If-Match", "\"7\", \"1\"").send(method, ME).as(200);
      client.with("If-Match", "\"1\"").with("If-None-Match", "\"1\"").send(method, ME).as(304);
      client.with("If-Match", "\"7\"").send(method, ME).as(412);
      client.with("If-Match", "\"7\"").with("If-None-Match", "\"1\"").send(method, ME).as(412);
    }
    var refused = client.with("If-Match", "\"7\"").get(ME).problem(412, "VERSION_MISMATCH");
    assertEquals("1", refused.string("/metadata/current_version"));
    assertEquals("", refused.header("ETag"));
  }

  @Test
  void resourceWithoutTag_hasNoVersionToMatch() {
    var client = fixture.member().client();
    String path = ME + "/preferences";
    String change = "{\"email\":{\"newsletter\":true}}";
    client.with("If-Match", "\"1\"").get(path).problem(412, "PRECONDITION_FAILED");
    client.with("If-Match", "\"1\"").patch(path, change).problem(412, "PRECONDITION_FAILED");
    client.with("If-None-Match", "*").put(path, change).problem(412, "PRECONDITION_FAILED");
    client.with("If-Match", "\"1\"").delete(ME + "/sessions").problem(412, "PRECONDITION_FAILED");
    client.with("If-None-Match", "\"1\"").patch(path, "{}").as(200);
    assertEquals("false", client.get(path).at("/email/newsletter").toString());
    client.with("If-Match", "*").patch(path, change).as(200);
    client.with("If-Match", "*").get(path).as(200);
  }

  /** A condition that held before another client's change no longer holds after it. */
  @Test
  void conditions_areCheckedWhenTheChangeIsMade(TestDatabase database) throws Exception {
    var admin = fixture.member(Role.ADMIN).client();
    for (String[] request :
        List.of(
            new String[] {"PATCH", "", CHANGE, "If-Match", "\"7\", \"1\""},
            new String[] {"PATCH", "", CHANGE, "If-None-Match", "\"2\""},
            new String[] {"PUT", "/profile", "{\"bio\":\"x\"}", "If-Match", "\"1\""},
            new String[] {"POST", "/deactivate", "{}", "If-Match", "\"1\""},
            new String[] {"DELETE", "", "{}", "If-None-Match", "\"2\""})) {
      var member = fixture.member();
      var client = admin.with(request[3], request[4]);
      try (var locked = LockedMember.of(database, member)) {
        var answer = locked.send(client, request[0], member.path() + request[1], request[2]);
        locked.commit("last_name = 'Hopper'");
        answer.get(30, TimeUnit.SECONDS).as(412);
      }
      var user = admin.get(member.path()).as(200);
      assertEquals("\"2\"", user.header("ETag"));
      assertEquals("Ada Hopper", user.string("/first_name") + " " + user.string("/last_name"));
      assertEquals("pending_verification", user.string("/status"));
    }
  }

  @Test
  void conditionsOfAnAddress_areCheckedWhenTheChangeIsMade(TestDatabase database) throws Exception {
    for (String method : List.of("PATCH", "DELETE")) {
      var member = fixture.member();
      String path = member.client().post(ME + "/addresses", ADDRESS).as(201).header("Location");
      var id = UUID.fromString(path.substring(path.lastIndexOf('/') + 1));
      var client = member.client().with("If-Match", "\"7\", \"1\"");
      try (var locked = LockedMember.of(database, member)) {
        var answer = locked.send(client, method, path, "{}");
        database.execute("update addresses set version = 2, city = 'York' where id = ?", id);
        locked.release();
        answer.get(30, TimeUnit.SECONDS).problem(412, "VERSION_MISMATCH");
      }
      assertEquals("York", member.client().get(path).as(200).string("/city"));
    }
  }
}
