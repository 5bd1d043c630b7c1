package com.ecommerce.user.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.limit.MethodLimits;
import com.ecommerce.user.core.limit.RateLimitSettings;
import com.ecommerce.user.core.mail.Languages;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.rest.http.RestSettings;
import com.ecommerce.user.rest.page.PageSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The pages to sign in, to register, and to look after the own account. */
@ExtendWith(PostgresExtension.class)
class AccountPagesTest {
  private static final RequestContext CALL = RequestContext.system();
  private static final Pattern FILE = Pattern.compile("\"(?:\\.\\./)*(assets/[^\"]+)\"");
  private static final Pattern ADDRESS = Pattern.compile("account/addresses/([0-9a-f-]{36})\"");
  private static final Pattern SESSION = Pattern.compile("account/sessions/([0-9a-f-]{36})\"");

  private static final PageSettings PAGES =
      new PageSettings(
          PageSettings.Offer.ALL,
          Brand.NONE,
          Optional.empty(),
          "en",
          Optional.empty(),
          Optional.empty());

  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database, PAGES);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static User current(User user) {
    return fixture.core().users().getCurrent(CALL, user.id());
  }

  private static String found(Pattern pattern, String html) {
    var matcher = pattern.matcher(html);
    assertTrue(matcher.find(), html);
    return matcher.group(1);
  }

  @Test
  void visitor_isAskedToSignInAndComesBack() {
    var user = fixture.verified();
    var browser = new Browser(fixture);
    var page = browser.get("/account/security").as(200);
    assertTrue(page.text().contains("action=\"sign-in\""), page.text());
    assertTrue(page.text().contains("name=\"next\" value=\"/account/security\""), page.text());
    String email = user.email().address();
    var wrong = browser.submit("/sign-in", "email", email, "password", "wrong horse battery");
    assertTrue(wrong.as(401).text().contains("The email address or the password is wrong"));
    assertTrue(wrong.text().contains("value=\"" + email + "\""));
    assertEquals("", browser.cookie());

    var security =
        browser.submit(
            "/sign-in",
            "email",
            email,
            "password",
            TestUsers.PASSWORD,
            "next",
            "/account/security");

    assertTrue(security.as(200).text().contains("Your devices"), security.text());
    assertTrue(browser.get("/sign-in").text().contains("Your account"));
    assertTrue(browser.get("/").text().contains("Your account"));
  }

  @Test
  void signIn_leadsNowhereElse() {
    var user = fixture.verified();
    for (String next :
        new String[] {"https://evil.example/", "//evil.example", "/docs", "/accounts"}) {
      var answer =
          new Browser(fixture)
              .submit(
                  "/sign-in",
                  "email",
                  user.email().address(),
                  "password",
                  TestUsers.PASSWORD,
                  "next",
                  next);
      assertTrue(answer.as(200).text().contains("Your account"), next);
    }
  }

  @Test
  void form_ofAnotherSiteOrSessionIsRefused() {
    var user = fixture.verified();
    var browser = fixture.inAccount(user);
    String cookie = browser.cookie();
    String form = "first_name=Eve&csrf=x";
    var own = fixture.client().with("Cookie", cookie);
    for (var other :
        new RestClient[] {
          own.with("Sec-Fetch-Site", "cross-site"),
          own.with("Sec-Fetch-Site", "same-site"),
          own.with("Origin", "https://evil.example"),
          own.with("Origin", "null"),
          own.with("Sec-Fetch-Site", "same-origin"),
          own
        }) {
      var refused = other.submit("/account", form).as(403);
      assertTrue(refused.text().contains("This page is out of date"), refused.text());
    }
    own.submit("/account", "first_name=Eve").as(403);
    fixture
        .client()
        .with("Sec-Fetch-Site", "cross-site")
        .submit("/sign-in", "email=a@example.com&password=x")
        .as(403);

    assertEquals("Ada", current(user).firstName());
  }

  @Test
  void registration_sendsALinkAndChoosesTheLanguage() {
    var browser = new Browser(fixture);
    String email = "new-" + UUID.randomUUID() + "@example.com";
    var weak =
        browser.submit("/register", "first_name", "Ada", "email", email, "password", "password");
    assertTrue(weak.as(400).text().contains("most common passwords"), weak.text());
    assertTrue(weak.text().contains("value=\"" + email + "\""), weak.text());
    assertFalse(weak.text().contains("value=\"password\""), weak.text());
    var bad = browser.submit("/register", "email", "nobody", "password", "correct horse battery");
    assertTrue(bad.as(400).text().contains("This is not an email address"), bad.text());

    var german = fixture.client().with("Accept-Language", "de");
    String form = "email=" + email + "&password=correct+horse+battery&first_name=Ada";
    var done = german.submit("/register", form).as(200);

    assertTrue(done.text().contains("Sehen Sie in Ihrem Postfach nach"), done.text());
    assertEquals(
        "Bestätigen Sie Ihre E-Mail-Adresse", fixture.mailbox().mailsTo(email).get(0).subject());
    var again = browser.submit("/register", "email", email, "password", "correct horse battery");
    assertTrue(again.as(409).text().contains("already has an account"), again.text());
  }

  @Test
  void forgottenPassword_sendsALinkAndTellsNothing() {
    var user = fixture.verified();
    var browser = new Browser(fixture);
    String known = browser.submit("/forgot-password", "email", user.email().address()).text();
    String unknown = browser.submit("/forgot-password", "email", "nobody@example.com").text();

    assertEquals(
        known.replace(user.email().address(), "x"), unknown.replace("nobody@example.com", "x"));
    assertTrue(
        fixture.mailbox().mailsTo(user.email().address()).stream()
            .anyMatch(mail -> mail.subject().equals("Set a new password")));
    browser.submit("/forgot-password", "email", "nobody").as(400);
  }

  @Test
  void profile_isSavedUnlessSomebodyElseWasFaster() {
    var user = fixture.verified();
    var browser = fixture.inAccount(user);
    var saved =
        browser.submit(
            "/account",
            "version",
            Long.toString(current(user).audit().version()),
            "first_name",
            "Augusta",
            "last_name",
            "King",
            "display_name",
            "Countess",
            "phone",
            "+44 20 7946 0958",
            "language",
            "fr",
            "timezone",
            "Europe/London");
    assertTrue(saved.as(200).text().contains("Your changes have been saved"), saved.text());
    var after = current(user);
    assertEquals("Augusta", after.firstName());
    assertEquals("fr", after.profile().language());
    assertEquals("+442079460958", after.phone().orElseThrow().e164());

    var late = browser.submit("/account", "version", "1", "first_name", "Eve", "display_name", "x");
    assertTrue(late.as(412).text().contains("changed elsewhere in the meantime"), late.text());
    var bad =
        browser.submit("/account", "display_name", "x", "phone", "12", "timezone", "Mars/Olympus");
    assertTrue(bad.as(400).text().contains("id=\"phone-error\""), bad.text());
    assertTrue(bad.text().contains("id=\"timezone-error\""), bad.text());
    for (String odd : new String[] {"\u202e", "-1", "<b>", "x".repeat(5000)}) {
      browser.submit("/account", "display_name", "x", "language", odd).as(400);
    }
    assertEquals("Augusta", current(user).firstName());
  }

  @Test
  void email_changesWithThePasswordAndALink() {
    var user = fixture.verified();
    var browser = fixture.inAccount(user);
    String wanted = "wanted-" + UUID.randomUUID() + "@example.com";
    var wrong =
        browser.submit("/account/email", "email", wanted, "password", "not this one at all");
    assertTrue(wrong.as(400).text().contains("The password is wrong"), wrong.text());

    var asked = browser.submit("/account/email", "email", wanted, "password", TestUsers.PASSWORD);

    assertTrue(asked.as(200).text().contains("The change to " + wanted), asked.text());
    browser.submit("/verify-email", "token", fixture.mailbox().newestTokenTo(wanted)).as(200);
    assertEquals(wanted, current(user).email().address());
  }

  @Test
  void addresses_areAddedChangedAndDeleted() {
    var browser = fixture.inAccount(fixture.verified());
    assertTrue(browser.get("/account/addresses").text().contains("No addresses yet"));
    browser.get("/account/addresses/new").as(200);
    var missing = browser.submit("/account/addresses", "line1", "", "city", "", "country", "");
    assertTrue(missing.as(400).text().contains("id=\"line1-error\""), missing.text());
    assertTrue(missing.text().contains("id=\"country-error\""), missing.text());
    String list =
        browser
            .submit(
                "/account/addresses",
                "label",
                "Home",
                "line1",
                "1 <b>St</b>",
                "city",
                "London",
                "country",
                "GB",
                "type",
                "BOTH")
            .as(200)
            .text();
    assertTrue(list.contains("1 &lt;b&gt;St&lt;/b&gt;"), list);
    assertTrue(list.contains("United Kingdom"), list);
    assertTrue(list.contains("Default for shipping"), list);
    String id = found(ADDRESS, list);
    assertTrue(browser.get("/account/addresses/" + id).text().contains("value=\"London\""));

    browser
        .submit(
            "/account/addresses",
            "line1",
            "2 Work Road",
            "city",
            "Paris",
            "country",
            "FR",
            "type",
            "SHIPPING")
        .as(200);
    String path = "/account/addresses/" + id;
    String changed =
        browser
            .submit(path, "line1", "9 New St", "city", "Leeds", "country", "GB", "type", "BOTH")
            .as(200)
            .text();
    assertTrue(changed.contains("9 New St") && changed.contains("Leeds"), changed);
    browser.submit(path + "/default").as(200);
    browser.submit(path + "/delete").as(200);
    assertFalse(browser.get("/account/addresses").text().contains("9 New St"));
    browser.submit(path + "/delete").as(404);
    assertTrue(
        browser.get("/account/addresses/nonsense").as(404).text().contains("no longer exists"));
  }

  @Test
  void longestPage_isLightInEveryLanguage() {
    var client = fixture.inAccount(fixture.verified()).client();
    for (String language : Languages.ALL) {
      var page = client.with("Accept-Language", language).get("/account/addresses/new").as(200);
      int weight = bytes(page);
      for (var file : FILE.matcher(page.text()).results().toList()) {
        weight += bytes(client.get("/" + file.group(1)).as(200));
      }
      assertTrue(weight > 20_000 && weight < 30_000, language + ": " + weight + " bytes");
    }
  }

  private static int bytes(RestClient.Answer answer) {
    return answer.text().getBytes(UTF_8).length;
  }

  @Test
  void preferences_areThoseThatAreTicked() {
    var user = fixture.verified();
    var browser = fixture.inAccount(user);
    String page = browser.get("/account/preferences").as(200).text();
    assertTrue(page.contains("name=\"email_order_updates\" value=\"on\" checked"), page);

    String saved = browser.submit("/account/preferences", "email_promotions", "on").as(200).text();

    assertTrue(saved.contains("name=\"email_promotions\" value=\"on\" checked"), saved);
    assertFalse(saved.contains("name=\"email_order_updates\" value=\"on\" checked"), saved);
  }

  @Test
  void password_changesAndEndsOtherSessions() {
    var user = fixture.verified();
    var browser = fixture.inAccount(user);
    var other = fixture.inAccount(user);
    String next = "a brand new passphrase";
    var wrong = browser.submit("/account/password", "current_password", "x", "new_password", next);
    assertTrue(wrong.as(400).text().contains("id=\"current_password-error\""), wrong.text());
    var weak =
        browser.submit(
            "/account/password",
            "current_password",
            TestUsers.PASSWORD,
            "new_password",
            "12345678");
    assertTrue(weak.as(400).text().contains("most common passwords"), weak.text());

    var changed =
        browser.submit(
            "/account/password", "current_password", TestUsers.PASSWORD, "new_password", next);

    assertTrue(changed.as(200).text().contains("Your password has been changed"), changed.text());
    assertTrue(other.get("/account").text().contains("action=\"sign-in\""));
    new Browser(fixture).signIn(user.email().address(), next);
  }

  @Test
  void waysToSignIn_areShown() {
    var user = fixture.verified();
    fixture
        .core()
        .users()
        .update(
            CALL,
            user.id(),
            UserPatch.builder().profile(profile -> profile.timezone("Europe/Berlin")).build());
    var browser = fixture.inAccount(user);
    var page = browser.get("/account/security").as(200).text();
    var changed = Pattern.compile("<dt>Password</dt><dd>Last changed: ([^<]+)</dd>");
    assertTrue(page.contains("<bdi>" + user.email().address() + "</bdi> <span"), page);
    assertTrue(page.contains("Ways to sign in"), page);
    String before = found(changed, page);

    fixture.clock().advance(Duration.ofMinutes(5));
    String next = "another horse battery";
    String[] form = {"current_password", TestUsers.PASSWORD, "new_password", next};
    String after = found(changed, browser.submit("/account/password", form).as(200).text());

    assertNotEquals(before, after);
  }

  @Test
  void devices_areSignedOutOneByOneOrTogether() {
    var user = fixture.verified();
    var browser = fixture.inAccount(user);
    var second = fixture.inAccount(user);
    var third = fixture.inAccount(user);
    String page = browser.get("/account/security").as(200).text();
    assertTrue(page.contains("This device"), page);

    String one = browser.submit("/account/sessions/" + found(SESSION, page)).as(200).text();
    assertEquals(2, one.split("<li><span class=\"stack-small\">", -1).length - 1, one);
    browser.submit("/account/sessions/others").as(200);

    assertTrue(second.get("/account").text().contains("action=\"sign-in\""));
    assertTrue(third.get("/account").text().contains("action=\"sign-in\""));
    assertTrue(browser.get("/account").text().contains("Your account"));
    var out = browser.submit("/sign-out").as(200);
    assertTrue(out.text().contains("You are signed out"), out.text());
    assertTrue(out.text().contains("href=\"account\">Your account"), out.text());
    assertEquals("", browser.cookie());
  }

  @Test
  void expiredAccessToken_isRenewedOnTheWay() {
    var user = fixture.verified();
    var browser = fixture.inAccount(user);
    String before = browser.cookie();
    fixture.clock().advance(Duration.ofHours(1));

    assertTrue(browser.get("/account").as(200).text().contains("Your account"));

    assertFalse(browser.cookie().equals(before));
    assertTrue(browser.submit("/account/preferences").as(200).text().contains("saved"));
    fixture.clock().advance(Duration.ofDays(10));
    assertTrue(browser.get("/account").text().contains("action=\"sign-in\""));
    assertEquals("", browser.cookie());
  }

  @Test
  void export_isADownloadOfTheOwnData() {
    var user = fixture.verified();
    var browser = fixture.inAccount(user);
    assertTrue(browser.get("/account/security").text().contains("href=\"../account/export\""));

    var file = browser.get("/account/export").as(200);

    assertTrue(file.header("Content-Disposition").startsWith("attachment"));
    assertTrue(file.text().contains(user.email().address()), file.text());
    fixture.client().get("/account/export").as(303);
  }

  @Test
  void account_isDeletedWithThePassword() {
    var user = fixture.verified();
    var browser = fixture.inAccount(user);
    browser.submit("/account/delete", "password", "wrong horse battery", "sure", "on").as(400);
    var unsure = browser.submit("/account/delete", "password", TestUsers.PASSWORD).as(400);
    assertTrue(unsure.text().contains("id=\"sure-error\""), unsure.text());
    assertEquals("Ada", current(user).firstName());

    var done = browser.submit("/account/delete", "password", TestUsers.PASSWORD, "sure", "on");

    assertTrue(done.as(200).text().contains("Your account is deleted"), done.text());
    assertTrue(browser.get("/account").text().contains("action=\"sign-in\""));
  }

  @Test
  void pages_areInTheReadersLanguage() {
    String page = fixture.client().with("Accept-Language", "ar").get("/sign-in").as(200).text();

    assertTrue(page.contains("dir=\"rtl\""), page);
    assertTrue(page.contains("تسجيل الدخول"), page);
  }

  @Test
  void cookie_isBoundToTheServiceUnderHttps(TestDatabase database) {
    var user = fixture.verified();
    var settings = new TestRestSettings().publicBaseUrl("https://shop.example/users").build();
    try (var https = RestFixture.on(database, settings, PAGES, UnaryOperator.identity())) {
      String form = "email=" + user.email().address() + "&password=";
      var signedIn =
          https
              .client()
              .with("Origin", "https://shop.example")
              .submit("/sign-in", form + TestUsers.PASSWORD.replace(" ", "+"))
              .as(303);

      assertEquals("/users/account", signedIn.header("Location"));
      String cookie = signedIn.header("Set-Cookie");
      assertTrue(cookie.startsWith("__Secure-session="), cookie);
      assertTrue(cookie.contains("; Path=/users/; HttpOnly; SameSite=Strict; Secure;"), cookie);
      assertEquals("no-store", signedIn.header("Cache-Control"));
      assertEquals("same-origin", signedIn.header("Referrer-Policy"));
    }
  }

  @Test
  void signIn_beyondTheLimitOfLoginsShowsAPage(TestDatabase database) {
    var limits = new RateLimitSettings(Optional.empty(), MethodLimits.parse("Login=6/m:1"));
    try (var limited =
        RestFixture.on(database, RestSettings.onPort(0), PAGES, core -> core.rateLimits(limits))) {
      var client = limited.client();
      String form = "email=nobody@example.com&password=correct+horse+battery";
      client.submit("/sign-in", form).as(401);

      var refused = client.submit("/sign-in", form).as(429);

      assertEquals("10", refused.header("Retry-After"));
      assertTrue(refused.text().contains("Too many attempts"), refused.text());
    }
  }

  @Test
  void form_ofAVisitorLeadsToThePageToSignIn() {
    var visitor = fixture.client().submit("/account/delete", "sure=on").as(303);

    assertEquals("/sign-in", visitor.header("Location"));
  }

  @Test
  void service_withoutAccountPagesHasNone(TestDatabase database) {
    try (var links = RestFixture.on(database)) {
      links.client().get("/sign-in").problem(404, "ROUTE_NOT_FOUND");
      links.client().get("/account").problem(404, "ROUTE_NOT_FOUND");
      assertEquals("/docs", links.client().get("/").as(303).header("Location"));
    }
  }
}
