package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestAddresses;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.webhook.WebhookAnswer;
import com.ecommerce.user.core.webhook.WebhookDelivery;
import com.ecommerce.user.core.webhook.WebhookEndpoint;
import com.ecommerce.user.core.webhook.WebhookException;
import com.ecommerce.user.core.webhook.WebhookMessage;
import com.ecommerce.user.core.webhook.WebhookSettings;
import com.ecommerce.user.rest.http.RestSettings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

/** The console as a browser shows it, and the stories of those who work with it. */
@ExtendWith(PostgresExtension.class)
@Timeout(180)
class ConsoleInBrowserTest {
  private static final RequestContext CALL = RequestContext.system();
  private static final String[] FIRST = {"Ada", "Grace", "Katherine", "Annie", "Mary", "Joan"};
  private static final String[] LAST = {"Lovelace", "Hopper", "Johnson", "Easley", "Jackson"};

  private static RestFixture fixture;
  private static Chromium chromium;
  private static User admin;

  @BeforeAll
  static void start(TestDatabase database) throws IOException {
    assumeTrue(Chromium.isInstalled(), "Chromium is not installed");
    fixture =
        RestFixture.on(
            database,
            RestSettings.onPort(0),
            ConsoleTest.PAGES,
            core -> core.webhookTransport(ConsoleInBrowserTest::post, URI.create("/users")));
    admin = aUser("admin@shop.example", "Margaret", "Hamilton", Role.ADMIN);
    for (int i = 0; i < 120; i++) {
      aUser(
          "user" + i + "@example.com",
          FIRST[i % FIRST.length],
          LAST[i % LAST.length],
          i % 9 == 0 ? Role.SELLER : Role.CUSTOMER);
    }
    chromium = Chromium.start();
  }

  private static WebhookAnswer post(WebhookMessage message) throws WebhookException {
    if (message.url().getHost().startsWith("down.")) {
      throw new WebhookException("no answer within 5000 ms", null);
    }
    return WebhookAnswer.of(204);
  }

  private static User aUser(String email, String first, String last, Role... roles) {
    return fixture
        .core()
        .users()
        .createVerified(CALL, TestUsers.aUser(email, first, last, Set.of(roles)));
  }

  @BeforeEach
  void signIn() {
    chromium.forgetSession();
    chromium.use("http://localhost:" + fixture.api().port());
    chromium.open("/console");
    chromium.type("#email", admin.email().address());
    chromium.type("#password", TestUsers.PASSWORD + Keys.ENTER);
    chromium.expect("Sign out");
  }

  @AfterAll
  static void stop() {
    if (fixture != null) {
      try (var api = fixture) {
        chromium.close();
      }
    }
  }

  @Test
  void search_findsWhileItIsTyped_andTheListScrollsOn() {
    chromium.open("/console/users?q=user");
    chromium.expect("120 users");
    chromium.check("console-users");
    chromium.scrollDown();
    chromium.expect("user20@example.com");
    chromium.scrollDown();
    chromium.expect("user0@example.com");
    chromium.type("#q", "user11");
    chromium.expect("11 users");
    chromium.type("#q", "nobody at all");
    chromium.expect("Nobody found");
    chromium.check("console-users-empty");
  }

  @Test
  void pagesOfAUser_areAccessible() {
    var user = aUser("ada.lovelace@example.com", "Ada", "Lovelace", Role.CUSTOMER, Role.SELLER);
    fixture.core().addresses().add(CALL, user.id(), TestAddresses.anAddress(AddressType.BOTH));
    fixture.core().sessions().signIn(CALL, user.id(), "Firefox on Windows");
    fixture
        .core()
        .users()
        .update(
            CALL,
            user.id(),
            UserPatch.builder()
                .profile(profile -> profile.language("en").timezone("Europe/London"))
                .build());
    chromium.open("/console/users/" + user.id());
    chromium.check("console-user");
    chromium.press("a[href$=security]", Keys.ENTER);
    chromium.expect("Firefox on Windows");
    chromium.check("console-user-security");
    chromium.press("a[href$=history]", Keys.ENTER);
    chromium.expect("User created");
    chromium.check("console-user-history");
  }

  @Test
  void overview_isAccessible() {
    chromium.open("/console");
    chromium.expect("Registrations");
    chromium.check("console-overview");
  }

