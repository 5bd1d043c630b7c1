package com.ecommerce.user.core.internal.webhook;

import static com.ecommerce.user.core.internal.webhook.WebhooksExtension.CALL;
import static com.ecommerce.user.core.internal.webhook.WebhooksExtension.OTHER_URL;
import static com.ecommerce.user.core.internal.webhook.WebhooksExtension.URL;
import static com.ecommerce.user.core.internal.webhook.WebhooksExtension.isAbout;
import static com.ecommerce.user.core.internal.webhook.WebhooksExtension.text;
import static com.ecommerce.user.core.internal.webhook.WebhooksExtension.verifies;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.webhook.WebhookDelivery;
import com.ecommerce.user.core.webhook.WebhookEndpoint;
import com.ecommerce.user.core.webhook.WebhookException;
import com.ecommerce.user.core.webhook.WebhookId;
import com.ecommerce.user.core.webhook.WebhookPatch;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the deliveries to webhook endpoints by one or two instances. */
@Timeout(120)
class WebhookWorkerTest {
  @RegisterExtension private static final WebhooksExtension hooks = new WebhooksExtension();

  @Test
  void message_isASignedCloudEvent() throws Exception {
    var hook = hooks.endpoint(URL, "user.created");
    var user = hooks.aUser();

    var message = hooks.endpoints.next();

    assertEquals(URL, message.url());
    assertEquals("application/cloudevents+json", message.headers().get("content-type"));
    assertEquals(
        Long.toString(hooks.clock.instant().getEpochSecond()),
        message.headers().get("webhook-timestamp"));
    assertTrue(isAbout(message, user), text(message));
    assertTrue(text(message).contains("\"specversion\":\"1.0\""), text(message));
    assertTrue(text(message).contains("\"id\":\"" + message.headers().get("webhook-id") + "\""));
    assertTrue(verifies(hook.secret(), message));
    assertFalse(verifies(hook.secret().replaceFirst("_....", "_AAAA"), message));
    var event = UUID.fromString(message.headers().get("webhook-id"));
    hooks.awaitState(hook.endpoint().id(), event, WebhookDelivery.State.DELIVERED);
    var delivery = hooks.first(hook.endpoint().id());
    assertEquals(204, delivery.status().orElseThrow());
    assertEquals(1, delivery.attempts());
    assertEquals(user.value(), delivery.user());
    assertTrue(hooks.core.webhookDeliveries().isPresent());
  }

  @Test
  void failingEvent_holdsBackOnlyLaterEventsOfItsUser() throws Exception {
    var hook = hooks.endpoint(URL, "user.created", "user.updated");
    var failing = ConcurrentHashMap.newKeySet();
    hooks.endpoints.answers.put(
        URL,
        message -> failing.stream().anyMatch(user -> isAbout(message, (UserId) user)) ? 503 : 200);
    // The next attempt must not come before the test lets time pass.
    hooks.endpoints.retryAfter = Optional.of("3600");
    var held = hooks.aUser();
    hooks.endpoints.next();
    failing.add(held);
    hooks.rename(held, "One");
    hooks.rename(held, "Two");
    var free = hooks.aUser();
    hooks.rename(free, "Three");

    assertTrue(isAbout(hooks.endpoints.next(), free));
    assertTrue(isAbout(hooks.endpoints.next(), free));
    Await.until(
        () ->
            hooks.deliveries(hook.endpoint().id()).stream()
                .anyMatch(d -> d.status().orElse(0) == 503));
    Await.until(
        () ->
            hooks.deliveries(hook.endpoint().id()).stream()
                .filter(each -> each.user().equals(free.value()))
                .allMatch(each -> each.state() == WebhookDelivery.State.DELIVERED));
    var ofHeld =
        hooks.deliveries(hook.endpoint().id()).stream()
            .filter(each -> each.user().equals(held.value()))
            .filter(each -> each.state() == WebhookDelivery.State.WAITING)
            .toList();
    assertEquals(List.of(0, 1), ofHeld.stream().map(WebhookDelivery::attempts).toList());
    assertTrue(ofHeld.get(0).nextAttemptAt().isEmpty());
    assertEquals(2, hooks.core.eventStatistics(CALL).lags().get(WebhookWorker.SINK).events());
    assertEquals("HTTP status 503", ofHeld.get(1).failure());

    failing.clear();
    hooks.advance(WebhookWorker.MAX_ASKED);
    assertEquals(
        ofHeld.get(1).event().toString(), hooks.endpoints.next().headers().get("webhook-id"));
    assertEquals(
        ofHeld.get(0).event().toString(), hooks.endpoints.next().headers().get("webhook-id"));
    Await.until(() -> hooks.webhooks.get(CALL, hook.endpoint().id()).failingSince().isEmpty());
  }

