package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the routes that require a recently verified password, and the route that verifies it. */
@ExtendWith(PostgresExtension.class)
class ReauthenticationRoutesTest {
  private static final String REQUIRED = "REAUTHENTICATION_REQUIRED";
  private static final String PROOF = "{\"password\":\"" + TestUsers.PASSWORD + "\"}";

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
  void staleSession_isForbiddenToTakeTheAccountOver() {
    var member = fixture.member();
    String email = "{\"email\":\"thief@example.com\"}";
    fixture.clock().advance(Duration.ofMinutes(6));
    for (String path : new String[] {"/api/users/me", member.path()}) {
      member.client().patch(path, email).problem(403, REQUIRED);
      member.client().put(path, email).problem(403, REQUIRED);
    }
    member.client().delete(member.path()).problem(403, REQUIRED);
    member.client().delete("/api/users/me/sessions").problem(403, REQUIRED);
    member.client().patch("/api/users/me", "{\"first_name\":\"Augusta\"}").as(200);
    member.client().put("/api/users/me", "{\"email\":\"" + member.email() + "\"}").as(200);
    assertEquals(member.email(), member.client().get("/api/users/me").as(200).string("/email"));
  }

  @Test
  void reauthenticate_letsTheSessionGoOn() {
    var member = fixture.member();
    fixture.clock().advance(Duration.ofMinutes(6));
    var answer = member.client().post("/api/auth/reauthenticate", PROOF).as(200);
    assertEquals(900, answer.at("/access_expires_in").intValue());
    assertEquals(300, answer.at("/proof_expires_in").intValue());
    var renewed = fixture.client().as(answer.string("/access"));
    renewed.delete("/api/users/me/sessions?keep_current=true").as(200);
    member.client().patch("/api/users/me", "{\"email\":\"own@example.com\"}").as(200);
    renewed.delete(member.path()).as(204);
  }

  @Test
  void reauthenticate_needsASessionAndItsPassword() {
    var member = fixture.member();
    fixture.client().post("/api/auth/reauthenticate", PROOF).problem(401, "CREDENTIALS_MISSING");
    member.client().post("/api/auth/reauthenticate", "{}").invalid("password");
    member
        .client()
        .post("/api/auth/reauthenticate", "{\"password\":\"a wrong password\"}")
        .problem(400, "PASSWORD_MISMATCH");
  }

  @Test
  void admins_needNoProof() {
    var admin = fixture.member(Role.ADMIN);
    var member = fixture.member();
    fixture.clock().advance(Duration.ofMinutes(6));
    admin.client().patch(member.path(), "{\"email\":\"moved@example.com\"}").as(200);
    admin.client().delete(member.path()).as(204);
  }

  @Test
  void login_andRegistration_areProofs() {
    String credentials = "{\"email\":\"fresh@example.com\",\"password\":\"another battery horse\"}";
    var registered = fixture.client().post("/api/auth/register", credentials).as(201);
    fixture
        .client()
        .as(registered.string("/tokens/access"))
        .delete("/api/users/me/sessions?keep_current=true")
        .as(200);
    fixture.clock().advance(Duration.ofMinutes(6));
    var login = fixture.client().post("/api/auth/login", credentials).as(200);
    fixture
        .client()
        .as(login.string("/tokens/access"))
        .delete("/api/users/" + login.string("/user/id"))
        .as(204);
  }
}
