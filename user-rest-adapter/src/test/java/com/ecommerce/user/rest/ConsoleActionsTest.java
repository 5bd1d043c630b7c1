package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.bulk.UserDocument;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the actions of the console, who may take them, and the traces that they leave. */
@ExtendWith(PostgresExtension.class)
class ConsoleActionsTest {
  private static final RequestContext CALL = RequestContext.system();
  private static final Pattern VERSION = Pattern.compile("name=\"version\" value=\"(\\d+)\"");
  private static final Pattern LEFT = Pattern.compile("name=\"users\" value=\"([^\"]*)\"");
  private static final Pattern FAILURES = Pattern.compile("name=\"failures\" value=\"([^\"]*)\"");

  private static RestFixture fixture;
  private static User admin;
  private static Browser browser;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database, ConsoleTest.PAGES);
    admin = fixture.verified(Role.ADMIN);
    browser = fixture.inConsole(admin);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static User current(User user) {
    return fixture.core().users().getCurrent(CALL, user.id());
  }

  private static String path(User user) {
    return "/console/users/" + user.id();
  }

  private static String found(Pattern pattern, String html) {
    var matcher = pattern.matcher(html);
    assertTrue(matcher.find(), html);
    return matcher.group(1);
  }

  private static UserDocument.EventRecord newestEvent(User user) {
    return fixture.core().userExports().document(CALL, user.id(), 1).events().get(0);
  }

  @Test
  void edit_savesAndHasTheActor() {
    var user = fixture.verified();
    var form = browser.get(path(user) + "/edit").as(200).text();
    var page =
        browser.submit(
            path(user) + "/edit",
            "version",
            found(VERSION, form),
            "first_name",
            "Augusta",
            "last_name",
            "King",
            "display_name",
            "Augusta King",
            "email",
            user.email().address(),
            "phone",
            "+442079460958",
            "language",
            "en",
            "timezone",
            "Europe/London",
            "currency",
            "GBP",
            "company",
            "",
            "website",
            "");
    assertTrue(page.as(200).text().contains("The changes are saved."), page.text());
    assertEquals("Augusta King", current(user).fullName());
    assertEquals("Europe/London", current(user).profile().timezone());
    var event = newestEvent(user);
    assertEquals("user.updated", event.type());
    assertEquals(admin.id().toString(), event.actor());
  }

  @Test
  void edit_afterSomebodyElse_keepsTheEntriesAndShowsTheDifference() {
    var user = fixture.verified();
    var form = browser.get(path(user) + "/edit").as(200).text();
    String version = found(VERSION, form);
    fixture.core().users().update(CALL, user.id(), UserPatch.builder().lastName("Byron").build());
    String[] entries = {
      "first_name", "Augusta",
      "last_name", "King",
      "display_name", "Ada",
      "email", user.email().address()
    };
    var late = submitEdit(user, version, entries).as(412);
    assertTrue(late.text().contains("Somebody else changed this user"), late.text());
    assertTrue(late.text().contains("value=\"King\""), late.text());
    assertTrue(late.text().contains("Byron"), late.text());
    assertEquals("Byron", current(user).lastName());

    submitEdit(user, found(VERSION, late.text()), entries).as(200);
    assertEquals("King", current(user).lastName());
  }

  @Test
  void edit_withAnInvalidEntry_doesNotOverwriteSomebodyElse() {
    var user = fixture.verified();
    String version = found(VERSION, browser.get(path(user) + "/edit").as(200).text());
    fixture.core().users().update(CALL, user.id(), UserPatch.builder().lastName("Byron").build());
    var invalid = submitEdit(user, version, "display_name", "Ada", "email", "ada@").as(400);
    assertEquals(version, found(VERSION, invalid.text()));
    submitEdit(user, version, "display_name", "Ada", "email", user.email().address()).as(412);
    assertEquals("Byron", current(user).lastName());
  }

  private static RestClient.Answer submitEdit(User user, String version, String... entries) {
    var all = new ArrayList<>(List.of("version", version));
    all.addAll(List.of(entries));
    return browser.submit(path(user) + "/edit", all.toArray(String[]::new));
  }

  @Test
  void edit_namesWhatIsWrong() {
    var user = fixture.verified();
    var taken = fixture.verified();
    browser.get(path(user) + "/edit");
    var page =
        browser.submit(
            path(user) + "/edit",
            "display_name",
            "Ada",
            "email",
            "ada@",
            "phone",
            "1",
            "timezone",
            "Mars/Base");
    for (String text :
        new String[] {"not an email", "not a phone number", "time zone is unknown"}) {
      assertTrue(page.as(400).text().contains(text), page.text());
    }
    var conflict =
        browser.submit(
            path(user) + "/edit", "display_name", "Ada", "email", taken.email().address());
    assertTrue(conflict.as(409).text().contains("Another user has this email"), conflict.text());
  }

  @Test
  void status_changesOnlyFromTheShownVersion() {
    var user = fixture.verified();
    var page = browser.get(path(user)).as(200).text();
    String version = found(VERSION, page);
    var suspended =
        browser.submit(path(user) + "/status", "change", "suspend", "version", version).as(200);
    assertTrue(suspended.text().contains("The user is suspended"), suspended.text());
    assertEquals(UserStatus.SUSPENDED, current(user).status());
    assertEquals(admin.id().toString(), newestEvent(user).actor());

    browser.submit(path(user) + "/status", "change", "ban", "version", version).as(412);
    assertEquals(UserStatus.SUSPENDED, current(user).status());
    change(user, "ban", UserStatus.BANNED);
    change(user, "reactivate", UserStatus.ACTIVE);
    change(user, "deactivate", UserStatus.DEACTIVATED);
    assertEquals("too many accounts", newestEvent(user).reason());
    change(user, "reactivate", UserStatus.ACTIVE);
    browser.submit(path(user) + "/status", "change", "explode").as(400);
  }

  private static void change(User user, String change, UserStatus expected) {
    browser.submit(path(user) + "/status", "change", change, "reason", "too many accounts").as(200);
    assertEquals(expected, current(user).status());
  }

  @Test
  void roles_areChanged() {
    var user = fixture.verified();
    browser.submit(path(user) + "/roles", "role_seller", "on", "role_support", "on").as(200);
    assertEquals(Set.of(Role.SELLER, Role.SUPPORT), current(user).roles());
    browser.submit(path(user) + "/roles").as(400);
  }

  @Test
  void mails_areQueued() {
    var user =
        fixture
            .core()
            .users()
            .create(CALL, TestUsers.aUser("m-" + UUID.randomUUID() + "@example.com"));
    fixture.clock().advance(java.time.Duration.ofMinutes(2));
    var verify = browser.submit(path(user) + "/verify").as(200);
    assertEquals("user.verification_requested", newestEvent(user).type());
    assertEquals(admin.id().toString(), newestEvent(user).actor());
    assertTrue(verify.text().contains("verify the email is on its way"), verify.text());
    browser.submit(path(user) + "/verify").as(429);
    var reset = browser.submit(path(user) + "/reset").as(200);
    assertTrue(reset.text().contains("set a new password is on its way"), reset.text());
    assertEquals("user.password_reset_requested", newestEvent(user).type());
    assertEquals(admin.id().toString(), newestEvent(user).actor());
    var again = browser.submit(path(user) + "/reset").as(200);
    assertTrue(again.text().contains("No mail was sent"), again.text());
    var document = fixture.core().userExports().document(CALL, user.id());
    assertEquals(
        1,
        document.events().stream()
            .filter(event -> event.type().equals("user.password_reset_requested"))
            .count());
    var mails = document.mails();
    assertEquals(1, mails.stream().filter(mail -> mail.kind().equals("RESET_PASSWORD")).count());
    assertEquals(2, mails.stream().filter(mail -> mail.kind().equals("VERIFY_EMAIL")).count());
  }

  @Test
  void sessions_areEnded() {
    var user = fixture.verified();
    var sessions = fixture.core().sessions();
    var first = sessions.signIn(CALL, user.id(), "Firefox").session();
    sessions.signIn(CALL, user.id(), "Chrome");
    browser.submit(path(user) + "/security/" + first.id()).as(200);
    assertEquals(1, sessions.list(CALL, user.id()).size());
    browser.submit(path(user) + "/security/" + first.id()).as(404);
    browser.submit(path(user) + "/security").as(200);
    assertEquals(0, sessions.list(CALL, user.id()).size());
    assertEquals(admin.id().toString(), newestEvent(user).actor());
  }

  @Test
  void delete_needsTheEmail() {
    var user = fixture.verified();
    browser.get(path(user) + "/delete").as(200);
    var wrong = browser.submit(path(user) + "/delete", "email", "ada@example.com").as(400);
    assertTrue(wrong.text().contains("not the email of the user"), wrong.text());
    current(user);
    browser.submit(path(user) + "/delete", "email", user.email().address()).as(200);
    assertThrows(UserServiceException.class, () -> current(user));
    browser.submit(path(user) + "/delete", "email", user.email().address()).as(404);
  }

  @Test
  void export_isADownload() {
    var user = fixture.verified();
    var file = browser.get(path(user) + "/export").as(200);
    assertTrue(file.header("Content-Disposition").startsWith("attachment"));
    assertTrue(file.text().contains(user.email().address()), file.text());
  }

  @Test
  void ownAccount_isNotClosedHere() {
    browser.submit(path(admin) + "/status", "change", "ban").as(403);
    browser.submit(path(admin) + "/roles", "role_customer", "on").as(403);
    browser.submit(path(admin) + "/delete", "email", admin.email().address()).as(403);
    assertFalse(browser.get(path(admin)).as(200).text().contains(path(admin) + "/delete"));
    assertEquals(admin.roles(), current(admin).roles());
  }

  @Test
  void support_mayDoNoneOfIt() {
    var user = fixture.verified();
    var support = fixture.inConsole(fixture.verified(Role.SUPPORT));
    support.get("/console/users").as(200);
    for (String form :
        new String[] {"/edit", "/status", "/roles", "/verify", "/security", "/delete"}) {
      support.submit(path(user) + form, "change", "ban").as(403);
    }
    support.submit("/console/bulk", "user_" + user.id(), "on", "action", "ban").as(403);
    support.submit("/console/bulk/run", "users", user.id().toString(), "action", "ban").as(403);
    support.submit("/console/clients", "name", "shop").as(403);
    for (String page : new String[] {"/edit", "/delete", "/export"}) {
      support.get(path(user) + page).as(403);
    }
    support.get("/console/clients").as(403);
    assertFalse(support.get(path(user)).text().contains("/edit"));
    assertEquals(user.audit().version(), current(user).audit().version());
    support.submit(path(user) + "/reset").as(200);
  }

  @Test
  void form_ofAnotherSiteOrSessionIsRefused() {
    var user = fixture.verified();
    var own = fixture.client().with("Cookie", browser.cookie());
    String form = "change=ban&csrf=x";
    for (var other :
        new RestClient[] {
          own.with("Sec-Fetch-Site", "cross-site"),
          own.with("Sec-Fetch-Site", "same-site"),
          own.with("Origin", "https://evil.example"),
          own.with("Sec-Fetch-Site", "same-origin")
        }) {
      other.submit(path(user) + "/status", form).as(403);
    }
    // Without a session, the form leads to the page to sign in.
    fixture.client().submit(path(user) + "/status", form).as(303);
    // The secret of another session does not help.
    var other = fixture.inConsole(fixture.verified(Role.ADMIN));
    var stolen = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");
    String secret = found(stolen, other.get("/console/users").text());
    own.with("Sec-Fetch-Site", "same-origin")
        .submit(path(user) + "/status", "change=ban&csrf=" + secret)
        .as(403);
    assertEquals(UserStatus.ACTIVE, current(user).status());
  }

  @Test
  void bulk_reachesEverySelectedUserInSteps() {
    var users = new ArrayList<User>();
    for (int i = 0; i < 25; i++) {
      users.add(fixture.verified());
    }
    var selection = new ArrayList<>(List.of("action", "suspend"));
    users.forEach(user -> selection.addAll(List.of("user_" + user.id(), "on")));
    selection.addAll(List.of("user_" + admin.id(), "on"));
    var page = browser.submit("/console/bulk", selection.toArray(String[]::new)).as(200);
    assertTrue(page.text().contains("Suspend 25 users"), page.text());
    String left = found(LEFT, page.text());
    assertFalse(left.contains(admin.id().toString()), left);

    // Not even a forged form reaches the own account.
    page =
        browser.submit("/console/bulk/run", "action", "suspend", "users", left + "," + admin.id());
    for (int done = 10; done < 26; done += 10) {
      assertTrue(page.as(200).text().contains(done + " of 26 users"), page.text());
      page =
          browser.submit(
              "/console/bulk/run",
              "action",
              "suspend",
              "total",
              "26",
              "users",
              found(LEFT, page.text()),
              "failures",
              found(FAILURES, page.text()));
    }
    assertTrue(page.text().contains("26 of 26 users: done"), page.text());
    assertTrue(page.text().contains("did not work with 1 user"), page.text());
    users.forEach(user -> assertEquals(UserStatus.SUSPENDED, current(user).status()));
    assertEquals(UserStatus.ACTIVE, current(admin).status());
    assertEquals(admin.id().toString(), newestEvent(users.get(24)).actor());
  }

  @Test
  void bulk_asksAboutAdminsSeparately() {
    var user = fixture.verified();
    var other = fixture.verified(Role.ADMIN);
    String selected = "user_" + other.id();
    var page =
        browser
            .submit("/console/bulk", "action", "suspend", "user_" + user.id(), "on", selected, "on")
            .as(200);
    String left = found(LEFT, page.text());

    page = browser.submit("/console/bulk/run", "action", "suspend", "users", left).as(200);

    assertEquals(UserStatus.SUSPENDED, current(user).status());
    assertEquals(UserStatus.ACTIVE, current(other).status());
    assertTrue(page.text().contains("1 admin left out"), page.text());
    assertTrue(page.text().contains("name=\"" + selected + "\""), page.text());
    String[] admins = {"action", "suspend", "for_admins", "yes", selected, "on"};
    page = browser.submit("/console/bulk", admins).as(200);
    assertTrue(page.text().contains("Suspend 1 admin?"), page.text());
    assertTrue(page.text().contains("name=\"for_admins\""), page.text());
    left = found(LEFT, page.text());
    assertEquals(other.id().toString(), left);
    browser
        .submit("/console/bulk/run", "action", "suspend", "for_admins", "yes", "users", left)
        .as(200);
    assertEquals(UserStatus.SUSPENDED, current(other).status());
  }

  @Test
  void bulk_leavesBannedUsersBanned() {
    var banned = fixture.verified();
    var other = fixture.verified();
    change(banned, "ban", UserStatus.BANNED);
    String ids = banned.id() + "," + other.id();
    for (String action : new String[] {"suspend", "deactivate"}) {
      var page = browser.submit("/console/bulk/run", "action", action, "users", ids).as(200);
      assertTrue(page.text().contains(banned.id() + "</a> User banned"), page.text());
      assertEquals(UserStatus.BANNED, current(banned).status());
    }
    assertEquals(UserStatus.SUSPENDED, current(other).status());
  }

  @Test
  void bulk_refusesWhatNoPageSends() {
    String user = fixture.verified().id().toString();
    for (String failures : new String[] {user + ":", user, ":USER_BANNED", user + ":<b>", "x:y"}) {
      browser
          .submit("/console/bulk/run", "action", "ban", "users", "", "failures", failures)
          .as(400);
    }
    var ids = Stream.generate(UUID::randomUUID).limit(1_001).map(UUID::toString);
    var many = ids.collect(Collectors.joining(","));
    var page = browser.submit("/console/bulk/run", "action", "ban", "users", many).as(400);
    assertTrue(page.text().contains("at most 1,000 users"), page.text());
  }

  @Test
  void bulkDeletion_needsTheNumber() {
    var user = fixture.verified();
    var confirm =
        browser.submit("/console/bulk", "action", "delete", "user_" + user.id(), "on").as(200);
    String left = found(LEFT, confirm.text());
    browser.submit("/console/bulk/run", "action", "delete", "users", left, "typed", "2").as(400);
    current(user);
    browser.submit("/console/bulk/run", "action", "delete", "users", left, "typed", "1").as(200);
    assertThrows(UserServiceException.class, () -> current(user));
    browser.submit("/console/bulk", "action", "delete").as(400);
    browser.submit("/console/bulk/run", "action", "ban", "users", "ada").as(400);
  }

  @Test
  void clients_areManaged() {
    var created = browser.submit("/console/clients", "name", "shop").as(200).text();
    var secret = Pattern.compile("<dt>Secret</dt><dd><code>([^<]+)</code>");
    var id = Pattern.compile("<dt>Client id</dt><dd><code>([^<]+)</code>");
    var clients = fixture.core().serviceClients();
    clients.issueToken(CALL, found(id, created), found(secret, created));
    assertFalse(browser.get("/console/clients").text().contains(found(secret, created)));
    assertTrue(
        browser
            .submit("/console/clients", "name", "shop")
            .as(409)
            .text()
            .contains("client with this name"));
    var rotated =
        browser.submit("/console/clients/rotate", "client", "shop", "overlap", "0").as(200).text();
    assertThrows(
        UserServiceException.class,
        () -> clients.issueToken(CALL, found(id, created), found(secret, created)));
    browser.submit("/console/clients/rotate", "client", "shop", "overlap", "0").as(409);
    clients.issueToken(CALL, found(id, created), found(secret, rotated));
    var changed = Pattern.compile("name=\"changed_at\" value=\"([^\"]+)\"");
    fixture.clock().advance(java.time.Duration.ofSeconds(1));
    String[] again = {
      "client", "shop", "overlap", "24", "changed_at", found(changed, rotated),
    };
    browser.submit("/console/clients/rotate", again).as(200);
    browser.submit("/console/clients/rotate", again).as(409);
    clients.issueToken(CALL, found(id, created), found(secret, rotated));
    for (String[] odd : new String[][] {{"overlap", "-1"}, {"overlap", "0", "changed_at", "x"}}) {
      browser.submit("/console/clients/rotate", odd).as(400);
    }
    browser.submit("/console/clients/delete", "client", "shop", "typed", "ship").as(400);
    browser.submit("/console/clients/delete", "client", "shop", "typed", "shop").as(200);
    assertEquals(0, clients.list(CALL).size());
  }
}
