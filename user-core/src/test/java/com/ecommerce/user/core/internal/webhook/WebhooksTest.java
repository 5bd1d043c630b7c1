package com.ecommerce.user.core.internal.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.webhook.WebhookAnswer;
import com.ecommerce.user.core.webhook.WebhookDelivery;
import com.ecommerce.user.core.webhook.WebhookEndpoint;
import com.ecommerce.user.core.webhook.WebhookException;
import com.ecommerce.user.core.webhook.WebhookId;
import com.ecommerce.user.core.webhook.WebhookMessage;
import com.ecommerce.user.core.webhook.WebhookPatch;
import com.ecommerce.user.core.webhook.WebhookSettings;
import com.ecommerce.user.core.webhook.WebhookTransport;
import com.ecommerce.user.core.webhook.Webhooks;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests webhooks on one or two instances, with endpoints in memory. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class WebhooksTest {
  private static final RequestContext CALL = RequestContext.by(Actor.service("operations"));
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final URI URL = URI.create("https://shop.example/hooks");
  private static final URI OTHER_URL = URI.create("https://mail.example/hooks");

  private final MutableClock clock = MutableClock.atNoon();
  private final Endpoints endpoints = new Endpoints();
  private final List<UserCore> cores = new ArrayList<>();
  private TestDatabase database;
  private HikariDataSource pool;
  private UserCore core;
  private Webhooks webhooks;

  /** The answers of endpoints, and the messages that they got. */
  private static final class Endpoints implements WebhookTransport {
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
      messages.add(message);
      int status = answers.getOrDefault(message.url(), accepting -> 204).to(message);
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

  @BeforeEach
  void open(TestDatabase ownDatabase) {
    database = ownDatabase;
    pool = database.pool(16);
    core = start();
    webhooks = core.webhooks();
  }

  private UserCore start() {
    return start(clock, endpoints);
  }

  private UserCore start(Clock itsClock, WebhookTransport transport) {
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

  @AfterEach
  void close() {
    cores.forEach(UserCore::close);
    pool.close();
    database.execute("delete from webhook_deliveries");
    database.execute("delete from webhook_endpoints");
  }

  private Webhooks.WithSecret endpoint(URI url, String... types) {
    return webhooks.create(CALL, new WebhookSettings(url, Set.of(types), ""));
  }

  private UserId aUser() {
    String email = "hooked" + NAMES.incrementAndGet() + "@example.com";
    return core.users().create(CALL, TestUsers.aUser(email)).id();
  }

  private void rename(UserId user, String name) {
    core.users().update(CALL, user, UserPatch.builder().firstName(name).build());
  }

  private List<WebhookDelivery> deliveries(WebhookId id) {
    return webhooks.deliveries(CALL, id, Optional.empty(), new PageRequest(100, "")).items();
  }

  /** Returns the delivery of the first event that was queued. */
  private WebhookDelivery first(WebhookId id) {
    var all = deliveries(id);
    return all.get(all.size() - 1);
  }

  /**
   * Lets time pass, by the clock of the service and, for what is stored, by that of the database.
   */
  private void advance(Duration time) {
    clock.advance(time);
    long millis = time.toMillis();
    String moved = "make_interval(secs => " + millis + " / 1000.0)";
    // The lock keeps out the transactions that use several rows.
    database.execute(
        """
        do $$ begin
          perform pg_advisory_xact_lock(1464353099, 1);
          update webhook_deliveries set created_at = created_at - t, first_attempt_at = first_attempt_at - t,
            due_at = due_at - t, finished_at = finished_at - t;
          update webhook_endpoints set failing_since = failing_since - t,
            previous_secret_until = previous_secret_until - t;
        end $$
        """
            .replace("- t", "- " + moved));
  }

  /** Waits for what another thread does; each look at it takes a query or a lock. */
  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "it did not happen within 30 s");
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void awaitState(WebhookId id, UUID event, WebhookDelivery.State state) {
    await(
        () ->
            deliveries(id).stream()
                .anyMatch(each -> each.event().equals(event) && each.state() == state));
  }

  private static String text(WebhookMessage message) {
    return new String(message.body(), StandardCharsets.UTF_8);
  }

  private static boolean isAbout(WebhookMessage message, UserId user) {
    return text(message).contains("\"subject\":\"" + user + "\"");
  }

  /** Verifies a signature as the specification of Standard Webhooks tells receivers to. */
  private static boolean verifies(String secret, WebhookMessage message) throws Exception {
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

  @Test
  void message_isASignedCloudEvent() throws Exception {
    var hook = endpoint(URL, "user.created");
    var user = aUser();

    var message = endpoints.next();

    assertEquals(URL, message.url());
    assertEquals("application/cloudevents+json", message.headers().get("content-type"));
    assertEquals(
        Long.toString(clock.instant().getEpochSecond()),
        message.headers().get("webhook-timestamp"));
    assertTrue(isAbout(message, user), text(message));
    assertTrue(text(message).contains("\"specversion\":\"1.0\""), text(message));
    assertTrue(text(message).contains("\"id\":\"" + message.headers().get("webhook-id") + "\""));
    assertTrue(verifies(hook.secret(), message));
    assertFalse(verifies(hook.secret().replaceFirst("_....", "_AAAA"), message));
    var event = UUID.fromString(message.headers().get("webhook-id"));
    awaitState(hook.endpoint().id(), event, WebhookDelivery.State.DELIVERED);
    var delivery = first(hook.endpoint().id());
    assertEquals(204, delivery.status().orElseThrow());
    assertEquals(1, delivery.attempts());
    assertEquals(user.value(), delivery.user());
    assertTrue(core.webhookDeliveries().isPresent());
  }

  @Test
  void rotation_signsWithBothSecretsForATime() throws Exception {
    var hook = endpoint(URL, "user.created");
    var id = hook.endpoint().id();
    var rotated = webhooks.rotateSecret(CALL, id, Duration.ofHours(1));
    assertNotEquals(hook.secret(), rotated.secret());

    aUser();
    var during = endpoints.next();
    advance(Duration.ofHours(1));
    aUser();
    var after = endpoints.next();
    var leaked = webhooks.rotateSecret(CALL, id, Duration.ZERO);
    aUser();
    var afterLeak = endpoints.next();

    assertTrue(verifies(hook.secret(), during));
    assertTrue(verifies(rotated.secret(), during));
    assertFalse(verifies(hook.secret(), after));
    assertTrue(verifies(rotated.secret(), after));
    assertFalse(verifies(rotated.secret(), afterLeak));
    assertTrue(verifies(leaked.secret(), afterLeak));
    var tooLong =
        assertThrows(
            UserServiceException.class, () -> webhooks.rotateSecret(CALL, id, Duration.ofDays(8)));
    assertEquals("overlap", tooLong.violations().get(0).field());
  }

  @Test
  void purge_deletesThePreviousSecret_whenItsTimeIsOver() {
    var id = endpoint(URL).endpoint().id();
    webhooks.rotateSecret(CALL, id, Duration.ofHours(1));
    String kept = "select from webhook_endpoints where id = ? and previous_secret is not null";
    core.purge();
    assertEquals(1, database.query(kept, id.value()).size());

    advance(Duration.ofHours(1));
    core.purge();

    assertEquals(0, database.query(kept, id.value()).size());
    assertTrue(webhooks.get(CALL, id).previousSecretUntil().isEmpty());
  }

  @Test
  void failingEvent_holdsBackOnlyLaterEventsOfItsUser() throws Exception {
    var hook = endpoint(URL, "user.created", "user.updated");
    var failing = ConcurrentHashMap.newKeySet();
    endpoints.answers.put(
        URL,
        message -> failing.stream().anyMatch(user -> isAbout(message, (UserId) user)) ? 503 : 200);
    // The next attempt must not come before the test lets time pass.
    endpoints.retryAfter = Optional.of("3600");
    var held = aUser();
    endpoints.next();
    failing.add(held);
    rename(held, "One");
    rename(held, "Two");
    var free = aUser();
    rename(free, "Three");

    assertTrue(isAbout(endpoints.next(), free));
    assertTrue(isAbout(endpoints.next(), free));
    await(
        () -> deliveries(hook.endpoint().id()).stream().anyMatch(d -> d.status().orElse(0) == 503));
    var ofHeld =
        deliveries(hook.endpoint().id()).stream()
            .filter(each -> each.user().equals(held.value()))
            .filter(each -> each.state() == WebhookDelivery.State.WAITING)
            .toList();
    assertEquals(List.of(0, 1), ofHeld.stream().map(WebhookDelivery::attempts).toList());
    assertTrue(ofHeld.get(0).nextAttemptAt().isEmpty());
    assertEquals(2, core.eventStatistics(CALL).lags().get(WebhookWorker.SINK).events());
    assertEquals("HTTP status 503", ofHeld.get(1).failure());

    failing.clear();
    advance(WebhookWorker.MAX_ASKED);
    assertEquals(ofHeld.get(1).event().toString(), endpoints.next().headers().get("webhook-id"));
    assertEquals(ofHeld.get(0).event().toString(), endpoints.next().headers().get("webhook-id"));
    await(() -> webhooks.get(CALL, hook.endpoint().id()).failingSince().isEmpty());
  }

  private boolean isRunning(WebhookId id) {
    return !database
        .query("select from webhook_deliveries where endpoint_id = ? and is_running", id.value())
        .isEmpty();
  }

  /** Returns the time until the next attempt for a user, by the clock of the database. */
  private Duration untilNextAttempt(WebhookId id, UserId user) {
    var millis =
        database.query(
            """
            select (extract(epoch from due_at - clock_timestamp()) * 1000)::bigint as millis from webhook_deliveries
            where endpoint_id = ? and user_id = ? and due_at is not null
            """,
            id.value(),
            user.value());
    return Duration.ofMillis((Long) millis.get(0).get("millis"));
  }

  @Test
  void retries_growForADay_thenTheEventIsDead_andCanBeSentAgain() throws Exception {
    var hook = endpoint(URL, "user.created", "user.updated");
    var id = hook.endpoint().id();
    endpoints.answers.put(
        URL,
        message -> {
          throw new WebhookException("connection refused", null);
        });
    Instant begin = clock.instant();
    long started = System.nanoTime();
    var user = aUser();
    rename(user, "Later");
    await(() -> !deliveries(id).isEmpty());
    // The remaining pauses, by the number of attempts, and the time that had already passed.
    Map<Integer, Duration> pauses = new TreeMap<>();
    Map<Integer, Duration> passed = new HashMap<>();
    var dead = first(id);
    for (int made = 0; ; made = dead.attempts()) {
      int before = made;
      long advanced = System.nanoTime();
      await(
          () -> first(id).attempts() > before && !isRunning(id) && !first(id).failure().isEmpty());
      dead = first(id);
      if (dead.state() == WebhookDelivery.State.DEAD) {
        break;
      }
      var pause = untilNextAttempt(id, user);
      pauses.put(dead.attempts(), pause);
      passed.put(dead.attempts(), Duration.ofNanos(System.nanoTime() - advanced));
      advance(pause);
    }

    var all = Duration.between(begin, clock.instant());
    assertTrue(all.compareTo(Duration.ofHours(24)) <= 0, all.toString());
    assertTrue(
        all.plusNanos(System.nanoTime() - started).compareTo(Duration.ofHours(24)) >= 0,
        all.toString());
    assertTrue(pauses.size() > 30 && pauses.size() < 65, pauses.toString());
    int last = Collections.max(pauses.keySet());
    pauses.remove(last);
    pauses.forEach(
        (attempts, pause) -> {
          long most = Math.min(3_600_000L, 5_000L << (attempts - 1));
          long least = most / 2 - passed.get(attempts).toMillis() - 1;
          long millis = pause.toMillis();
          assertTrue(millis >= least && millis <= most, attempts + ": " + millis);
        });
    assertTrue(dead.nextAttemptAt().isEmpty());
    assertTrue(dead.status().isEmpty());
    assertEquals("connection refused", dead.failure());
    // The next event of the user has its own day.
    await(() -> deliveries(id).get(0).attempts() > 0);
    assertEquals(WebhookDelivery.State.WAITING, deliveries(id).get(0).state());

    endpoints.answers.clear();
    webhooks.redeliver(CALL, id, dead.event());
    advance(Duration.ofMinutes(1));
    var messages = List.of(endpoints.next(), endpoints.next());
    assertEquals(dead.event().toString(), messages.get(1).headers().get("webhook-id"));
    awaitState(id, dead.event(), WebhookDelivery.State.DELIVERED);
  }

  @Test
  void endpoint_thatFailsForThreeDays_isPaused_andKeepsItsEvents() throws Exception {
    var hook = endpoint(URL, "user.created");
    var id = hook.endpoint().id();
    endpoints.answers.put(URL, message -> 503);
    aUser();
    await(() -> webhooks.get(CALL, id).failingSince().isPresent());
    advance(Duration.ofDays(3).minusMinutes(5));
    aUser();
    await(() -> deliveries(id).stream().allMatch(each -> !each.failure().isEmpty()));
    assertEquals(WebhookEndpoint.State.ACTIVE, webhooks.get(CALL, id).state());
    advance(Duration.ofMinutes(5));
    await(() -> webhooks.get(CALL, id).state() == WebhookEndpoint.State.PAUSED_AFTER_FAILURES);
    assertEquals(1, core.webhooks().statistics(CALL).paused());
    assertEquals(
        List.of("webhook.created by service:operations", "webhook.paused by system"),
        database
            .query("select type, actor from events where user_id = ? order by id", id.value())
            .stream()
            .map(row -> row.get("type") + " by " + row.get("actor"))
            .toList());

    var late = aUser();
    await(() -> deliveries(id).stream().anyMatch(each -> each.user().equals(late.value())));
    int attempts = endpoints.messages.size();
    advance(Duration.ofHours(1));
    // An event that another endpoint gets proves that polls have passed this one by.
    endpoint(OTHER_URL, "user.created");
    aUser();
    assertEquals(OTHER_URL, endpoints.next().url());
    assertEquals(attempts + 1, endpoints.messages.size());

    endpoints.answers.clear();
    var resumed = webhooks.resume(CALL, id);
    assertEquals(WebhookEndpoint.State.ACTIVE, resumed.state());
    await(
        () ->
            deliveries(id).stream()
                .noneMatch(each -> each.state() == WebhookDelivery.State.WAITING));
    assertTrue(webhooks.get(CALL, id).failingSince().isEmpty());
  }

  @Test
  void endpoint_thatIsGone_isPausedAtOnce_andKeepsItsEvents() throws Exception {
    var id = endpoint(URL, "user.created").endpoint().id();
    endpoints.answers.put(URL, message -> 410);
    var user = aUser();

    await(() -> webhooks.get(CALL, id).state() == WebhookEndpoint.State.PAUSED_AFTER_FAILURES);

    assertEquals("HTTP status 410", first(id).failure());
    assertEquals(WebhookDelivery.State.WAITING, first(id).state());
    assertEquals(
        List.of("it is gone by system"),
        database
            .query(
                "select reason, actor from events where user_id = ? and type = 'webhook.paused'",
                id.value())
            .stream()
            .map(row -> row.get("reason") + " by " + row.get("actor"))
            .toList());
    endpoints.answers.clear();
    webhooks.resume(CALL, id);
    assertTrue(isAbout(endpoints.next(), user));
  }

  private Duration pauseAfter(WebhookId id, int status, String retryAfter) {
    endpoints.answers.put(URL, message -> status);
    endpoints.retryAfter = Optional.of(retryAfter);
    var user = aUser();
    await(
        () ->
            deliveries(id).stream()
                .anyMatch(each -> each.user().equals(user.value()) && !each.failure().isEmpty()));
    return untilNextAttempt(id, user);
  }

  /** The time that passes until the pause is read may count up to a half. */
  private static void assertPause(Duration expected, Duration pause) {
    assertTrue(pause.compareTo(expected) <= 0, pause.toString());
    assertTrue(pause.compareTo(expected.dividedBy(2)) > 0, pause.toString());
  }

  @Test
  void retryAfter_makesThePauseLonger_upToAnHour() {
    var id = endpoint(URL, "user.created").endpoint().id();
    String inTenMinutes =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            clock.instant().plusSeconds(600).atOffset(ZoneOffset.UTC));

    assertPause(Duration.ofMinutes(2), pauseAfter(id, 429, "120"));
    assertPause(Duration.ofMinutes(10), pauseAfter(id, 503, inTenMinutes));
    assertPause(Duration.ofHours(1), pauseAfter(id, 503, "86400"));
    var own = Duration.ofMinutes(1);
    for (String ignored : List.of("0", "-5", "soon", "Thu, 01 Jan 1970 00:00:00 GMT")) {
      assertTrue(pauseAfter(id, 429, ignored).compareTo(own) < 0, ignored);
    }
    assertTrue(pauseAfter(id, 500, "120").compareTo(own) < 0);
  }

  @Test
  void instances_shareTheWork_andDeliverOnce() throws Exception {
    start();
    start();
    var hook = endpoint(URL, "user.created", "user.updated");
    List<UserId> users = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      users.add(aUser());
    }
    for (int i = 0; i < 5; i++) {
      for (UserId user : users) {
        rename(user, "Name" + i);
      }
    }

    Map<String, List<Long>> versions = new ConcurrentHashMap<>();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 120; i++) {
      var message = endpoints.next();
      assertTrue(ids.add(message.headers().get("webhook-id")), "delivered twice");
      versions
          .computeIfAbsent(
              text(message).replaceAll(".*\"subject\":\"([^\"]*)\".*", "$1"),
              k -> new ArrayList<>())
          .add(Long.valueOf(text(message).replaceAll(".*\"user_version\":([0-9]+).*", "$1")));
    }
    assertEquals(20, versions.size());
    versions.values().forEach(each -> assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), each));
    await(
        () ->
            webhooks
                .deliveries(
                    CALL,
                    hook.endpoint().id(),
                    Optional.of(WebhookDelivery.State.WAITING),
                    PageRequest.FIRST)
                .items()
                .isEmpty());
    assertTrue(endpoints.accepted.isEmpty());
  }

  @Test
  void slowEndpoint_delaysNoOther() throws Exception {
    var release = new CountDownLatch(1);
    endpoint(OTHER_URL, "user.created");
    endpoint(URL, "user.created");
    endpoints.answers.put(
        OTHER_URL,
        message -> {
          try {
            assertTrue(release.await(60, TimeUnit.SECONDS));
          } catch (InterruptedException stopped) {
            throw new WebhookException("stopped", stopped);
          }
          return 200;
        });
    for (int i = 0; i < 30; i++) {
      aUser();
    }

    for (int i = 0; i < 30; i++) {
      assertEquals(URL, endpoints.next().url());
    }
    long held = endpoints.messages.stream().filter(each -> each.url().equals(OTHER_URL)).count();
    assertEquals(WebhookWorker.SHARE, held);
    release.countDown();
    for (int i = 0; i < 30; i++) {
      assertEquals(OTHER_URL, endpoints.next().url());
    }
  }

  @Test
  void attemptThatIsNeverRecorded_isRepeatedAfterItsLease() throws Exception {
    var hook = endpoint(URL, "user.created");
    endpoints.answers.put(
        URL,
        message -> {
          throw new IllegalStateException("the process was killed here");
        });
    var user = aUser();
    await(() -> !endpoints.messages.isEmpty());
    assertEquals(1, first(hook.endpoint().id()).attempts());
    endpoints.answers.clear();

    advance(WebhookWorker.LEASE);

    assertTrue(isAbout(endpoints.next(), user));
    awaitState(
        hook.endpoint().id(), first(hook.endpoint().id()).event(), WebhookDelivery.State.DELIVERED);
    assertEquals(2, first(hook.endpoint().id()).attempts());
  }

  /** An endpoint whose answers to the first messages have to be released. */
  private static void awaitRelease(CountDownLatch latch) throws WebhookException {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException stopped) {
      throw new WebhookException("stopped", stopped);
    }
  }

  @Test
  void attemptFromBeforeARedelivery_doesNotCountForIt() throws Exception {
    var id = endpoint(URL, "user.created").endpoint().id();
    var old = new CountDownLatch(1);
    var again = new CountDownLatch(1);
    var messages = new AtomicInteger();
    endpoints.answers.put(
        URL,
        message ->
            switch (messages.incrementAndGet()) {
              case 1 -> {
                awaitRelease(old);
                yield 500;
              }
              case 2 -> 200;
              default -> {
                awaitRelease(again);
                yield 200;
              }
            });
    aUser();
    await(() -> messages.get() == 1);
    advance(WebhookWorker.LEASE);
    var event = first(id).event();
    awaitState(id, event, WebhookDelivery.State.DELIVERED);
    webhooks.redeliver(CALL, id, event);
    await(() -> messages.get() == 3);

    old.countDown();
    await(() -> webhooks.get(CALL, id).failingSince().isPresent());

    assertTrue(isRunning(id));
    assertEquals("", first(id).failure());
    again.countDown();
    awaitState(id, event, WebhookDelivery.State.DELIVERED);
    assertEquals(3, messages.get());
  }

  @Test
  void instances_whoseClocksDiffer_deliverOnce() throws Exception {
    var release = new CountDownLatch(1);
    endpoints.answers.put(
        URL,
        message -> {
          awaitRelease(release);
          return 200;
        });
    endpoint(URL, "user.created");
    aUser();
    await(() -> endpoints.messages.size() == 1);
    var later = new MutableClock(clock.instant().plus(Duration.ofHours(1)));
    var others = new Endpoints();
    start(later, others);

    // The first instance has room for three more, so that the other one gets the rest.
    for (int i = 0; i < WebhookWorker.SHARE + 8; i++) {
      aUser();
    }
    await(() -> endpoints.messages.size() + others.accepted.size() >= WebhookWorker.SHARE + 9);
    aUser();
    await(() -> endpoints.messages.size() + others.accepted.size() >= WebhookWorker.SHARE + 10);

    Set<String> ids = new HashSet<>();
    endpoints.messages.forEach(each -> ids.add(each.headers().get("webhook-id")));
    for (var message : others.messages) {
      assertTrue(ids.add(message.headers().get("webhook-id")), "delivered twice");
    }
    release.countDown();
  }

  @Test
  void redelivery_ofManyEvents_waitsWhileTheQueueIsLong() throws Exception {
    endpoint(OTHER_URL, "user.created");
    aUser();
    var position =
        EventPosition.parse(
            text(endpoints.next()).replaceAll(".*\"position\":\"([^\"]*)\".*", "$1"));
    var earlier = new EventPosition(position.timeline(), position.number() - 1);
    var id = endpoint(URL, "user.created").endpoint().id();
    webhooks.pause(CALL, id);
    database.execute(
        """
        insert into webhook_deliveries (endpoint_id, event_id, user_id, occurred_at, position, type, state, created_at)
        select ?::uuid, gen_random_uuid(), gen_random_uuid(), now(), 1, 'user.created', 'WAITING', now()
        from generate_series(1, ?)
        """,
        id.value(),
        WebhookQueue.MAX_WAITING);
    String replays = "select from webhook_endpoints where replay_after is not null";

    webhooks.redeliverAfter(CALL, id, earlier);
    aUser();
    endpoints.next();
    aUser();
    endpoints.next();

    // A poll that has queued an event after the call has passed by the redelivery.
    assertEquals(1, database.query(replays).size());
    database.execute(
        "delete from webhook_deliveries where endpoint_id = ? and position = 1", id.value());
    await(() -> database.query(replays).isEmpty());
    assertEquals(3, deliveries(id).size());
  }

  @Test
  void redelivery_afterAPosition_includesEventsFromBeforeTheEndpoint() throws Exception {
    endpoint(OTHER_URL, "user.created");
    var before = aUser();
    var message = endpoints.next();
    var position =
        EventPosition.parse(text(message).replaceAll(".*\"position\":\"([^\"]*)\".*", "$1"));
    var earlier = new EventPosition(position.timeline(), position.number() - 1);
    var hook = endpoint(URL, "user.created");
    var after = aUser();
    // Both endpoints get it.
    endpoints.next();
    endpoints.next();
    awaitState(
        hook.endpoint().id(), first(hook.endpoint().id()).event(), WebhookDelivery.State.DELIVERED);

    webhooks.redeliverAfter(CALL, hook.endpoint().id(), earlier);

    var first = endpoints.next();
    var second = endpoints.next();
    assertEquals(List.of(URL, URL), List.of(first.url(), second.url()));
    var users = List.of(isAbout(first, before), isAbout(second, before));
    assertTrue(users.contains(true) && users.contains(false), users.toString());
    assertTrue(isAbout(first, after) || isAbout(second, after));
    assertEquals(
        ErrorReason.POSITION_OUT_OF_RANGE,
        assertThrows(
                UserServiceException.class,
                () ->
                    webhooks.redeliverAfter(
                        CALL, hook.endpoint().id(), new EventPosition(position.timeline() + 1, 1)))
            .reason());
  }

  @Test
  void pause_keepsEvents_andResumeSendsThem() throws Exception {
    var hook = endpoint(URL, "user.created");
    var id = hook.endpoint().id();
    assertEquals(WebhookEndpoint.State.PAUSED, webhooks.pause(CALL, id).state());
    var user = aUser();
    await(() -> !deliveries(id).isEmpty());
    assertEquals(0, first(id).attempts());
    assertEquals(0, core.webhooks().statistics(CALL).waiting());

    webhooks.resume(CALL, id);

    assertTrue(isAbout(endpoints.next(), user));
  }

  @Test
  void update_changesOnlyWhatIsGiven_andAppliesToQueuedEvents() throws Exception {
    var hook = endpoint(URL, "user.created");
    var id = hook.endpoint().id();
    webhooks.pause(CALL, id);
    aUser();
    await(() -> !deliveries(id).isEmpty());

    var updated =
        webhooks.update(
            CALL,
            id,
            new WebhookPatch(Optional.of(OTHER_URL), Optional.empty(), Optional.of("mails")));
    webhooks.resume(CALL, id);

    assertEquals(
        new WebhookSettings(OTHER_URL, Set.of("user.created"), "mails"), updated.settings());
    assertEquals(OTHER_URL, endpoints.next().url());
    assertEquals(List.of(id), webhooks.list(CALL).stream().map(WebhookEndpoint::id).toList());
  }

  @Test
  void deletedEndpoint_getsNothing_andItsDeliveriesArePurged() throws Exception {
    var hook = endpoint(URL, "user.created");
    var id = hook.endpoint().id();
    endpoints.answers.put(URL, message -> 500);
    aUser();
    await(() -> !endpoints.messages.isEmpty());

    webhooks.delete(CALL, id);

    assertEquals(
        ErrorReason.WEBHOOK_NOT_FOUND,
        assertThrows(UserServiceException.class, () -> webhooks.get(CALL, id)).reason());
    assertEquals(List.of(), webhooks.list(CALL));
    assertEquals(
        0,
        ((byte[])
                database
                    .query("select secret from webhook_endpoints where id = ?", id.value())
                    .get(0)
                    .get("secret"))
            .length);
    await(
        () -> {
          core.purge();
          return database.query("select from webhook_deliveries").isEmpty()
              && database.query("select from webhook_endpoints").isEmpty();
        });
  }

  @Test
  void purge_deletesWhatIsOld() throws Exception {
    var hook = endpoint(URL, "user.created");
    var id = hook.endpoint().id();
    aUser();
    endpoints.next();
    awaitState(id, first(id).event(), WebhookDelivery.State.DELIVERED);
    webhooks.pause(CALL, id);
    aUser();
    await(() -> deliveries(id).size() == 2);

    advance(WebhookPurge.KEEP_DELIVERED.plusSeconds(1));
    core.purge();
    assertEquals(
        List.of(WebhookDelivery.State.WAITING),
        deliveries(id).stream().map(WebhookDelivery::state).toList());
    advance(WebhookPurge.KEEP_OTHERS);
    core.purge();
    assertEquals(List.of(), deliveries(id));
    assertEquals(
        ErrorReason.WEBHOOK_DELIVERY_NOT_FOUND,
        assertThrows(
                UserServiceException.class, () -> webhooks.redeliver(CALL, id, UUID.randomUUID()))
            .reason());
  }

  @Test
  void purge_locksNoDeliveryThatItKeeps() throws Exception {
    var id = endpoint(URL, "user.created").endpoint().id();
    aUser();
    endpoints.next();
    awaitState(id, first(id).event(), WebhookDelivery.State.DELIVERED);
    var versions = "select ctid::text, xmax::text from webhook_deliveries";
    var before = database.query(versions);

    core.purge();

    assertEquals(1, before.size());
    assertEquals(before, database.query(versions));
  }

  @Test
  void resume_attemptsForTheFullTimeAgain() throws Exception {
    var id = endpoint(URL, "user.created").endpoint().id();
    endpoints.answers.put(URL, message -> 503);
    aUser();
    await(() -> !deliveries(id).isEmpty() && !first(id).failure().isEmpty());
    webhooks.pause(CALL, id);
    advance(WebhookWorker.GIVE_UP_AFTER.plusHours(1));
    endpoints.answers.put(URL, message -> 502);

    webhooks.resume(CALL, id);

    await(() -> first(id).failure().equals("HTTP status 502"));
    assertEquals(WebhookDelivery.State.WAITING, first(id).state());
  }

  @Test
  void defectOfTheTransport_isAFailedAttempt() {
    var id = endpoint(URL, "user.created").endpoint().id();
    endpoints.answers.put(
        URL,
        message -> {
          throw new IllegalStateException("expected in this test");
        });
    aUser();

    await(() -> !deliveries(id).isEmpty() && !first(id).failure().isEmpty());

    assertEquals("internal error", first(id).failure());
    assertTrue(webhooks.get(CALL, id).failingSince().isPresent());
  }

  @Test
  void create_isLimited_andItsEventsAreNotSent() throws Exception {
    for (int i = 0; i < Webhooks.MAX_ENDPOINTS; i++) {
      webhooks.pause(CALL, endpoint(OTHER_URL).endpoint().id());
    }
    assertEquals(
        ErrorReason.WEBHOOK_LIMIT_REACHED,
        assertThrows(UserServiceException.class, () -> endpoint(URL)).reason());
    webhooks.delete(CALL, webhooks.list(CALL).get(0).id());

    endpoint(URL);
    var user = aUser();

    var message = endpoints.next();
    assertTrue(isAbout(message, user), text(message));
  }

  @Test
  void deliveries_arePaged() throws Exception {
    var hook = endpoint(URL, "user.created");
    var id = hook.endpoint().id();
    for (int i = 0; i < 5; i++) {
      aUser();
    }
    for (int i = 0; i < 5; i++) {
      endpoints.next();
    }
    await(
        () -> deliveries(id).stream().allMatch(d -> d.state() == WebhookDelivery.State.DELIVERED));

    List<UUID> found = new ArrayList<>();
    String token = "";
    do {
      var page =
          webhooks.deliveries(
              CALL, id, Optional.of(WebhookDelivery.State.DELIVERED), new PageRequest(2, token));
      page.items().forEach(each -> found.add(each.event()));
      token = page.nextToken().orElse("");
    } while (!token.isEmpty());

    assertEquals(deliveries(id).stream().map(WebhookDelivery::event).toList(), found);
    assertEquals(5, found.size());
  }

  @Test
  void close_isQuick_whileAnEndpointDoesNotAnswer() throws Exception {
    var release = new CountDownLatch(1);
    endpoint(URL, "user.created");
    endpoints.answers.put(
        URL,
        message -> {
          boolean isReleased = false;
          while (!isReleased) {
            try {
              isReleased = release.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException ignoredAsByASocket) {
              isReleased = false;
            }
          }
          return 200;
        });
    aUser();
    await(() -> !endpoints.messages.isEmpty());

    long begin = System.nanoTime();
    core.close();
    cores.clear();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);

    release.countDown();
    assertTrue(millis < 4_500, millis + " ms");
  }
}
