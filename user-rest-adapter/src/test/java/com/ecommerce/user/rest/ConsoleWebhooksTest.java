package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.webhook.WebhookAnswer;
import com.ecommerce.user.core.webhook.WebhookDelivery;
import com.ecommerce.user.core.webhook.WebhookEndpoint;
import com.ecommerce.user.core.webhook.WebhookException;
import com.ecommerce.user.core.webhook.WebhookId;
import com.ecommerce.user.core.webhook.WebhookMessage;
import com.ecommerce.user.core.webhook.WebhookSettings;
import com.ecommerce.user.core.webhook.Webhooks;
import com.ecommerce.user.rest.http.RestSettings;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests the pages of webhooks in the console: their effects, the rights and the password that they
 * need.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class ConsoleWebhooksTest {
  private static final RequestContext CALL = RequestContext.system();
  private static final String LIST = "/console/webhooks";
  private static final String NEW = LIST + "/new";
  private static final String URL = "https://shop.example/hooks";

  /** The endpoint of this host does not answer. */
  private static final String DOWN = "down.example";

  /** The endpoint of this host wants no events any more. */
  private static final String GONE = "gone.example";

  private static final Pattern SECRET = Pattern.compile("<code>(whsec_[^<]+)</code>");
  private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");
  private static final Pattern CHANGED_AT =
      Pattern.compile("name=\"changed_at\" value=\"([^\"]*)\"");
  private static final Pattern NEXT = Pattern.compile("deliveries(\\?[^\"]*cursor=[^\"]+)\"");

  private static RestFixture fixture;
  private static Webhooks webhooks;
  private static User admin;

  private Browser browser;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture =
        RestFixture.on(
            database,
            RestSettings.onPort(0),
            ConsoleTest.PAGES,
            core -> core.webhookTransport(ConsoleWebhooksTest::post, URI.create("/users")));
    webhooks = fixture.core().webhooks();
    admin = fixture.verified(Role.ADMIN);
  }

  /** Signs in again, since a test may have advanced the clock. */
  @BeforeEach
  void signIn() {
    browser = fixture.inConsole(admin);
  }

  private static WebhookAnswer post(WebhookMessage message) throws WebhookException {
    if (message.url().getHost().equals(DOWN)) {
      throw new WebhookException("the address is not allowed", null);
    }
    return WebhookAnswer.of(message.url().getHost().equals(GONE) ? 410 : 204);
  }

  @AfterEach
  void deleteAll() {
    webhooks.list(CALL).forEach(endpoint -> webhooks.delete(CALL, endpoint.id()));
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static WebhookEndpoint anEndpoint(String url, String... types) {
    return webhooks
        .create(CALL, new WebhookSettings(URI.create(url), Set.of(types), "Newsletter"))
        .endpoint();
  }

  private static String path(WebhookEndpoint endpoint) {
    return LIST + "/" + endpoint.id();
  }

  private static WebhookEndpoint current(WebhookEndpoint endpoint) {
    return webhooks.get(CALL, endpoint.id());
  }

  private static String found(Pattern pattern, String html) {
    var matcher = pattern.matcher(html);
    assertTrue(matcher.find(), html);
    return matcher.group(1);
  }

  private static void assertShows(String text, RestClient.Answer page) {
    assertTrue(page.text().contains(text), page.text());
  }

  /** Waits until the endpoint has this number of deliveries in the state, after an attempt. */
  private static List<WebhookDelivery> awaited(
      WebhookId id, WebhookDelivery.State state, int count) {
    Await.until(() -> attempted(id, state).size() >= count);
    return attempted(id, state);
  }

  private static List<WebhookDelivery> attempted(WebhookId id, WebhookDelivery.State state) {
    var page = new PageRequest(PageRequest.MAX_SIZE, "");
    return webhooks.deliveries(CALL, id, Optional.of(state), page).items().stream()
        .filter(one -> one.status().isPresent() || !one.failure().isEmpty())
        .toList();
  }

  @Test
  void newEndpoint_showsItsSecretOnce() {
    assertShows("No endpoints yet", browser.get(LIST).as(200));
    String key = found(KEY, browser.get(NEW).as(200).text());
    String[] form = {
      "url", URL, "description", "Newsletter", "type_user.created", "on", "key", key,
    };

    String secret = found(SECRET, browser.submit(NEW, form).as(200).text());

    var endpoint = webhooks.list(CALL).get(0);
    assertEquals(
        new WebhookSettings(URI.create(URL), Set.of("user.created"), "Newsletter"),
        endpoint.settings());
    assertFalse(browser.get(path(endpoint)).as(200).text().contains("whsec_"));
    assertShows("Newsletter", browser.get(LIST).as(200));
    // Reloading the page sends the form again.
    assertEquals(secret, found(SECRET, browser.submit(NEW, form).as(200).text()));
    assertEquals(1, webhooks.list(CALL).size());
    form[1] = "https://other.example/";
    assertShows("sent before, with other entries", browser.submit(NEW, form));
    assertEquals(1, webhooks.list(CALL).size());
  }

  @Test
  void invalidEntries_areNamedAtTheirFields() {
    for (String[] wrong :
        new String[][] {
          {"url", "", "fill in this field"},
          {"url", "shop.example", "Not a web address (expected: http:// or https:// and a host)"},
          {"url", "https://shop.example:25/", "Port 25 (expected: 80, 443 or at least 1024)"},
          {"url", "https://shop.example/#users", "no user information, no fragment"},
          {"description", "x".repeat(151), "too long"},
          {"type_webhook.created", "on", "Not sent to endpoints"},
          {"type_user.exploded", "on", "Unknown (expected: one of"}
        }) {
      String[] url = wrong[0].equals("url") ? new String[0] : new String[] {"url", URL};
      var form = new ArrayList<>(List.of(url));
      form.addAll(List.of(wrong[0], wrong[1]));
      var page = browser.submit(NEW, form.toArray(String[]::new)).as(400);
      String field = wrong[0].replaceFirst("^type_.*", "types");
      String error = found(Pattern.compile("id=\"" + field + "-error\">([^<]+)<"), page.text());
      assertTrue(error.contains(wrong[2]), error);
    }
    assertEquals(List.of(), webhooks.list(CALL));
    var endpoint = anEndpoint(URL);
    assertShows(
        "id=\"url-error\"", browser.submit(path(endpoint) + "/edit", "url", "ftp://x").as(400));
    assertEquals(endpoint, current(endpoint));
  }

  @Test
  void endpoints_areAtMostFifty() {
    for (int i = 0; i < Webhooks.MAX_ENDPOINTS; i++) {
      anEndpoint(URL);
    }
    assertFalse(browser.get(LIST).as(200).text().contains("New endpoint"));

    assertShows("The limit of 50 endpoints is reached", browser.submit(NEW, "url", URL).as(409));
  }

  @Test
  void settings_areEdited() {
    var endpoint = anEndpoint(URL, "user.created");
    var form = browser.get(path(endpoint) + "/edit").as(200);
    assertShows("name=\"type_user.created\" value=\"on\" checked", form);
    String seen = found(CHANGED_AT, form.text());
    String[] entries = {
      "url", URL, "description", "Shop", "type_address.added", "on", "changed_at", seen
    };

    assertShows("changes are saved", browser.submit(path(endpoint) + "/edit", entries).as(200));

    var edited = new WebhookSettings(URI.create(URL), Set.of("address.added"), "Shop");
    assertEquals(edited, current(endpoint).settings());

    entries[3] = "From a form that was opened before";
    fixture.clock().advance(Duration.ofSeconds(1));
    webhooks.pause(CALL, endpoint.id());
    assertShows(
        "changed after you opened the form",
        browser.submit(path(endpoint) + "/edit", entries).as(409));
    assertEquals(edited, current(endpoint).settings());
  }

  @Test
  void secret_isReplacedOnce() {
    var endpoint = anEndpoint(URL);
    var page = browser.get(path(endpoint)).as(200).text();
    String[] form = {
      "overlap", "24", "key", found(KEY, page), "changed_at", found(CHANGED_AT, page),
    };

    // The clock of the database decides.
    var earliest = Instant.now().plus(Duration.ofDays(1));
    var rotated = browser.submit(path(endpoint) + "/secret", form).as(200);
    var latest = Instant.now().plus(Duration.ofDays(1));

    found(SECRET, rotated.text());
    assertShows("also signed with the previous secret until", rotated);
    var first = current(endpoint);
    var until = first.previousSecretUntil().orElseThrow();
    assertFalse(until.isBefore(earliest) || until.isAfter(latest), until::toString);
    // Reloading the page sends the form again.
    var again = browser.submit(path(endpoint) + "/secret", form).as(200);
    assertEquals(found(SECRET, rotated.text()), found(SECRET, again.text()));
    assertEquals(first, current(endpoint));
    form[3] = "another-key";
    assertShows("another secret", browser.submit(path(endpoint) + "/secret", form).as(409));
    assertEquals(first, current(endpoint));
    form[5] = found(CHANGED_AT, rotated.text());
    form[3] = found(KEY, rotated.text());
    form[1] = "0";
    fixture.clock().advance(Duration.ofSeconds(1));
    var leaked = browser.submit(path(endpoint) + "/secret", form).as(200);
    assertShows("signed with this secret only", leaked);
    assertNotEquals(found(SECRET, rotated.text()), found(SECRET, leaked.text()));
    browser.submit(path(endpoint) + "/secret", "overlap", "-1").as(400);
  }

  @Test
  void pause_isShownWithItsActor() {
    var endpoint = anEndpoint(URL);

    var page = browser.submit(path(endpoint) + "/pause").as(200);

    assertShows("The endpoint is paused", page);
    assertEquals(WebhookEndpoint.State.PAUSED, current(endpoint).state());
    var by = Pattern.compile("Paused [^<]+ by ([^<]+)<");
    assertEquals(admin.displayName(), found(by, page.text()));
    assertEquals(admin.displayName(), found(by, browser.get(LIST).as(200).text()));
    assertShows("The endpoint is active", browser.submit(path(endpoint) + "/resume").as(200));
    assertEquals(WebhookEndpoint.State.ACTIVE, current(endpoint).state());
    webhooks.pause(CALL, endpoint.id());
    assertEquals("system", found(by, browser.get(path(endpoint)).as(200).text()));
  }

  @Test
  void deletion_needsTheHost() {
    var endpoint = anEndpoint(URL);
    String delete = path(endpoint) + "/delete";
    assertShows("<strong>shop.example</strong>", browser.get(delete).as(200));

    assertShows("not the host", browser.submit(delete, "host", "shop").as(400));
    assertEquals(endpoint, current(endpoint));
    assertShows("endpoint is deleted", browser.submit(delete, "host", "Shop.example").as(200));

    assertEquals(List.of(), webhooks.list(CALL));
    var gone = browser.get(path(endpoint)).as(404);
    assertShows("There is no such webhook endpoint", gone);
    assertShows("All webhooks", gone);
    browser.get(LIST + "/7").as(400);
  }

  @Test
  void deliveries_areListedAndSentAgain() {
    var endpoint = anEndpoint(URL, "user.created");
    var users = new ArrayList<User>();
    for (int i = 0; i < 51; i++) {
      users.add(fixture.verified());
    }
    var delivered = awaited(endpoint.id(), WebhookDelivery.State.DELIVERED, 51);
    String path = path(endpoint) + "/deliveries";

    var page = browser.get(path).as(200);

    assertShows("HTTP status 204 · 1 attempt", page);
    assertShows("console/users/" + users.get(50).id(), page);
    var second = browser.get(path + found(NEXT, page.text()).replace("&amp;", "&")).as(200);
    assertShows(delivered.get(50).event().toString(), second);
    assertFalse(second.text().contains(delivered.get(49).event().toString()), second.text());
    assertShows("No delivery is in this state", browser.get(path + "?state=dead").as(200));

    webhooks.pause(CALL, endpoint.id());
    String event = delivered.get(0).event().toString();
    page = browser.submit(path, "event", event, "state", "waiting").as(200);
    assertShows("The event is being sent", page);
    assertShows(event, page);
    assertShows("1 waiting", page);
    String first = delivered.get(49).position().toString();
    assertShows("are being queued", browser.submit(path, "position", first).as(200));
    webhooks.resume(CALL, endpoint.id());
    // The position is that after the event, so the two oldest events are not sent again.
    var again = awaited(endpoint.id(), WebhookDelivery.State.DELIVERED, 51);
    assertEquals(51, again.size());
  }

  @Test
  void redelivery_namesWhatIsWrong() {
    var endpoint = anEndpoint(URL);
    String path = path(endpoint) + "/deliveries";
    for (String[] wrong :
        new String[][] {
          {"", "fill in this field"},
          {"7", "Not a position (expected: the position of an event or a heartbeat)"},
          {"00000007-1", "not kept any more"}
        }) {
      var page = browser.submit(path, "position", wrong[0]).as(400);
      String error = found(Pattern.compile("id=\"position-error\">([^<]+)<"), page.text());
      assertTrue(error.contains(wrong[1]), error);
    }
    browser.submit(path, "event", "7").as(400);
    assertShows(
        "not in the list any more",
        browser.submit(path, "event", UUID.randomUUID().toString()).as(404));
    browser.get(path + "?state=lost").as(400);
    browser.get(path + "?cursor=x").as(400);
  }

  @Test
  void failure_isShown(TestDatabase database) {
    var endpoint = anEndpoint("http://" + DOWN + "/", "user.created");
    fixture.verified();
    awaited(endpoint.id(), WebhookDelivery.State.WAITING, 1);
    // The next attempt must not come before the pages are shown.
    database.execute(
        "update webhook_deliveries set due_at = due_at + interval '1 hour' where endpoint_id = ?",
        endpoint.id().value());

    for (String path : new String[] {LIST, path(endpoint)}) {
      var page = browser.get(path).as(200);
      assertShows("Failing since", page);
      assertShows("The address is not allowed", page);
      assertShows("Not encrypted", page);
    }
    var deliveries = browser.get(path(endpoint) + "/deliveries?state=waiting").as(200);
    assertShows("The address is not allowed · 1 attempt", deliveries);
    assertShows("Next attempt", deliveries);
    assertShows("Send now", deliveries);
    assertShows("1 waiting", deliveries);
  }

  @Test
  void pauseByTheService_isShownWithItsReason() {
    var endpoint = anEndpoint("https://" + GONE + "/", "user.created");
    fixture.verified();
    awaited(endpoint.id(), WebhookDelivery.State.WAITING, 1);

    var page = browser.get(path(endpoint)).as(200);

    assertShows("Paused after failures", page);
    assertShows("by the service: it answered with status 410 (Gone)", page);
    assertShows("HTTP status 410", page);
    assertShows(
        "Next attempt when the endpoint is resumed",
        browser.get(path(endpoint) + "/deliveries").as(200));
  }

  @Test
  void powerAndSecrets_needTheOwnPasswordAgain() {
    var endpoint = anEndpoint(URL);
    var member = fixture.inConsole(fixture.verified(Role.ADMIN));
    fixture.clock().advance(Duration.ofMinutes(15).plusSeconds(1));
    member.get("/console/users").as(200);

    var prompt = member.submit(NEW, "url", URL, "type_user.created", "on", "key", "k").as(401);
    assertShows("to create a webhook endpoint with the URL " + URL + "</h1>", prompt);
    assertShows("name=\"type_user.created\" value=\"on\"", prompt);
    assertShows(
        "to send the events of the webhook endpoint Newsletter to https://evil.example/</h1>",
        member.submit(path(endpoint) + "/edit", "url", "https://evil.example/").as(401));
    assertShows(
        "to give the webhook endpoint Newsletter a new secret</h1>",
        member.submit(path(endpoint) + "/secret", "overlap", "0").as(401));
    assertShows(
        "to delete the webhook endpoint Newsletter</h1>",
        member.submit(path(endpoint) + "/delete", "host", "shop.example").as(401));
    assertEquals(List.of(endpoint), webhooks.list(CALL));

    member.submit(path(endpoint) + "/edit", "url", URL, "description", "Shop").as(200);
    member.submit(path(endpoint) + "/pause").as(200);
    String[] proven = {"url", "https://other.example/", "own_password", TestUsers.PASSWORD};
    member.submit(path(endpoint) + "/edit", proven).as(200);
    assertEquals("other.example", current(endpoint).settings().url().getHost());
  }

  @Test
  void support_seesNothingOfIt() {
    var endpoint = anEndpoint(URL);
    var support = fixture.inConsole(fixture.verified(Role.SUPPORT));
    assertFalse(support.get("/console").as(200).text().contains("console/webhooks"));
    assertShows("console/webhooks", browser.get("/console").as(200));
    String path = path(endpoint);
    for (String page :
        new String[] {LIST, NEW, path, path + "/edit", path + "/delete", path + "/deliveries"}) {
      var refused = support.get(page).as(403);
      assertFalse(refused.text().contains("Newsletter"), refused.text());
    }
    for (String form :
        new String[] {
          NEW,
          path + "/edit",
          path + "/pause",
          path + "/resume",
          path + "/secret",
          path + "/delete",
          path + "/deliveries"
        }) {
      support.submit(form, "url", URL, "overlap", "0", "host", "shop.example").as(403);
    }
    assertEquals(List.of(endpoint), webhooks.list(CALL));
  }

  @Test
  void form_ofAnotherSiteOrSessionIsRefused() {
    var endpoint = anEndpoint(URL);
    var own = fixture.client().with("Cookie", browser.cookie());
    String secret =
        found(
            Pattern.compile("name=\"csrf\" value=\"([^\"]+)\""),
            fixture.inConsole(fixture.verified(Role.ADMIN)).get(LIST).as(200).text());
    for (String form : new String[] {"/pause", "/secret", "/delete", "/edit", "/deliveries"}) {
      String body = "overlap=0&host=shop.example&position=00000007-1&csrf=";
      for (var other :
          new RestClient[] {
            own.with("Sec-Fetch-Site", "cross-site"),
            own.with("Origin", "https://evil.example"),
            own.with("Sec-Fetch-Site", "same-origin")
          }) {
        other.submit(path(endpoint) + form, body + secret).as(403);
      }
    }
    assertEquals(List.of(endpoint), webhooks.list(CALL));
  }
}