  private boolean isRunning(WebhookId id) {
    return !hooks
        .database
        .query("select from webhook_deliveries where endpoint_id = ? and is_running", id.value())
        .isEmpty();
  }

  /** Returns the time until the next attempt for a user, by the clock of the database. */
  private Duration untilNextAttempt(WebhookId id, UserId user) {
    var millis =
        hooks.database.query(
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
    var hook = hooks.endpoint(URL, "user.created", "user.updated");
    var id = hook.endpoint().id();
    hooks.endpoints.answers.put(
        URL,
        message -> {
          throw new WebhookException("connection refused", null);
        });
    Instant begin = hooks.clock.instant();
    long started = System.nanoTime();
    var user = hooks.aUser();
    hooks.rename(user, "Later");
    Await.until(() -> !hooks.deliveries(id).isEmpty());
    // The remaining pauses, by the number of attempts, and the time that had already passed.
    Map<Integer, Duration> pauses = new TreeMap<>();
    Map<Integer, Duration> passed = new HashMap<>();
    var dead = hooks.first(id);
    for (int made = 0; ; made = dead.attempts()) {
      int before = made;
      long advanced = System.nanoTime();
      Await.until(
          () ->
              hooks.first(id).attempts() > before
                  && !isRunning(id)
                  && !hooks.first(id).failure().isEmpty());
      dead = hooks.first(id);
      if (dead.state() == WebhookDelivery.State.DEAD) {
        break;
      }
      var pause = untilNextAttempt(id, user);
      pauses.put(dead.attempts(), pause);
      passed.put(dead.attempts(), Duration.ofNanos(System.nanoTime() - advanced));
      hooks.advance(pause);
    }

    var all = Duration.between(begin, hooks.clock.instant());
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
    Await.until(() -> !hooks.deliveries(id).get(0).failure().isEmpty());
    assertEquals(WebhookDelivery.State.WAITING, hooks.deliveries(id).get(0).state());

    hooks.endpoints.answers.clear();
    hooks.webhooks.redeliver(CALL, id, dead.event());
    hooks.advance(Duration.ofMinutes(1));
    var messages = List.of(hooks.endpoints.next(), hooks.endpoints.next());
    assertEquals(dead.event().toString(), messages.get(1).headers().get("webhook-id"));
    hooks.awaitState(id, dead.event(), WebhookDelivery.State.DELIVERED);
  }

  @Test
  void endpoint_thatFailsForThreeDays_isPaused_andKeepsItsEvents() throws Exception {
    var hook = hooks.endpoint(URL, "user.created");
    var id = hook.endpoint().id();
    hooks.endpoints.answers.put(URL, message -> 503);
    hooks.aUser();
    Await.until(() -> hooks.webhooks.get(CALL, id).failingSince().isPresent());
    hooks.advance(Duration.ofDays(3).minusMinutes(5));
    hooks.aUser();
    Await.until(() -> hooks.deliveries(id).stream().allMatch(each -> !each.failure().isEmpty()));
    assertEquals(WebhookEndpoint.State.ACTIVE, hooks.webhooks.get(CALL, id).state());
    hooks.advance(Duration.ofMinutes(5));
    Await.until(
        () -> hooks.webhooks.get(CALL, id).state() == WebhookEndpoint.State.PAUSED_AFTER_FAILURES);
    assertEquals(1, hooks.core.webhooks().statistics(CALL).paused());
    assertEquals(
        List.of("webhook.created by service:operations", "webhook.paused by system"),
        hooks
            .database
            .query("select type, actor from events where user_id = ? order by id", id.value())
            .stream()
            .map(row -> row.get("type") + " by " + row.get("actor"))
            .toList());

    var late = hooks.aUser();
    Await.until(
        () ->
            !isRunning(id)
                && hooks.deliveries(id).stream()
                    .anyMatch(each -> each.user().equals(late.value())));
    int attempts = hooks.endpoints.messages.size();
    hooks.advance(Duration.ofHours(1));
    // An event that another endpoint gets proves that polls have passed this one by.
    hooks.endpoint(OTHER_URL, "user.created");
    hooks.aUser();
    assertEquals(OTHER_URL, hooks.endpoints.next().url());
    assertEquals(attempts + 1, hooks.endpoints.messages.size());

    hooks.endpoints.answers.clear();
    var resumed = hooks.webhooks.resume(CALL, id);
    assertEquals(WebhookEndpoint.State.ACTIVE, resumed.state());
    Await.until(
        () ->
            hooks.deliveries(id).stream()
                .noneMatch(each -> each.state() == WebhookDelivery.State.WAITING));
    assertTrue(hooks.webhooks.get(CALL, id).failingSince().isEmpty());
  }

  @Test
  void endpoint_thatMovedWhileItsOldUrlAnsweredThatItIsGone_staysActive() throws Exception {
    var id = hooks.endpoint(URL, "user.created").endpoint().id();
    var move = new WebhookPatch(Optional.of(OTHER_URL), Optional.empty(), Optional.empty());
    hooks.endpoints.answers.put(
        URL,
        message -> {
          hooks.webhooks.update(CALL, id, move);
          return 410;
        });
    hooks.aUser();

    Await.until(
        () ->
            hooks.deliveries(id).stream()
                .anyMatch(each -> each.failure().equals("HTTP status 410")));

    assertEquals(WebhookEndpoint.State.ACTIVE, hooks.webhooks.get(CALL, id).state());
  }

  @Test
  void endpoint_thatIsGone_isPausedAtOnce_andKeepsItsEvents() throws Exception {
    var id = hooks.endpoint(URL, "user.created").endpoint().id();
    hooks.endpoints.answers.put(URL, message -> 410);
    var user = hooks.aUser();

    Await.until(
        () -> hooks.webhooks.get(CALL, id).state() == WebhookEndpoint.State.PAUSED_AFTER_FAILURES);

    assertEquals("HTTP status 410", hooks.first(id).failure());
    assertEquals(WebhookDelivery.State.WAITING, hooks.first(id).state());
    assertEquals(
        List.of("it answered with status 410 (Gone) by system"),
        hooks
            .database
            .query(
                "select reason, actor from events where user_id = ? and type = 'webhook.paused'",
                id.value())
            .stream()
            .map(row -> row.get("reason") + " by " + row.get("actor"))
            .toList());
    hooks.endpoints.answers.clear();
    hooks.webhooks.resume(CALL, id);
    assertTrue(isAbout(hooks.endpoints.next(), user));
  }

  private Duration pauseAfter(WebhookId id, int status, String retryAfter) {
    hooks.endpoints.answers.put(URL, message -> status);
    hooks.endpoints.retryAfter = Optional.of(retryAfter);
    var user = hooks.aUser();
    Await.until(
        () ->
            hooks.deliveries(id).stream()
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
    var id = hooks.endpoint(URL, "user.created").endpoint().id();
    String inTenMinutes =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            hooks.clock.instant().plusSeconds(600).atOffset(ZoneOffset.UTC));

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
    hooks.start();
    hooks.start();
    var hook = hooks.endpoint(URL, "user.created", "user.updated");
    List<UserId> users = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      users.add(hooks.aUser());
    }
    for (int i = 0; i < 5; i++) {
      for (UserId user : users) {
        hooks.rename(user, "Name" + i);
      }
    }

    Map<String, List<Long>> versions = new ConcurrentHashMap<>();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 120; i++) {
      var message = hooks.endpoints.next();
      assertTrue(ids.add(message.headers().get("webhook-id")), "delivered twice");
      versions
          .computeIfAbsent(
              text(message).replaceAll(".*\"subject\":\"([^\"]*)\".*", "$1"),
              k -> new ArrayList<>())
          .add(Long.valueOf(text(message).replaceAll(".*\"user_version\":([0-9]+).*", "$1")));
    }
    assertEquals(20, versions.size());
    versions.values().forEach(each -> assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), each));
    Await.until(
        () ->
            hooks
                .webhooks
                .deliveries(
                    CALL,
                    hook.endpoint().id(),
                    Optional.of(WebhookDelivery.State.WAITING),
                    PageRequest.FIRST)
                .items()
                .isEmpty());
    assertTrue(hooks.endpoints.accepted.isEmpty());
  }

  private static long messagesTo(URI url) {
    return hooks.endpoints.messages.stream().filter(each -> each.url().equals(url)).count();
  }

  @Test
  void slowEndpoint_delaysNoOther() throws Exception {
    var release = new CountDownLatch(1);
    hooks.endpoint(OTHER_URL, "user.created");
    hooks.endpoint(URL, "user.created");
    hooks.endpoints.answers.put(
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
      hooks.aUser();
    }

    for (int i = 0; i < 30; i++) {
      assertEquals(URL, hooks.endpoints.next().url());
    }
    Await.until(() -> messagesTo(OTHER_URL) >= WebhookWorker.SHARE);
    assertEquals(WebhookWorker.SHARE, messagesTo(OTHER_URL));
    release.countDown();
    for (int i = 0; i < 30; i++) {
      assertEquals(OTHER_URL, hooks.endpoints.next().url());
    }
  }

  @Test
  void attemptThatIsNeverRecorded_isRepeatedHalfAMinuteLater() throws Exception {
    var lease = Duration.ofSeconds(30);
    var id = hooks.endpoint(URL, "user.created").endpoint().id();
    hooks.endpoints.answers.put(
        URL,
        message -> {
          throw new AssertionError("an error in place of a kill, expected in this test");
        });
    var user = hooks.aUser();
    Await.until(() -> !hooks.endpoints.messages.isEmpty());
    hooks.endpoints.answers.clear();

    assertPause(lease, untilNextAttempt(id, user));
    hooks.advance(lease);

    assertTrue(isAbout(hooks.endpoints.next(), user));
    hooks.awaitState(id, hooks.first(id).event(), WebhookDelivery.State.DELIVERED);
    assertEquals(2, hooks.first(id).attempts());
    assertEquals("", hooks.first(id).failure());
    assertTrue(hooks.webhooks.get(CALL, id).failingSince().isEmpty());
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
    var id = hooks.endpoint(URL, "user.created").endpoint().id();
    var old = new CountDownLatch(1);
    var again = new CountDownLatch(1);
    var messages = new AtomicInteger();
    hooks.endpoints.answers.put(
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
    hooks.aUser();
    Await.until(() -> messages.get() == 1);
    hooks.advance(WebhookWorker.LEASE);
    var event = hooks.first(id).event();
    hooks.awaitState(id, event, WebhookDelivery.State.DELIVERED);
    hooks.webhooks.redeliver(CALL, id, event);
    Await.until(() -> messages.get() == 3);

    old.countDown();
    Await.until(() -> hooks.webhooks.get(CALL, id).failingSince().isPresent());

    assertTrue(isRunning(id));
    assertEquals("", hooks.first(id).failure());
    again.countDown();
    hooks.awaitState(id, event, WebhookDelivery.State.DELIVERED);
    assertEquals(3, messages.get());
  }

  @Test
  void instances_whoseClocksDiffer_deliverOnce() throws Exception {
    var release = new CountDownLatch(1);
    hooks.endpoints.answers.put(
        URL,
        message -> {
          awaitRelease(release);
          return 200;
        });
    hooks.endpoint(URL, "user.created");
    hooks.aUser();
    Await.until(() -> hooks.endpoints.messages.size() == 1);
    var later = new MutableClock(hooks.clock.instant().plus(Duration.ofHours(1)));
    var others = new WebhooksExtension.Endpoints();
    hooks.start(later, others);

    // The first instance has room for three more, so that the other one gets the rest.
    for (int i = 0; i < WebhookWorker.SHARE + 8; i++) {
      hooks.aUser();
    }
    Await.until(
        () -> hooks.endpoints.messages.size() + others.accepted.size() >= WebhookWorker.SHARE + 9);
    hooks.aUser();
    Await.until(
        () -> hooks.endpoints.messages.size() + others.accepted.size() >= WebhookWorker.SHARE + 10);

    Set<String> ids = new HashSet<>();
    hooks.endpoints.messages.forEach(each -> ids.add(each.headers().get("webhook-id")));
    for (var message : others.messages) {
      assertTrue(ids.add(message.headers().get("webhook-id")), "delivered twice");
    }
    release.countDown();
  }

  @Test
  void defectOfTheTransport_isAFailedAttempt() {
    var id = hooks.endpoint(URL, "user.created").endpoint().id();
    hooks.endpoints.answers.put(
        URL,
        message -> {
          throw new IllegalStateException("expected in this test");
        });
    hooks.aUser();

    Await.until(() -> !hooks.deliveries(id).isEmpty() && !hooks.first(id).failure().isEmpty());

    assertEquals("internal error", hooks.first(id).failure());
    assertTrue(hooks.webhooks.get(CALL, id).failingSince().isPresent());
  }

  @Test
  void close_isQuick_whileAnEndpointDoesNotAnswer() throws Exception {
    var release = new CountDownLatch(1);
    hooks.endpoint(URL, "user.created");
    hooks.endpoints.answers.put(
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
    hooks.aUser();
    Await.until(() -> !hooks.endpoints.messages.isEmpty());

    long begin = System.nanoTime();
    hooks.close();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);

    release.countDown();
    assertTrue(millis < 20_000, millis + " ms");
  }
}