  @Test
  void admin_editsAndSuspendsWithTheKeyboard() {
    var user = aUser("grace@example.com", "Grace", "Hopper", Role.CUSTOMER);
    chromium.open("/console/users/" + user.id() + "/edit");
    chromium.check("console-user-edit");
    fixture.core().users().update(CALL, user.id(), UserPatch.builder().lastName("Murray").build());
    chromium.type("#first_name", "Amazing" + Keys.ENTER);
    chromium.expect("Somebody else changed this user");
    chromium.check("console-user-edit-late");
    chromium.type("#last_name", "Murray" + Keys.ENTER);
    chromium.expect("The changes are saved");
    chromium.press("button[value=suspend]", Keys.ENTER);
    chromium.expect("The user is suspended");
    chromium.check("console-user-suspended");
    chromium.press("a[href$=delete]", Keys.ENTER);
    chromium.expect("type the email of the user");
    chromium.type("#email", "grace" + Keys.ENTER);
    chromium.expect("not the email of the user");
    chromium.check("console-user-delete");
    chromium.type("#email", "grace@example.com" + Keys.ENTER);
    chromium.expect("The user is deleted");
  }

  @Test
  void admin_actsOnASelection() {
    for (int i = 0; i < 25; i++) {
      aUser("spam" + i + "@example.com", "Spam", "Bot", Role.CUSTOMER);
    }
    chromium.open("/console/users?q=spam");
    chromium.press("[data-picks]", Keys.SPACE);
    chromium.expect("25 selected");
    chromium.check("console-users-selected");
    chromium.press("#action", "Ban");
    chromium.press(".selection button", Keys.ENTER);
    chromium.expect("Ban 25 users?");
    chromium.check("console-bulk-confirm");
    chromium.press("form.card .button", Keys.ENTER);
    chromium.expect("25 of 25 users: done");
    chromium.check("console-bulk-done");
  }

  @Test
  void interruptedBulkAction_continuesWhenTheAdminSaysSo() {
    for (int i = 0; i < 25; i++) {
      aUser("lost" + i + "@example.com", "Lost", "Bot", Role.CUSTOMER);
    }
    chromium.open("/console/users?q=lost");
    chromium.press("[data-picks]", Keys.SPACE);
    chromium.expect("25 selected");
    chromium.press(".selection button", Keys.ENTER);
    chromium.expect("Suspend 25 users?");
    chromium.losingRequests(
        () -> {
          chromium.press("form.card .button", Keys.ENTER);
          chromium.expect("10 of 25 users: interrupted");
        });
    chromium.check("console-bulk-interrupted");
    chromium.press("#bulk .button", Keys.ENTER);
    chromium.expect("25 of 25 users: done");
  }

  @Test
  void bulkAction_asksAboutAdminsSeparately() {
    aUser("boss1@example.com", "Grace", "Boss", Role.ADMIN);
    aUser("boss2@example.com", "Joan", "Boss", Role.CUSTOMER);
    chromium.open("/console/users?q=boss");
    chromium.press("[data-picks]", Keys.SPACE);
    chromium.expect("2 selected");
    chromium.press(".selection button", Keys.ENTER);
    chromium.expect("Suspend 2 users?");
    chromium.press("form.card .button", Keys.ENTER);
    chromium.expect("1 admin left out");
    chromium.check("console-bulk-admins");
    chromium.press("#bulk form .button", Keys.ENTER);
    chromium.expect("Suspend 1 admin?");
    chromium.check("console-bulk-confirm-admins");
    chromium.press("form.card .button", Keys.ENTER);
    chromium.expect("1 of 1 admin: done");
  }

  @Test
  void ownPassword_isAskedForAgain() {
    var user = aUser("joan@example.com", "Joan", "Clarke", Role.CUSTOMER);
    fixture.clock().advance(Duration.ofMinutes(16));
    chromium.open("/console/users/" + user.id());
    chromium.press("[name=role_seller]", Keys.SPACE);
    chromium.press("form[action$=roles] button", Keys.ENTER);
    chromium.expect("Enter your password");
    chromium.type("#own_password", "wrong horse battery" + Keys.ENTER);
    chromium.expect("not your password");
    chromium.check("console-password");
    chromium.type("#own_password", TestUsers.PASSWORD + Keys.ENTER);
    chromium.expect("The roles are changed");
  }

