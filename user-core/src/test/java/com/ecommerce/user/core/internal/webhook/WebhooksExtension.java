package com.ecommerce.user.core.internal.webhook;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.internal.db.AdvisoryLock;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestPostgres;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.webhook.WebhookAnswer;
import com.ecommerce.user.core.webhook.WebhookDelivery;
import com.ecommerce.user.core.webhook.WebhookException;
import com.ecommerce.user.core.webhook.WebhookId;
import com.ecommerce.user.core.webhook.WebhookMessage;
import com.ecommerce.user.core.webhook.WebhookSettings;
import com.ecommerce.user.core.webhook.WebhookTransport;
import com.ecommerce.user.core.webhook.Webhooks;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Provides a test class with a database of its own, and each test with an instance of the core that
 * sends webhooks to endpoints in memory.
 */
final class WebhooksExtension implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback {
  static final RequestContext CALL = RequestContext.by(Actor.service("operations"));
  static final URI URL = URI.create("https://shop.example/hooks");
  static final URI OTHER_URL = URI.create("https://mail.example/hooks");
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final List<UserCore> cores = new ArrayList<>();
  private HikariDataSource pool;
  MutableClock clock;
  Endpoints endpoints;
  TestDatabase database;
  UserCore core;
  Webhooks webhooks;

  /** The answers of endpoints, and the messages that they got. */
  static final class Endpoints implements WebhookTransport {
    final BlockingQueue<WebhookMessage> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<WebhookMessage> accepted = new LinkedBlockingQueue<>();
    final Map<URI, Answer> answers = new ConcurrentHashMap<>();
    volatile Optional<String> retryAfter = Optional.empty();

    /** Returns the status of an answer. */
    interface Answer {
      int to(WebhookMessage message) throws WebhookException;
    }

    @Override
    public WebhookAnswer post(WebhookMessage message) throws WebhookException {
      // A test that has seen the message may change the next answer.
      var chosen = answers.getOrDefault(message.url(), accepting -> 204);
      messages.add(message);
      int status = chosen.to(message);
      var answer = new WebhookAnswer(status, retryAfter);
      if (answer.isAccepted()) {
        accepted.add(message);
      }
      return answer;
    }

    WebhookMessage next() throws InterruptedException {
      var message = accepted.poll(30, TimeUnit.SECONDS);
      assertTrue(message != null, "no message was accepted");
      return message;
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    database = TestPostgres.shared().newDatabase();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    clock = MutableClock.atNoon();
    endpoints = new Endpoints();
    pool = database.pool(16);
    core = start();
    webhooks = core.webhooks();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close();
    pool.close();
    database.execute("delete from webhook_deliveries");
    database.execute("delete from webhook_endpoints");
  }

  /** Closes all instances. */
  void close() {
    cores.forEach(UserCore::close);
    cores.clear();
  }

  /** Starts another instance. */
  UserCore start() {
    return start(clock, endpoints);
  }

  UserCore start(Clock itsClock, WebhookTransport transport) {
    var started =
        UserCore.builder(pool)
            .clock(itsClock)
            .passwords(TestCore.CHEAP_PASSWORDS)
            .webhookTransport(transport, URI.create("/user-service"))
            .build();
    cores.add(started);
    started.start();
    return started;
  }

  /** Returns whether events are still to be queued again for an endpoint. */
  boolean isReplaying(WebhookId id) {
    return !database
        .query(
            "select from webhook_endpoints where id = ? and replay_after is not null", id.value())
        .isEmpty();
  }

  Webhooks.WithSecret endpoint(URI url, String... types) {
    return webhooks.create(CALL, new WebhookSettings(url, Set.of(types), ""));
  }

  UserId aUser() {
    String email = "hooked" + NAMES.incrementAndGet() + "@example.com";
    return core.users().create(CALL, TestUsers.aUser(email)).id();
  }

  void rename(UserId user, String name) {
    core.users().update(CALL, user, UserPatch.builder().firstName(name).build());
  }

  List<WebhookDelivery> deliveries(WebhookId id) {
    return webhooks.deliveries(CALL, id, Optional.empty(), new PageRequest(100, "")).items();
  }

  /** Returns the delivery of the first event that was queued. */
  WebhookDelivery first(WebhookId id) {
    var all = deliveries(id);
    return all.get(all.size() - 1);
  }

  /**
   * Lets time pass, by the clock of the service and, for what is stored, by that of the database.
   */
  void advance(Duration time) {
    clock.advance(time);
    long millis = time.toMillis();
    String moved = "make_interval(secs => " + millis + " / 1000.0)";
    // The lock keeps out the transactions that use several rows.
    database.execute(
        """
        do $$ begin
          perform pg_advisory_xact_lock(LOCK);
          update webhook_deliveries set created_at = created_at - t, first_attempt_at = first_attempt_at - t,
            due_at = due_at - t, finished_at = finished_at - t;
          update webhook_endpoints set failing_since = failing_since - t,
            previous_secret_until = previous_secret_until - t;
        end $$
        """
            .replace("LOCK", AdvisoryLock.WEBHOOK_QUEUE.key())
            .replace("- t", "- " + moved));
  }

  void awaitState(WebhookId id, UUID event, WebhookDelivery.State state) {
    Await.until(
        () ->
            deliveries(id).stream()
                .anyMatch(each -> each.event().equals(event) && each.state() == state));
  }

  /** Waits until the service has recorded all deliveries to an endpoint that accepts everything. */
  void awaitAllDelivered(WebhookId id) {
    Await.until(
        () ->
            deliveries(id).stream()
                .allMatch(each -> each.state() == WebhookDelivery.State.DELIVERED));
  }

  static String text(WebhookMessage message) {
    return new String(message.body(), StandardCharsets.UTF_8);
  }

  static boolean isAbout(WebhookMessage message, UserId user) {
    return text(message).contains("\"subject\":\"" + user + "\"");
  }

  /** Verifies a signature as the specification of Standard Webhooks tells receivers to. */
  static boolean verifies(String secret, WebhookMessage message) throws Exception {
    byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    String signed =
        message.headers().get("webhook-id")
            + "."
            + message.headers().get("webhook-timestamp")
            + "."
            + text(message);
    byte[] expected = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
    return Arrays.asList(message.headers().get("webhook-signature").split(" "))
        .contains("v1," + Base64.getEncoder().encodeToString(expected));
  }
}
