package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.rest.page.PageSettings;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console: sign-in, rights, the list of users, and what its pages show of a user. */
@ExtendWith(PostgresExtension.class)
class ConsoleTest {
  static final PageSettings PAGES =
      new PageSettings(
          PageSettings.Offer.ALL,
          Brand.NONE,
          Optional.empty(),
          "en",
          Optional.empty(),
          Optional.of(new PageSettings.Console("setup-key")));

  private static final RequestContext CALL = RequestContext.system();
  private static final Pattern NEXT =
      Pattern.compile("href=\"(?:\\.\\./)*(console/users\\?[^\"]*cursor=[^\"]*)\"");
  private static final Pattern ROW =
      Pattern.compile("href=\"(?:\\.\\./)*console/users/([0-9a-f-]{36})\"");
  private static final Pattern FILE = Pattern.compile("(?:src|href)=\"\\.\\./(assets/[^\"]+)\"");

  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database, PAGES);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static Browser support() {
    return fixture.inConsole(fixture.verified(Role.SUPPORT));
  }

  private static Browser admin() {
    return fixture.inConsole(fixture.verified(Role.ADMIN));
  }

  private static String path(User user) {
    return "/console/users/" + user.id();
  }

  @Test
  void console_isOffUnlessChosen(TestDatabase database) {
    try (var off = RestFixture.on(database, PageSettings.DEFAULT)) {
      for (String path : new String[] {"/console", "/console/sign-in", "/assets/console.css"}) {
        off.client().get(path).as(404);
      }
    }
  }

  @Test
  void visitor_isAskedToSignInAndComesBack() {
    var user = fixture.verified();
    var browser = new Browser(fixture);
    var page = browser.get(path(user) + "/history").as(200).text();
    assertTrue(page.contains("Sign in to the console"), page);
    assertFalse(page.contains("forgot-password"), page);

    var history =
        browser.submit(
            "/console/sign-in",
            "email",
            fixture.verified(Role.ADMIN).email().address(),
            "password",
            TestUsers.PASSWORD,
            "next",
            path(user) + "/history");

    assertTrue(history.as(200).text().contains("User created"), history.text());
    assertTrue(browser.get("/console/sign-in").text().contains("Sign out"));
    browser.submit("/console/sign-out").as(200);
    assertEquals("", browser.cookie());
    assertTrue(browser.get("/console").text().contains("Sign in to the console"));
  }

  @Test
  void customer_isNotAdmitted() {
    var customer = fixture.verified(Role.CUSTOMER, Role.SELLER);
    var browser = new Browser(fixture);
    var refused = browser.signInToConsole(customer).as(403);
    assertTrue(refused.text().contains("no access to the console"), refused.text());
    assertEquals("", browser.cookie());
    assertEquals(0, fixture.core().sessions().list(CALL, customer.id()).size());

    // The session of the account pages does not open the console either, not even the own page.
    browser.signIn(customer.email().address(), TestUsers.PASSWORD);
    for (String path : new String[] {"/console/users", path(customer)}) {
      var page = browser.get(path).as(200);
      assertTrue(page.text().contains("Sign in to the console"), page.text());
      assertFalse(page.text().contains(customer.email().address()), page.text());
    }
  }

  @Test
  void support_readsWhatTheTableOfRightsAllows() {
    var user = fixture.verified();
    var browser = support();
    var page = browser.get(path(user)).as(200).text();
    assertTrue(page.contains(user.email().address()), page);
    assertTrue(page.contains("Notifications") || page.contains("Preferences"), page);
    assertFalse(page.contains("/history"), page);
    for (String part : new String[] {"/security", "/history"}) {
      var denied = browser.get(path(user) + part).as(403).text();
      assertTrue(denied.contains("Your role does not allow this"), denied);
      assertTrue(denied.contains("Sign out"), denied);
    }
  }

  @Test
  void admin_seesSessionsEventsAndMails() {
    var user = fixture.verified();
    fixture.core().sessions().signIn(CALL, user.id(), "Firefox on Mars");
    fixture.core().passwordResets().request(CALL, user.email());
    var browser = admin();
    var security = browser.get(path(user) + "/security").as(200).text();
    assertTrue(security.contains("Firefox on Mars"), security);
    assertTrue(security.contains("<strong>Password</strong>"), security);
    var history = browser.get(path(user) + "/history").as(200).text();
    assertTrue(history.contains("User created"), history);
    assertTrue(history.contains("by system"), history);
    assertTrue(history.contains("Session started"), history);
  }

  @Test
  void unknownUser_isNotFound() {
    var browser = admin();
    String id = "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e";
    assertTrue(browser.get("/console/users/" + id).as(404).text().contains("no such user"));
    browser.get("/console/users/ada").as(400);
  }

  @Test
  void roleThatIsLost_closesTheConsole() {
    var member = fixture.verified(Role.SUPPORT);
    var browser = fixture.inConsole(member);
    browser.get("/console/users").as(200);
    fixture
        .core()
        .users()
        .update(CALL, member.id(), UserPatch.builder().roles(Set.of(Role.CUSTOMER)).build());
    browser.get("/console/users").as(403);
  }

  @Test
  void search_findsByWordsAndFilters() {
    String mark = "q" + UUID.randomUUID().toString().substring(0, 8);
    var seller = fixture.verified(mark + "-1@example.com", Role.SELLER);
    var suspended = fixture.verified(mark + "-2@example.com");
    fixture
        .core()
        .users()
        .update(CALL, suspended.id(), UserPatch.builder().status(UserStatus.SUSPENDED).build());
    var browser = support();
    String search = "/console/users?q=" + mark;
    assertEquals(Set.of(seller, suspended).size(), rows(browser.get(search)).size());
    assertEquals(Set.of(seller.id().toString()), rows(browser.get(search + "&role=seller")));
    assertEquals(
        Set.of(suspended.id().toString()), rows(browser.get(search + "&role=&status=suspended")));
    assertEquals(2, rows(browser.get(search + "&created_after=2001-01-01")).size());
    var nobody = browser.get(search + "&created_before=2001-01-01").as(200).text();
    assertTrue(nobody.contains("Nobody found"), nobody);
    assertTrue(nobody.contains("value=\"2001-01-01\""), nobody);
    browser.get("/console/users?created_after=never").as(400);
    browser.get("/console/users?cursor=forged").as(400);
  }

  @Test
  void list_continuesWithoutRepeatsOrGaps() {
    String mark = "p" + UUID.randomUUID().toString().substring(0, 8);
    var all = new HashSet<String>();
    for (int i = 0; i < 120; i++) {
      all.add(fixture.verified(mark + "-" + i + "@example.com").id().toString());
    }
    var browser = support();
    var found = new HashSet<String>();
    int rows = 0;
    var page = browser.get("/console/users?q=" + mark).as(200);
    assertTrue(page.text().contains("120 users"), page.text());
    for (int i = 0; i < 3; i++) {
      found.addAll(rows(page));
      rows += rows(page).size();
      var next = NEXT.matcher(page.text());
      if (!next.find()) {
        break;
      }
      page = browser.get("/" + next.group(1).replace("&amp;", "&")).as(200);
    }
    assertEquals(all, found);
    assertEquals(all.size(), rows);
  }

  private static Set<String> rows(RestClient.Answer page) {
    var rows = new HashSet<String>();
    ROW.matcher(page.as(200).text()).results().forEach(row -> rows.add(row.group(1)));
    return rows;
  }

  @Test
  void pages_areLightAndHaveAStrictPolicy() {
    var browser = admin();
    for (int i = 0; i < 50; i++) {
      fixture.verified();
    }
    var page = browser.get("/console/users").as(200);
    int bytes = page.text().length();
    for (var file : FILE.matcher(page.text()).results().toList()) {
      var answer = fixture.client().get("/" + file.group(1)).as(200);
      assertTrue(answer.header("Cache-Control").contains("immutable"), file.group(1));
      bytes += answer.text().length();
    }
    assertTrue(bytes > 60_000 && bytes < 150_000, bytes + " bytes");
    assertEquals(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
            + " frame-ancestors 'none'; base-uri 'none'; script-src 'self'; connect-src 'self'",
        page.header("Content-Security-Policy"));
    assertEquals("no-store", page.header("Cache-Control"));
    assertFalse(page.text().contains("style=\""), page.text());
    assertFalse(page.text().contains("<script>"), page.text());
  }
}