  @Test
  void serviceClients_areAccessible() {
    chromium.open("/console/clients");
    chromium.type("#name", "shop" + Keys.ENTER);
    chromium.expect("Secret of shop");
    chromium.check("console-clients");
  }

  @Test
  void webhooks_areManaged() {
    chromium.open("/console/webhooks");
    chromium.expect("No endpoints yet");
    chromium.check("console-webhooks-empty");
    chromium.press("a[href$=new]", Keys.ENTER);
    chromium.expect("If none is selected");
    chromium.type("#url", "https://shop.example:25/hooks" + Keys.ENTER);
    chromium.expect("Port 25 (expected: 80, 443 or at least 1024)");
    chromium.check("console-webhook-new");
    chromium.type("#url", "https://newsletter.shop.example/hooks/users");
    chromium.type("#description", "Newsletter");
    for (String type : new String[] {"user.created", "user.updated", "user.deleted"}) {
      chromium.press("[name='type_" + type + "']", Keys.SPACE);
    }
    chromium.press("form.card .button", Keys.ENTER);
    chromium.expect("Copy the secret now");
    chromium.check("console-webhook-secret");
    chromium.press("form[action$=pause] button", Keys.ENTER);
    chromium.expect("The endpoint is paused");
    chromium.check("console-webhook-paused");
    chromium.press("form[action$=resume] button", Keys.ENTER);
    chromium.expect("The endpoint is active");
    chromium.press("a[href$=delete]", Keys.ENTER);
    chromium.expect("type the host of the URL");
    chromium.check("console-webhook-delete");
    chromium.type("#host", "newsletter.shop.example" + Keys.ENTER);
    chromium.expect("The endpoint is deleted");
  }

  @Test
  void deliveries_areAccessible() {
    var webhooks = fixture.core().webhooks();
    var shop = webhooks.create(CALL, endpoint("https://shop.example/hooks", "Orders")).endpoint();
    var down =
        webhooks.create(CALL, endpoint("http://down.shop.example/", "", "user.created")).endpoint();
    var other = webhooks.create(CALL, endpoint("https://search.example/", "Search")).endpoint();
    for (int i = 0; i < 3; i++) {
      aUser("hooked" + i + "@example.com", "Grace", "Hopper", Role.CUSTOMER);
    }
    await(shop, delivery -> delivery.state() == WebhookDelivery.State.DELIVERED);
    await(down, delivery -> !delivery.failure().isEmpty());
    webhooks.pause(RequestContext.by(Actor.user(admin.id())), other.id());
    chromium.open("/console/webhooks");
    chromium.check("console-webhooks");
    chromium.open("/console/webhooks/" + down.id() + "/deliveries");
    chromium.expect("No answer within 5000 ms");
    chromium.check("console-webhook-deliveries");
    chromium.press("#filter", "Delivered");
    chromium.expect("No delivery is in this state");
    chromium.check("console-webhook-deliveries-empty");
    chromium.open("/console/webhooks/" + shop.id() + "/deliveries");
    chromium.press("summary", Keys.ENTER);
    chromium.type("#position", "7" + Keys.ENTER);
    chromium.expect("Not a position");
    chromium.check("console-webhook-deliveries-position");
    chromium.press("#rows button", Keys.ENTER);
    chromium.expect("The event is being sent");
    for (var endpoint : webhooks.list(CALL)) {
      webhooks.delete(CALL, endpoint.id());
    }
  }

  private static WebhookSettings endpoint(String url, String description, String... types) {
    return new WebhookSettings(URI.create(url), Set.of(types), description);
  }

  /** Waits until all three deliveries of an endpoint are in a state. */
  private static void await(WebhookEndpoint endpoint, Predicate<WebhookDelivery> state) {
    var page = new PageRequest(PageRequest.MAX_SIZE, "");
    Await.until(
        () ->
            fixture
                    .core()
                    .webhooks()
                    .deliveries(CALL, endpoint.id(), Optional.empty(), page)
                    .items()
                    .stream()
                    .filter(state)
                    .count()
                >= 3);
  }

  @Test
  void visitorsPages_areAccessible() {
    chromium.forgetSession();
    chromium.open("/console");
    chromium.expect("Sign in to the console");
    chromium.check("console-sign-in");
    chromium.open("/console/setup/setup-key");
    chromium.expect("There is an admin already");
    chromium.check("console-setup-used");
  }
}
