package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class AuthRoutesTest {
  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static RestClient.Answer login(String email, String password) {
    return fixture
        .client()
        .post("/api/auth/login", "{\"email\":\"" + email + "\",\"password\":\"" + password + "\"}");
  }

  @Test
  void registration_decidesOnTheLanguageOfTheFirstMail() {
    String body = "{\"email\":\"%s\",\"password\":\"correct horse battery\"%s}";
    var browser = fixture.client().with("Accept-Language", "pt-BR,pt;q=0.9,en;q=0.5");
    var chosen =
        browser.post(
            "/api/auth/register", body.formatted("lang-1@example.com", ",\"language\":\"NL\""));
    assertEquals("nl", chosen.as(201).string("/user/profile/language"));
    assertEquals("Bevestig je e-mailadres", firstSubject("lang-1@example.com"));
    var asked = browser.post("/api/auth/register", body.formatted("lang-2@example.com", ""));
    assertEquals("pt", asked.as(201).string("/user/profile/language"));
    assertEquals("Confirme seu endereço de e-mail", firstSubject("lang-2@example.com"));
    var silent =
        fixture.client().post("/api/auth/register", body.formatted("lang-3@example.com", ""));
    assertEquals("", silent.as(201).string("/user/profile/language"));
    assertEquals("Confirm your email address", firstSubject("lang-3@example.com"));
    fixture
        .client()
        .post(
            "/api/auth/register", body.formatted("lang-4@example.com", ",\"language\":\"german\""))
        .invalid("language");
  }

  private static String firstSubject(String email) {
    return fixture.mailbox().mailsTo(email).get(0).subject();
  }

  @Test
  void register_createsACustomerWhoIsLoggedIn() {
    var answer =
        fixture
            .client()
            .post(
                "/api/auth/register",
                """
                {"email": "New@Example.com", "password": "correct horse battery",
                 "password_confirm": "correct horse battery", "username": "newbie", "first_name": "New",
                 "last_name": "User", "phone_number": "+44 20 7946 0958"}
                """)
            .as(201);
    assertEquals("new@example.com", answer.string("/user/email"));
    assertEquals("newbie", answer.string("/user/username"));
    assertEquals("+442079460958", answer.string("/user/phone_number"));
    assertEquals("[\"customer\"]", answer.at("/user/roles").toString());
    assertEquals("pending_verification", answer.string("/user/status"));
    assertTrue(answer.at("/user/is_active").booleanValue());
    assertFalse(answer.at("/user/is_verified").booleanValue());
    assertFalse(answer.string("/message").isEmpty());
    assertEquals("/api/users/" + answer.string("/user/id"), answer.header("Location"));
    var me = fixture.client().as(answer.string("/tokens/access")).get("/api/users/me").as(200);
    assertEquals(answer.at("/user"), me.json());
    login("new@example.com", "correct horse battery").as(200);
  }

  @Test
  void register_choosesNeitherRolesNorState() {
    String body =
        "{\"email\":\"chief@example.com\",\"password\":\"correct horse battery\",\"%s\":%s}";
    var client = fixture.client();
    client.post("/api/auth/register", body.formatted("roles", "[\"admin\"]")).invalid("roles");
    client.post("/api/auth/register", body.formatted("status", "\"active\"")).invalid("status");
    client.post("/api/auth/register", body.formatted("is_verified", "true")).invalid("is_verified");
  }

  @Test
  void register_namesEveryBrokenRule() {
    fixture
        .client()
        .post(
            "/api/auth/register",
            """
            {"email": "no", "password": "short", "password_confirm": "other", "phone_number": "12"}
            """)
        .invalid("email", "password", "password_confirm", "phone_number");
    fixture.client().post("/api/auth/register", "{}").invalid("email", "password");
  }

  @Test
  void confirmation_thatIsNullIsNone() {
    fixture
        .client()
        .post(
            "/api/auth/register",
            "{\"email\":\"null@example.com\",\"password\":\"correct horse battery\",\"password_confirm\":null}")
        .as(201);
    var member = fixture.member();
    member
        .client()
        .post(
            "/api/users/me/password",
            "{\"old_password\":\"%s\",\"new_password\":\"another battery horse\",\"new_password_confirm\":null}"
                .formatted(TestUsers.PASSWORD))
        .as(200);
  }

  @Test
  void register_rejectsATakenEmail() {
    var taken = fixture.member();
    var answer =
        fixture
            .client()
            .post(
                "/api/auth/register",
                "{\"email\":\"" + taken.email() + "\",\"password\":\"correct horse battery\"}")
            .problem(409, "EMAIL_TAKEN");
    assertEquals(Set.of("email"), answer.errors());
  }

  @Test
  void login_answersTheUserAndTokens() {
    var member = fixture.member();
    var answer = login(member.email(), TestUsers.PASSWORD).as(200);
    assertEquals(member.user().id().toString(), answer.string("/user/id"));
    assertFalse(answer.at("/user/last_login").isNull());
    fixture.client().as(answer.string("/tokens/access")).get("/api/users/me").as(200);
  }

  @Test
  void login_saysTheSameOfUnknownAccountsAndWrongPasswords() {
    var unknown = login("nobody@example.com", "wrong password").problem(401, "CREDENTIALS_INVALID");
    var wrong =
        login(fixture.member().email(), "wrong password").problem(401, "CREDENTIALS_INVALID");
    assertEquals(unknown.string("/detail"), wrong.string("/detail"));
    assertEquals("Bearer realm=\"users\"", wrong.header("WWW-Authenticate"));
    var withToken = fixture.client().as("stale").post("/api/auth/refresh", "{\"refresh\":\"x\"}");
    assertEquals("Bearer realm=\"users\"", withToken.header("WWW-Authenticate"));
  }

  @Test
  void login_toAClosedAccountSaysSo() {
    var member = fixture.member();
    fixture.core().users().deactivate(RequestContext.system(), member.user().id(), "");
    login(member.email(), TestUsers.PASSWORD).problem(403, "ACCOUNT_DEACTIVATED");
  }

  @Test
  void refresh_exchangesTokens() {
    var member = fixture.member();
    var tokens = login(member.email(), TestUsers.PASSWORD);
    String refresh = tokens.string("/tokens/refresh");
    var renewed =
        fixture.client().post("/api/auth/refresh", "{\"refresh\":\"" + refresh + "\"}").as(200);
    assertNotEquals(refresh, renewed.string("/refresh"));
    fixture.client().as(renewed.string("/access")).get("/api/users/me").as(200);
    fixture.clock().advance(Duration.ofMinutes(1));
    fixture
        .client()
        .post("/api/auth/refresh", "{\"refresh\":\"" + refresh + "\"}")
        .problem(401, "SESSION_ENDED");
  }

  @Test
  void refresh_needsAToken() {
    fixture.client().post("/api/auth/refresh", "{}").invalid("refresh");
    fixture
        .client()
        .post("/api/auth/refresh", "{\"refresh\":\"x\"}")
        .problem(401, "CREDENTIALS_INVALID");
  }

  @Test
  void logout_endsTheSessionOfEitherToken() {
    var member = fixture.member();
    var tokens = login(member.email(), TestUsers.PASSWORD);
    var client = fixture.client().as(tokens.string("/tokens/access"));
    String refresh = "{\"refresh\":\"" + tokens.string("/tokens/refresh") + "\"}";
    client.post("/api/auth/logout", refresh).as(200);
    client.get("/api/users/me").problem(401, "SESSION_ENDED");
    fixture.client().post("/api/auth/refresh", refresh).problem(401, "SESSION_ENDED");
    member.client().send("POST", "/api/auth/logout").as(200);
    member.client().get("/api/users/me").problem(401, "SESSION_ENDED");
    fixture.client().send("POST", "/api/auth/logout").problem(401, "CREDENTIALS_MISSING");
  }

  /** Clients refresh their tokens on such an error only. */
  @Test
  void logout_saysWhetherItIsAboutTheAccessToken() {
    var member = fixture.member();
    fixture.clock().advance(Duration.ofHours(1));
    String invalid = "error=\"invalid_token\"";
    var expired =
        member.client().send("POST", "/api/auth/logout").problem(401, "CREDENTIALS_INVALID");
    assertTrue(expired.header("WWW-Authenticate").contains(invalid));
    var refresh =
        member
            .client()
            .post("/api/auth/logout", "{\"refresh\":\"x\"}")
            .problem(401, "CREDENTIALS_INVALID");
    assertEquals("Bearer realm=\"users\"", refresh.header("WWW-Authenticate"));
    var none = fixture.client().with("Authorization", "Bearer ").get("/api/users/me");
    assertEquals(
        "Bearer realm=\"users\"",
        none.problem(401, "CREDENTIALS_MISSING").header("WWW-Authenticate"));
  }

  @Test
  void serviceToken_letsAServiceDoEverything() {
    var client = fixture.core().serviceClients().create(RequestContext.system(), "orders");
    String body =
        "{\"client_id\":\"%s\",\"client_secret\":\"%s\"}"
            .formatted(client.client().id(), client.secret());
    var answer = fixture.client().post("/api/auth/service-token", body).as(200);
    var service = fixture.client().as(answer.string("/access"));
    service.get(fixture.member().path()).as(200);
    service.get("/api/users/me").problem(400, "INVALID_REQUEST");
    service.send("POST", "/api/auth/logout").problem(401, "CREDENTIALS_MISSING");
    fixture
        .client()
        .post(
            "/api/auth/service-token",
            "{\"client_id\":\"" + client.client().id() + "\",\"client_secret\":\"x\"}")
        .problem(401, "CREDENTIALS_INVALID");
    fixture.client().post("/api/auth/service-token", "{}").invalid("client_id", "client_secret");
  }

  @Test
  void password_isChangedByWhoKnowsIt() {
    var member = fixture.member();
    var other =
        fixture.client().as(login(member.email(), TestUsers.PASSWORD).string("/tokens/access"));
    String path = "/api/users/me/password";
    var wrong =
        member
            .client()
            .post(
                path, "{\"old_password\":\"not this\",\"new_password\":\"another battery horse\"}")
            .problem(400, "PASSWORD_MISMATCH");
    assertEquals(Set.of("old_password"), wrong.errors());
    member
        .client()
        .post(
            path,
            "{\"old_password\":\"x\",\"new_password\":\"\",\"new_password_confirm\":\"another one\"}")
        .invalid("new_password", "new_password_confirm");
    member
        .client()
        .post(path, "{\"old_password\":\"correct horse battery\",\"new_password\":\"12345678\"}")
        .invalid("new_password");
    member
        .client()
        .post(path, "{\"new_password\":\"1234567\"}")
        .invalid("old_password", "new_password");
    fixture
        .client()
        .post("/api/auth/password-reset/confirm", "{\"new_password\":\"12345678\"}")
        .invalid("token", "new_password");
    member
        .client()
        .post(
            path,
            """
            {"old_password": "correct horse battery", "new_password": "another battery horse",
             "new_password_confirm": "another battery horse"}
            """)
        .as(200);
    member.client().get("/api/users/me").as(200);
    other.get("/api/users/me").problem(401, "SESSION_ENDED");
    login(member.email(), "another battery horse").as(200);
  }

  @Test
  void email_isVerifiedByTheMailedToken() {
    var member = fixture.member();
    member.client().send("POST", "/api/users/me/verify-email").as(200);
    member.client().send("POST", "/api/users/me/verify-email").problem(429, "RATE_LIMITED");
    String token = fixture.mailbox().newestTokenTo(member.email());
    var confirmed =
        fixture.client().post("/api/auth/verify-email", "{\"token\":\"" + token + "\"}").as(200);
    assertEquals(member.user().id().toString(), confirmed.string("/user_id"));
    var me = member.client().get("/api/users/me");
    assertTrue(me.at("/is_verified").booleanValue());
    assertEquals("active", me.string("/status"));
    var again = member.client().send("POST", "/api/users/me/verify-email").as(200);
    assertFalse(again.at("/sent").booleanValue());
    var wrong =
        fixture
            .client()
            .post("/api/auth/verify-email", "{\"token\":\"x\"}")
            .problem(400, "TOKEN_INVALID");
    assertEquals(Set.of("token"), wrong.errors());
    fixture.client().post("/api/auth/verify-email", "{}").invalid("token");
  }

  @Test
  void tooManyRequests_sayWhenToRetry() {
    var member = fixture.member();
    member.client().send("POST", member.path() + "/verify-email").as(200);
    var refused = member.client().send("POST", member.path() + "/verify-email").as(429);
    long seconds = Long.parseLong(refused.header("Retry-After"));
    assertTrue(seconds > 0 && seconds <= 60, refused.header("Retry-After"));
  }

  @Test
  void password_isResetByTheMailedToken() {
    var member = fixture.member();
    var known =
        fixture.client().post("/api/auth/password-reset", "{\"email\":\"" + member.email() + "\"}");
    var unknown =
        fixture.client().post("/api/auth/password-reset", "{\"email\":\"nobody@example.com\"}");
    assertEquals(known.as(200).text(), unknown.as(200).text());
    String token = fixture.mailbox().newestTokenTo(member.email());
    String path = "/api/auth/password-reset/confirm";
    fixture
        .client()
        .post(path, "{\"token\":\"" + token + "\",\"new_password\":\"password\"}")
        .invalid("new_password");
    fixture
        .client()
        .post(
            path,
            "{\"token\":\"%s\",\"new_password\":\"another battery horse\",\"new_password_confirm\":\"another battery horse\"}"
                .formatted(token))
        .as(200);
    member.client().get("/api/users/me").problem(401, "SESSION_ENDED");
    login(member.email(), "another battery horse").as(200);
    fixture
        .client()
        .post(path, "{\"token\":\"" + token + "\",\"new_password\":\"another battery horse\"}")
        .problem(400, "TOKEN_INVALID");
    fixture.client().post(path, "{}").invalid("token", "new_password");
    fixture.client().post("/api/auth/password-reset", "{\"email\":\"no\"}").invalid("email");
  }

  @Test
  void sessions_haveASecondPage() {
    var member = fixture.member();
    for (int i = 0; i < 4; i++) {
      login(member.email(), TestUsers.PASSWORD).as(200);
    }

    var all = member.client().get("/api/users/me/sessions").as(200);
    assertEquals(5, all.at("/count").intValue());
    assertTrue(all.at("/next").isNull());
    var first = member.client().get("/api/users/me/sessions?page_size=3").as(200);
    assertEquals(3, first.at("/results").size());
    String next = first.string("/next");
    var second = member.client().get(next.substring(next.indexOf("/api/"))).as(200);
    assertEquals(2, second.at("/results").size());
    assertTrue(second.at("/next").isNull());
    assertEquals(all.at("/results/4"), second.at("/results/1"));
    member
        .client()
        .get("/api/users/me/sessions?page_size=-1&cursor=x")
        .invalid("page_size", "cursor");
  }

  @Test
  void sessions_areListedAndEnded() {
    var member = fixture.member();
    var second =
        fixture
            .client()
            .post(
                "/api/auth/login",
                "{\"email\":\"%s\",\"password\":\"%s\",\"device_name\":\"phone\"}"
                    .formatted(member.email(), TestUsers.PASSWORD))
            .as(200);
    login(member.email(), TestUsers.PASSWORD).as(200);
    var sessions = member.client().get("/api/users/me/sessions").as(200).at("/results");
    assertEquals(3, sessions.size());
    String phone = "";
    int current = 0;
    for (var session : sessions) {
      current += session.path("current").booleanValue() ? 1 : 0;
      if (session.path("device_name").asString().equals("phone")) {
        phone = session.path("id").asString();
      }
    }
    assertEquals(1, current);
    member.client().delete("/api/users/me/sessions/" + phone).as(204);
    fixture
        .client()
        .as(second.string("/tokens/access"))
        .get("/api/users/me")
        .problem(401, "SESSION_ENDED");
    member.client().delete("/api/users/me/sessions/" + phone).problem(404, "SESSION_NOT_FOUND");
    member.client().delete("/api/users/me/sessions/x").invalid("session_id");
    for (String wrong : new String[] {"1", "yes", "treu"}) {
      member
          .client()
          .delete("/api/users/me/sessions?keep_current=" + wrong)
          .invalid("keep_current");
    }
    var others = member.client().delete("/api/users/me/sessions?keep_current=True").as(200);
    assertEquals(1, others.at("/ended").intValue());
    member.client().get("/api/users/me").as(200);
    String all = member.path() + "/sessions?keep_current=false";
    assertEquals(1, member.client().delete(all).as(200).at("/ended").intValue());
    member.client().get("/api/users/me").problem(401, "SESSION_ENDED");
    var other = fixture.member().client();
    other.delete("/api/users/me/sessions?keep_current=").as(200);
    other.get("/api/users/me").problem(401, "SESSION_ENDED");
  }

  @Test
  void keys_arePublic() {
    var keys = fixture.client().get("/.well-known/jwks.json").as(200);
    assertEquals("EC", keys.string("/keys/0/kty"));
    assertTrue(keys.header("Cache-Control").contains("public"));
  }
}
