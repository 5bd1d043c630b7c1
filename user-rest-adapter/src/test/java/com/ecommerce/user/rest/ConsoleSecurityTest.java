package com.ecommerce.user.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.bulk.UserDocument;
import com.ecommerce.user.core.limit.MethodLimits;
import com.ecommerce.user.core.limit.RateLimitSettings;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.rest.http.RestSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sessions of staff: their length, their cookie, and what they need the password for. */
@ExtendWith(PostgresExtension.class)
class ConsoleSecurityTest {
  private static final RequestContext CALL = RequestContext.system();
  private static final String PROMPT = "Enter your password";
  private static final Duration TOO_LONG_AGO = Duration.ofMinutes(15).plusSeconds(1);
  private static final Pattern TOTAL = Pattern.compile("([0-9,]+) in all");

  private static TestDatabase database;
  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase testDatabase) {
    database = testDatabase;
    fixture = RestFixture.on(database, ConsoleTest.PAGES);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static String path(User user) {
    return "/console/users/" + user.id();
  }

  private static List<UserDocument.EventRecord> events(User user) {
    return fixture.core().userExports().document(CALL, user.id()).events();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          USER/roles role_admin=on role_seller=on          | change the roles of the user EMAIL to Admin, Seller
          USER/delete email=EMAIL                          | delete the user EMAIL
          USER/edit display_name=Ada email=eve@example.com | change the email of the user EMAIL to eve@example.com
          bulk/run action=delete users=ID typed=1          | delete 1 user
          bulk/run action=end_sessions users=ID for_admins=yes | end the sessions of 1 admin
          clients name=robot                               | create the service client robot
          clients/rotate client=shop overlap=0             | give the service client shop a new secret
          clients/delete client=shop typed=shop            | delete the service client shop
          USER/export                                      | export the data of the user EMAIL
          """)
  void powerAndSecrets_needTheOwnPasswordAgain(String form, String purpose) {
    var user = fixture.verified();
    var clients = fixture.core().serviceClients();
    if (clients.list(CALL).isEmpty()) {
      clients.create(CALL, "shop");
    }
    var before = clients.list(CALL);
    var browser = fixture.inConsole(fixture.verified(Role.ADMIN));
    fixture.clock().advance(TOO_LONG_AGO);
    browser.get("/console/users").as(200);
    String path = "/console/" + form.split(" ")[0].replace("USER", "users/" + user.id());
    String[] fields =
        Arrays.stream(form.split("[ =]"))
            .skip(1)
            .map(text -> text.equals("EMAIL") ? user.email().address() : text)
            .map(text -> text.equals("ID") ? user.id().toString() : text)
            .toArray(String[]::new);

    var prompt = browser.submit(path, fields).as(401);

    String asked = PROMPT + " to " + purpose.replace("EMAIL", user.email().address()) + "</h1>";
    assertTrue(prompt.text().contains("<h1>" + asked), prompt.text());
    for (int i = 0; i < fields.length; i += 2) {
      String field = "name=\"" + fields[i] + "\" value=\"" + fields[i + 1] + "\"";
      assertTrue(prompt.text().contains(field), prompt.text());
    }
    assertEquals(user, fixture.core().users().getCurrent(CALL, user.id()));
    assertEquals(before, clients.list(CALL));
  }

  @Test
  void rightPassword_performsWhatWasAskedFor() {
    var admin = fixture.verified(Role.ADMIN);
    var user = fixture.verified();
    var browser = fixture.inConsole(admin);
    fixture.clock().advance(TOO_LONG_AGO);
    String[] wrong = {"role_seller", "on", "own_password", "wrong horse battery"};
    var again = browser.submit(path(user) + "/roles", wrong).as(401);
    assertTrue(again.text().contains("not your password"), again.text());
    assertFalse(again.text().contains("wrong horse"), again.text());
    String[] empty = {"role_seller", "on", "own_password", ""};
    browser.submit(path(user) + "/roles", empty).as(401);
    assertEquals(Set.of(Role.CUSTOMER), roles(user));

    String[] right = {"role_seller", "on", "own_password", TestUsers.PASSWORD};
    browser.submit(path(user) + "/roles", right).as(200);

    assertEquals(Set.of(Role.SELLER), roles(user));
    assertEquals("session.reauthenticated", events(admin).get(0).type());
    // For a while, the password counts for other actions, too.
    fixture.clock().advance(Duration.ofMinutes(14));
    browser.submit(path(user) + "/roles", "role_support", "on").as(200);
    assertEquals(Set.of(Role.SUPPORT), roles(user));
    fixture.clock().advance(Duration.ofMinutes(2));
    browser.submit(path(user) + "/roles", "role_customer", "on").as(401);
  }

  private static Set<Role> roles(User user) {
    return fixture.core().users().getCurrent(CALL, user.id()).roles();
  }

  @Test
  void export_leadsBackToTheUserAfterThePassword() {
    var user = fixture.verified();
    var browser = fixture.inConsole(fixture.verified(Role.ADMIN));
    fixture.clock().advance(TOO_LONG_AGO);
    var prompt = browser.get(path(user) + "/export").as(401).text();
    assertTrue(prompt.contains(PROMPT), prompt);
    assertFalse(prompt.contains("Lovelace"), prompt);

    var page = browser.submit(path(user) + "/export", "own_password", TestUsers.PASSWORD).as(200);

    assertTrue(page.text().contains("export can be downloaded now"), page.text());
    var file = browser.get(path(user) + "/export").as(200);
    assertTrue(file.header("Content-Disposition").startsWith("attachment"));
  }

  @Test
  void statusOfAnAdmin_needsThePasswordToo() {
    var other = fixture.verified(Role.ADMIN);
    var browser = fixture.inConsole(fixture.verified(Role.ADMIN));
    fixture.clock().advance(TOO_LONG_AGO);
    browser.get(path(other)).as(200);

    var prompt = browser.submit(path(other) + "/status", "change", "suspend").as(401).text();
    assertTrue(prompt.contains("to suspend the admin " + other.email().address()), prompt);
    String[] bulk = {"action", "suspend", "users", other.id().toString(), "for_admins", "yes"};
    browser.submit("/console/bulk/run", bulk).as(401);

    assertEquals(other, fixture.core().users().getCurrent(CALL, other.id()));
    String[] proven = {"change", "suspend", "own_password", TestUsers.PASSWORD};
    browser.submit(path(other) + "/status", proven).as(200);
    assertEquals(
        UserStatus.SUSPENDED, fixture.core().users().getCurrent(CALL, other.id()).status());
  }

  @Test
  void password_doesNotCountForEarlierCopiesOfTheCookie() {
    var user = fixture.verified();
    var browser = fixture.inConsole(fixture.verified(Role.ADMIN));
    browser.get("/console/users").as(200);
    fixture.clock().advance(TOO_LONG_AGO);
    var copy = browser.copy();
    String[] right = {"role_seller", "on", "own_password", TestUsers.PASSWORD};
    browser.submit(path(user) + "/roles", right).as(200);

    // The copy still gets new tokens, since the browser's are only just renewed.
    copy.submit(path(user) + "/roles", "role_admin", "on").as(401);
    copy.submit(path(user) + "/roles", "role_admin", "on").as(401);

    assertEquals(Set.of(Role.SELLER), roles(user));
    browser.submit(path(user) + "/roles", "role_support", "on").as(200);
    assertEquals(Set.of(Role.SUPPORT), roles(user));
  }

  @Test
  void staleCopyOfTheCookie_endsTheSessionAsReuse() {
    var admin = fixture.verified(Role.ADMIN);
    var browser = fixture.inConsole(admin);
    browser.get("/console").as(200);
    var copy = browser.copy();
    fixture.clock().advance(Duration.ofHours(7));
    browser.get("/console").as(200);
    fixture.clock().advance(Duration.ofHours(7));

    // Its time without use is over, so the service ends the session instead of renewing it.
    assertTrue(copy.get("/console").text().contains("Sign in to the console"));

    assertEquals(0, fixture.core().sessions().list(CALL, admin.id()).size());
    assertTrue(
        events(admin).stream().anyMatch(event -> event.type().equals("session.reuse_detected")));
  }

  @Test
  void signingOut_endsTheSession() {
    var admin = fixture.verified(Role.ADMIN);
    var browser = fixture.inConsole(admin);

    browser.submit("/console/sign-out").as(200);

    assertEquals("", browser.cookie());
    assertEquals(0, fixture.core().sessions().list(CALL, admin.id()).size());
    var ended = events(admin).get(0);
    assertEquals("session.ended", ended.type());
    assertTrue(ended.reason().startsWith("logout"), ended.reason());
  }

  @Test
  void signIn_endsTheSessionThatItReplaces() {
    var admin = fixture.verified(Role.ADMIN);
    var other = fixture.verified(Role.SUPPORT);
    var browser = fixture.inConsole(admin);
    String[] again = {"email", admin.email().address(), "password", TestUsers.PASSWORD};
    browser.submit("/console/sign-in", again).as(200);
    assertEquals(1, fixture.core().sessions().list(CALL, admin.id()).size());

    String[] change = {"email", other.email().address(), "password", TestUsers.PASSWORD};
    browser.submit("/console/sign-in", change).as(200);

    assertEquals(0, fixture.core().sessions().list(CALL, admin.id()).size());
    assertEquals(1, fixture.core().sessions().list(CALL, other.id()).size());
    assertTrue(browser.get("/console").text().contains("Overview"));
  }

  @Test
  void signInThatFails_keepsTheSession() {
    var admin = fixture.verified(Role.ADMIN);
    var browser = fixture.inConsole(admin);
    String[] wrong = {"email", admin.email().address(), "password", "wrong horse battery"};

    browser.submit("/console/sign-in", wrong).as(401);

    assertTrue(browser.get("/console").text().contains("Overview"));
  }

  @Test
  void cookieThatCannotBeOpened_isTakenAway() {
    // The last one is as it was before cookies were encrypted.
    for (String odd :
        new String[] {"x", "a.b.c.d.e", "access~refresh~form~2026-01-01T00:00:00Z~x"}) {
      var answer = fixture.client().with("Cookie", "user-console=" + odd).get("/console").as(303);

      assertEquals(
          "user-console=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0",
          answer.header("Set-Cookie"));
    }
    assertEquals("", fixture.client().get("/console").as(303).header("Set-Cookie"));
  }

  @Test
  void cookieFromTheFuture_isRefused() {
    var admin = fixture.verified(Role.ADMIN);
    var browser = fixture.inConsole(admin);
    fixture.clock().advance(Duration.ofMinutes(-1));
    assertTrue(browser.get("/console").text().contains("Overview"));
    fixture.clock().advance(Duration.ofMillis(-1));
    try {
      assertTrue(browser.get("/console").text().contains("Sign in to the console"));
      assertEquals("", browser.cookie());
      assertEquals(0, fixture.core().sessions().list(CALL, admin.id()).size());
    } finally {
      fixture.clock().advance(Duration.ofMinutes(1).plusMillis(1));
    }
  }

  @Test
  void malformedCookie_countsAsNone() {
    String cookie = fixture.inConsole(fixture.verified(Role.ADMIN)).cookie();
    String header = cookie.substring(0, cookie.indexOf('.'));
    var others =
        List.of("{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"p2c\":-1}", "{\"alg\":\"none\"}", "[]")
            .stream()
            .map(
                json ->
                    Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8)))
            .map(encoded -> "user-console=" + encoded);
    Stream.concat(others, Stream.of(header, "user-console="))
        .flatMap(
            beginning ->
                Stream.of(
                        "",
                        "....",
                        "..AA.AA.AA",
                        "..*.*.*",
                        "..AAAAAAAAAAAAAAAA.AAAA.AAAA",
                        "..A.A.")
                    .map(beginning::concat))
        .forEach(malformed -> fixture.client().with("Cookie", malformed).get("/console").as(303));
  }

  @Test
  void otherActions_needNoPassword() {
    var user = fixture.verified();
    var browser = fixture.inConsole(fixture.verified(Role.ADMIN));
    fixture.clock().advance(TOO_LONG_AGO);
    browser.get(path(user)).as(200);

    browser.submit(path(user) + "/status", "change", "suspend").as(200);

    assertEquals(UserStatus.SUSPENDED, fixture.core().users().getCurrent(CALL, user.id()).status());
    String[] edit = {"display_name", "Augusta", "email", user.email().address()};
    browser.submit(path(user) + "/edit", edit).as(200);
  }

  @Test
  void signIn_endsAfterEightHoursWithoutUse() {
    var admin = fixture.verified(Role.ADMIN);
    var browser = fixture.inConsole(admin);
    fixture.clock().advance(Duration.ofHours(8).minusSeconds(1));
    assertTrue(browser.get("/console/users").text().contains("Sign out"));
    String cookie = browser.cookie();
    fixture.clock().advance(Duration.ofHours(8));

    var page = browser.get("/console/users").as(200);

    assertTrue(page.text().contains("Sign in to the console"), page.text());
    assertEquals("", browser.cookie());
    assertEquals(0, fixture.core().sessions().list(CALL, admin.id()).size());
    fixture.client().with("Cookie", cookie).get("/console/users").as(303);
  }

  @Test
  void signIn_endsAfterADayOfUse() {
    var browser = fixture.inConsole(fixture.verified(Role.SUPPORT));
    for (int i = 0; i < 4; i++) {
      fixture.clock().advance(Duration.ofHours(6).minusSeconds(1));
      assertTrue(browser.get("/console/users").text().contains("Sign out"));
    }
    fixture.clock().advance(Duration.ofSeconds(4));

    assertTrue(browser.get("/console/users").text().contains("Sign in to the console"));
  }

  @Test
  void signInOfACustomer_lastsAsLongAsTheSession() {
    var user = fixture.verified();
    var browser = new Browser(fixture);
    browser.signIn(user.email().address(), TestUsers.PASSWORD);
    for (int i = 0; i < 10; i++) {
      fixture.clock().advance(Duration.ofDays(6));
      assertTrue(browser.get("/account").text().contains("Your account"));
    }
  }

  @Test
  void areas_haveCookiesOfTheirOwn() {
    var admin = fixture.verified(Role.ADMIN);
    var browser = fixture.inConsole(admin);
    String console = browser.cookie();
    assertTrue(console.startsWith("user-console="), console);
    browser.signIn(admin.email().address(), TestUsers.PASSWORD);
    assertTrue(browser.cookie().contains("; user-session="), browser.cookie());
    assertTrue(browser.get("/console").text().contains("Overview"));
    browser.submit("/console/sign-out").as(200);
    assertTrue(browser.cookie().startsWith("user-session="), browser.cookie());
    assertTrue(browser.get("/account").text().contains("Your account"));

    // Neither works under the name of the other.
    String renamed = browser.cookie().replace("user-session", "user-console");
    fixture.client().with("Cookie", renamed).get("/console").as(303);
    String other = fixture.inConsole(admin).cookie().replace("user-console", "user-session");
    fixture.client().with("Cookie", other).get("/account").as(303);
  }

  @Test
  void cookie_isOfNoUseElsewhereOrIfChanged() {
    var browser = fixture.inConsole(fixture.verified(Role.ADMIN));
    String cookie = browser.cookie();
    String value = cookie.substring(cookie.indexOf('=') + 1);
    assertFalse(value.contains("~"), value);
    fixture.client().as(value).get("/api/users").problem(401, "CREDENTIALS_INVALID");
    for (String part : value.split("\\.+")) {
      fixture.client().as(part).get("/api/users").problem(401, "CREDENTIALS_INVALID");
    }
    fixture.client().with("Cookie", cookie).get("/console").as(200);
    for (int at : new int[] {cookie.length() / 4, cookie.length() / 2, cookie.length() - 2}) {
      char other = cookie.charAt(at) == 'A' ? 'B' : 'A';
      String changed = cookie.substring(0, at) + other + cookie.substring(at + 1);
      fixture.client().with("Cookie", changed).get("/console").as(303);
    }
    for (String odd : new String[] {"x", "a.b.c.d.e", "~~~~"}) {
      fixture.client().with("Cookie", "user-console=" + odd).get("/console").as(303);
    }
  }

  @Test
  void cookies_areSecureIfATrustedProxyEndsTls() {
    var user = fixture.verified(Role.ADMIN);
    String form =
        "email=" + user.email().address() + "&password=" + TestUsers.PASSWORD.replace(" ", "+");
    var settings = new TestRestSettings().proxies(TrustedProxies.parse("127.0.0.1")).build();
    try (var proxied =
        RestFixture.on(database, settings, ConsoleTest.PAGES, UnaryOperator.identity())) {
      var overHttps = proxied.client().with("X-Forwarded-Proto", "https");

      String secure = overHttps.submit("/console/sign-in", form).as(303).header("Set-Cookie");
      String plain = proxied.client().submit("/console/sign-in", form).as(303).header("Set-Cookie");

      assertTrue(secure.startsWith("__Host-console="), secure);
      assertTrue(secure.contains("; Secure; "), secure);
      assertTrue(plain.startsWith("user-console="), plain);
      assertFalse(plain.contains("Secure"), plain);
      String cookie = secure.replaceFirst(";.*", "");
      overHttps.with("Cookie", cookie).get("/console").as(200);
      proxied.client().with("Cookie", cookie).get("/console").as(303);
    }
    // Nobody else is believed.
    var stranger = fixture.client().with("X-Forwarded-Proto", "https");
    String ignored = stranger.submit("/console/sign-in", form).as(303).header("Set-Cookie");
    assertTrue(ignored.startsWith("user-console="), ignored);
  }

  @Test
  void cookies_haveThePrefixOfTheHostUnderHttps() {
    var user = fixture.verified(Role.ADMIN);
    var settings = new TestRestSettings().publicBaseUrl("https://shop.example").build();
    try (var https =
        RestFixture.on(database, settings, ConsoleTest.PAGES, UnaryOperator.identity())) {
      var client = https.client().with("Origin", "https://shop.example");
      String form =
          "email=" + user.email().address() + "&password=" + TestUsers.PASSWORD.replace(" ", "+");

      String console = client.submit("/console/sign-in", form).as(303).header("Set-Cookie");
      String account = client.submit("/sign-in", form).as(303).header("Set-Cookie");

      assertTrue(console.startsWith("__Host-console="), console);
      assertTrue(console.endsWith("; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=28800"));
      assertTrue(account.startsWith("__Host-session="), account);
      assertTrue(account.endsWith("; Secure; Max-Age=7776000"), account);
    }
  }

  @Test
  void denials_areInTheSecurityLog() {
    var support = fixture.verified(Role.SUPPORT);
    var customer = fixture.verified();
    var browser = fixture.inConsole(support);
    browser.get(path(customer) + "/history").as(403);
    browser.submit(path(customer) + "/roles", "role_admin", "on").as(403);
    var admin = fixture.verified(Role.ADMIN);
    fixture.inConsole(admin).submit(path(admin) + "/roles", "role_customer", "on").as(403);
    var visitor = new Browser(fixture);
    String[] form = {"email", customer.email().address(), "password", TestUsers.PASSWORD};
    visitor.submit("/console/sign-in", form).as(403);

    fixture.core().securityLog().writeSums();

    assertEquals(
        "2 from 127.0.0.0/24 (2) in GET /console/users/{user_id}/history (1),"
            + " POST /console/users/{user_id}/roles (1)",
        denial(support));
    assertEquals(
        "1 from 127.0.0.0/24 (1) in POST /console/users/{user_id}/roles (1)", denial(admin));
    assertEquals("1 from 127.0.0.0/24 (1) in POST /console/sign-in (1)", denial(customer));
  }

  @Test
  void denialsOfBulkActions_areInTheSecurityLog() {
    var admin = fixture.verified(Role.ADMIN);
    String[] self = {"action", "suspend", "users", admin.id().toString()};
    var page = fixture.inConsole(admin).submit("/console/bulk/run", self).as(200);
    assertTrue(page.text().contains("Access denied"), page.text());

    fixture.core().securityLog().writeSums();

    assertEquals("1 from 127.0.0.0/24 (1) in POST /console/bulk/run (1)", denial(admin));
  }

  private static Object denial(User user) {
    var found =
        database.query(
            "select reason from events where type = 'access.denied' and user_id = ?",
            user.id().value());
    assertEquals(1, found.size());
    return found.get(0).get("reason");
  }

  @Test
  void formWithoutItsSecret_isADenialOnAllPages() {
    var user = fixture.verified();
    var browser = new Browser(fixture);
    browser.signIn(user.email().address(), TestUsers.PASSWORD);
    browser.client().submit("/account/delete", "csrf=x&sure=on").as(403);

    fixture.core().securityLog().writeSums();

    assertEquals("1 from 127.0.0.0/24 (1) in POST /account/delete (1)", denial(user));
  }

  @Test
  void overview_isComputedOnceInTenSeconds() {
    var browser = fixture.inConsole(fixture.verified(Role.SUPPORT));
    String before = total(browser);
    fixture.verified();
    assertEquals(before, total(browser));
    fixture.clock().advance(Duration.ofSeconds(10));

    assertNotEquals(before, total(browser));
  }

  private static String total(Browser browser) {
    String page = browser.get("/console").as(200).text();
    var total = TOTAL.matcher(page);
    assertTrue(total.find(), page);
    return total.group(1);
  }

  @Test
  void overview_isLimitedLikeAList() {
    var support = fixture.verified(Role.SUPPORT);
    var limits = new RateLimitSettings(Optional.empty(), MethodLimits.parse("ListUsers=6/m:2"));
    try (var limited =
        RestFixture.on(
            database, RestSettings.onPort(0), ConsoleTest.PAGES, core -> core.rateLimits(limits))) {
      var browser = limited.inConsole(support);

      browser.get("/console").as(200);

      assertEquals("10", browser.get("/console").as(429).header("Retry-After"));
    }
  }
}
