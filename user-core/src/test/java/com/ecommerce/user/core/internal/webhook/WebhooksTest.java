package com.ecommerce.user.core.internal.webhook;

import static com.ecommerce.user.core.internal.webhook.WebhooksExtension.CALL;
import static com.ecommerce.user.core.internal.webhook.WebhooksExtension.OTHER_URL;
import static com.ecommerce.user.core.internal.webhook.WebhooksExtension.URL;
import static com.ecommerce.user.core.internal.webhook.WebhooksExtension.isAbout;
import static com.ecommerce.user.core.internal.webhook.WebhooksExtension.text;
import static com.ecommerce.user.core.internal.webhook.WebhooksExtension.verifies;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.IdempotencyKey;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.webhook.WebhookDelivery;
import com.ecommerce.user.core.webhook.WebhookEndpoint;
import com.ecommerce.user.core.webhook.WebhookId;
import com.ecommerce.user.core.webhook.WebhookPatch;
import com.ecommerce.user.core.webhook.WebhookSettings;
import com.ecommerce.user.core.webhook.WebhookStatus;
import com.ecommerce.user.core.webhook.Webhooks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the management of webhook endpoints and its effects on deliveries. */
@Timeout(120)
class WebhooksTest {
  @RegisterExtension private static final WebhooksExtension hooks = new WebhooksExtension();

  @Test
  void rotation_signsWithBothSecretsForATime() throws Exception {
    var hook = hooks.endpoint(URL, "user.created");
    var id = hook.endpoint().id();
    var rotated = hooks.webhooks.rotateSecret(CALL, id, Duration.ofHours(1));
    assertNotEquals(hook.secret(), rotated.secret());

    hooks.aUser();
    var during = hooks.endpoints.next();
    hooks.awaitAllDelivered(id);
    hooks.advance(Duration.ofHours(1));
    hooks.aUser();
    var after = hooks.endpoints.next();
    hooks.awaitAllDelivered(id);
    var leaked = hooks.webhooks.rotateSecret(CALL, id, Duration.ZERO);
    hooks.aUser();
    var afterLeak = hooks.endpoints.next();

    assertTrue(verifies(hook.secret(), during));
    assertTrue(verifies(rotated.secret(), during));
    assertFalse(verifies(hook.secret(), after));
    assertTrue(verifies(rotated.secret(), after));
    assertFalse(verifies(rotated.secret(), afterLeak));
    assertTrue(verifies(leaked.secret(), afterLeak));
    var tooLong =
        assertThrows(
            UserServiceException.class,
            () -> hooks.webhooks.rotateSecret(CALL, id, Duration.ofDays(8)));
    assertEquals("overlap", tooLong.violations().get(0).field());
  }

  @Test
  void repeatedRotation_hasOneEffect_evenIfItNamesTheSecretOfBefore() {
    var before = hooks.endpoint(URL).endpoint();
    var id = before.id();

    var first = rotated("a", before);
    var again = rotated("a", before);

    assertEquals(first, again);
    assertEquals(first.endpoint(), hooks.webhooks.get(CALL, id));
    assertNotEquals(before.secretChangedAt(), first.endpoint().secretChangedAt());
    var keys = hooks.database.query("select k::text as row from idempotency_keys k");
    byte[] secret = Base64.getDecoder().decode(first.secret().substring("whsec_".length()));
    assertEquals(1, keys.size());
    assertFalse(keys.toString().contains(HexFormat.of().formatHex(secret)), keys::toString);
    assertEquals(
        ErrorReason.VERSION_MISMATCH,
        assertThrows(UserServiceException.class, () -> rotated("b", before)).reason());
    assertNotEquals(first.secret(), rotated("c", first.endpoint()).secret());
  }

  private static Webhooks.WithSecret rotated(String key, WebhookEndpoint known) {
    var call = CALL.with(IdempotencyKey.of(key, "RotateWebhookSecret", new byte[0]));
    return hooks.webhooks.rotateSecret(
        call, known.id(), Duration.ofHours(1), known.secretChangedAt());
  }

  @Test
  void statuses_countWhatWaits_andNameTheFailureAndThePause() {
    var active = hooks.endpoint(OTHER_URL, "user.created").endpoint().id();
    var failing = hooks.endpoint(URL, "user.created").endpoint().id();
    hooks.endpoints.answers.put(URL, message -> 410);
    hooks.aUser();
    Await.until(
        () ->
            hooks.webhooks.get(CALL, failing).state()
                == WebhookEndpoint.State.PAUSED_AFTER_FAILURES);
    hooks.database.execute(
        """
        insert into webhook_deliveries (endpoint_id, event_id, user_id, occurred_at, position, type, state, created_at)
        select ?::uuid, gen_random_uuid(), gen_random_uuid(), now(), 1, 'user.created', 'WAITING', now()
        from generate_series(1, 200)
        """,
        failing.value());

    var deleted = new WebhookId(UUID.randomUUID());
    Await.until(() -> hooks.first(active).state() == WebhookDelivery.State.DELIVERED);
    var statuses = hooks.webhooks.statuses(CALL, List.of(active, failing, deleted));

    assertEquals(Set.of(active, failing), statuses.keySet());
    assertEquals(new WebhookStatus(0, Optional.empty(), Optional.empty()), statuses.get(active));
    var status = statuses.get(failing);
    assertEquals(WebhookStatus.MAX_COUNTED + 1, status.waiting());
    assertEquals(Optional.of("HTTP status 410"), status.failure());
    assertEquals(
        new WebhookStatus.Pause(
            hooks.clock.instant(), "system", "it answered with status 410 (Gone)"),
        status.pause().orElseThrow());
    hooks.webhooks.resume(CALL, failing);
    var resumed = hooks.webhooks.statuses(CALL, List.of(failing)).get(failing);
    assertTrue(resumed.pause().isEmpty());
    hooks.webhooks.pause(CALL, failing);
    var byCaller = hooks.webhooks.statuses(CALL, List.of(failing)).get(failing).pause();
    assertEquals(CALL.actor().name(), byCaller.orElseThrow().actor());
  }

  @Test
  void purge_deletesThePreviousSecret_whenItsTimeIsOver() {
    var id = hooks.endpoint(URL).endpoint().id();
    hooks.webhooks.rotateSecret(CALL, id, Duration.ofHours(1));
    String kept = "select from webhook_endpoints where id = ? and previous_secret is not null";
    hooks.core.purge();
    assertEquals(1, hooks.database.query(kept, id.value()).size());

    hooks.advance(Duration.ofHours(1));
    hooks.core.purge();

    assertEquals(0, hooks.database.query(kept, id.value()).size());
    assertTrue(hooks.webhooks.get(CALL, id).previousSecretUntil().isEmpty());
  }

  @Test
  void redelivery_ofManyEvents_waitsWhileTheQueueIsLong() throws Exception {
    hooks.endpoint(OTHER_URL, "user.created");
    hooks.aUser();
    var position =
        EventPosition.parse(
            text(hooks.endpoints.next()).replaceAll(".*\"position\":\"([^\"]*)\".*", "$1"));
    var earlier = new EventPosition(position.timeline(), position.number() - 1);
    // The events that are queued for this endpoint keep waiting.
    hooks.endpoints.answers.put(URL, message -> 503);
    hooks.endpoints.retryAfter = Optional.of("3600");
    var id = hooks.endpoint(URL, "user.created").endpoint().id();
    hooks.database.execute(
        """
        insert into webhook_deliveries (endpoint_id, event_id, user_id, occurred_at, position, type, state, created_at)
        select ?::uuid, gen_random_uuid(), gen_random_uuid(), now(), 1, 'user.created', 'WAITING', now()
        from generate_series(1, ?)
        """,
        id.value(),
        WebhookQueue.MAX_WAITING);

    hooks.webhooks.redeliverAfter(CALL, id, earlier);
    hooks.aUser();
    hooks.endpoints.next();
    hooks.aUser();
    hooks.endpoints.next();

    // A poll that has queued an event after the call has passed by the redelivery.
    assertTrue(hooks.isReplaying(id));
    hooks.database.execute(
        "delete from webhook_deliveries where endpoint_id = ? and position = 1", id.value());
    Await.until(() -> !hooks.isReplaying(id));
    assertEquals(3, hooks.deliveries(id).size());
  }

  @Test
  void redelivery_toAPausedEndpoint_isLeftOutByPolls_untilItIsResumed() throws Exception {
    hooks.endpoint(OTHER_URL, "user.created");
    var id = hooks.endpoint(URL, "user.created").endpoint().id();
    var user = hooks.aUser();
    var message = hooks.endpoints.next();
    hooks.endpoints.next();
    var event = UUID.fromString(message.headers().get("webhook-id"));
    hooks.awaitState(id, event, WebhookDelivery.State.DELIVERED);
    var position =
        EventPosition.parse(text(message).replaceAll(".*\"position\":\"([^\"]*)\".*", "$1"));
    hooks.webhooks.pause(CALL, id);

    hooks.webhooks.redeliverAfter(
        CALL, id, new EventPosition(position.timeline(), position.number() - 1));
    hooks.aUser();
    hooks.endpoints.next();

    // A poll after the call has queued the second event, but not the first one again.
    assertEquals(
        List.of(WebhookDelivery.State.WAITING, WebhookDelivery.State.DELIVERED),
        hooks.deliveries(id).stream().map(WebhookDelivery::state).toList());
    assertFalse(hasReplays());
    hooks.webhooks.resume(CALL, id);
    var again = List.of(hooks.endpoints.next(), hooks.endpoints.next());
    assertTrue(again.stream().anyMatch(each -> isAbout(each, user)), again::toString);
    Await.until(() -> !hooks.isReplaying(id));
  }

  private static boolean hasReplays() {
    return Jdbi.create(hooks.database.dataSource())
        .withHandle(handle -> new WebhookDao(handle).work().hasReplays());
  }

  @Test
  void redelivery_afterAPosition_includesEventsFromBeforeTheEndpoint() throws Exception {
    hooks.endpoint(OTHER_URL, "user.created");
    var before = hooks.aUser();
    var message = hooks.endpoints.next();
    var position =
        EventPosition.parse(text(message).replaceAll(".*\"position\":\"([^\"]*)\".*", "$1"));
    var earlier = new EventPosition(position.timeline(), position.number() - 1);
    var hook = hooks.endpoint(URL, "user.created");
    var after = hooks.aUser();
    // Both endpoints get it.
    hooks.endpoints.next();
    hooks.endpoints.next();
    hooks.awaitState(
        hook.endpoint().id(),
        hooks.first(hook.endpoint().id()).event(),
        WebhookDelivery.State.DELIVERED);

    hooks.webhooks.redeliverAfter(CALL, hook.endpoint().id(), earlier);

    var first = hooks.endpoints.next();
    var second = hooks.endpoints.next();
    assertEquals(List.of(URL, URL), List.of(first.url(), second.url()));
    var users = List.of(isAbout(first, before), isAbout(second, before));
    assertTrue(users.contains(true) && users.contains(false), users.toString());
    assertTrue(isAbout(first, after) || isAbout(second, after));
    assertEquals(
        ErrorReason.POSITION_OUT_OF_RANGE,
        assertThrows(
                UserServiceException.class,
                () ->
                    hooks.webhooks.redeliverAfter(
                        CALL, hook.endpoint().id(), new EventPosition(position.timeline() + 1, 1)))
            .reason());
  }

  @Test
  void pause_keepsEvents_andResumeSendsThem() throws Exception {
    var hook = hooks.endpoint(URL, "user.created");
    var id = hook.endpoint().id();
    assertEquals(WebhookEndpoint.State.PAUSED, hooks.webhooks.pause(CALL, id).state());
    var user = hooks.aUser();
    Await.until(() -> !hooks.deliveries(id).isEmpty());
    assertEquals(0, hooks.first(id).attempts());
    assertEquals(0, hooks.core.webhooks().statistics(CALL).waiting());

    hooks.webhooks.resume(CALL, id);

    assertTrue(isAbout(hooks.endpoints.next(), user));
  }

  @Test
  void update_changesOnlyWhatIsGiven_andAppliesToQueuedEvents() throws Exception {
    var hook = hooks.endpoint(URL, "user.created");
    var id = hook.endpoint().id();
    hooks.webhooks.pause(CALL, id);
    hooks.aUser();
    Await.until(() -> !hooks.deliveries(id).isEmpty());

    var updated =
        hooks.webhooks.update(
            CALL,
            id,
            new WebhookPatch(Optional.of(OTHER_URL), Optional.empty(), Optional.of("mails")));
    hooks.webhooks.resume(CALL, id);

    assertEquals(
        new WebhookSettings(OTHER_URL, Set.of("user.created"), "mails"), updated.settings());
    assertEquals(OTHER_URL, hooks.endpoints.next().url());
    assertEquals(List.of(id), hooks.webhooks.list(CALL).stream().map(WebhookEndpoint::id).toList());
  }

  @Test
  void deletedEndpoint_getsNothing_andItsDeliveriesArePurged() throws Exception {
    var hook = hooks.endpoint(URL, "user.created");
    var id = hook.endpoint().id();
    hooks.endpoints.answers.put(URL, message -> 500);
    hooks.aUser();
    Await.until(() -> !hooks.endpoints.messages.isEmpty());

    hooks.webhooks.delete(CALL, id);

    assertEquals(
        ErrorReason.WEBHOOK_NOT_FOUND,
        assertThrows(UserServiceException.class, () -> hooks.webhooks.get(CALL, id)).reason());
    assertEquals(List.of(), hooks.webhooks.list(CALL));
    assertEquals(
        0,
        ((byte[])
                hooks
                    .database
                    .query("select secret from webhook_endpoints where id = ?", id.value())
                    .get(0)
                    .get("secret"))
            .length);
    Await.until(
        () -> {
          hooks.core.purge();
          return hooks.database.query("select from webhook_deliveries").isEmpty()
              && hooks.database.query("select from webhook_endpoints").isEmpty();
        });
  }

  @Test
  void purge_deletesWhatIsOld() throws Exception {
    var hook = hooks.endpoint(URL, "user.created");
    var id = hook.endpoint().id();
    hooks.aUser();
    hooks.endpoints.next();
    hooks.awaitState(id, hooks.first(id).event(), WebhookDelivery.State.DELIVERED);
    hooks.webhooks.pause(CALL, id);
    hooks.aUser();
    Await.until(() -> hooks.deliveries(id).size() == 2);

    hooks.advance(WebhookPurge.KEEP_DELIVERED.plusSeconds(1));
    hooks.core.purge();
    assertEquals(
        List.of(WebhookDelivery.State.WAITING),
        hooks.deliveries(id).stream().map(WebhookDelivery::state).toList());
    hooks.advance(WebhookPurge.KEEP_OTHERS);
    hooks.core.purge();
    assertEquals(List.of(), hooks.deliveries(id));
    assertEquals(
        ErrorReason.WEBHOOK_DELIVERY_NOT_FOUND,
        assertThrows(
                UserServiceException.class,
                () -> hooks.webhooks.redeliver(CALL, id, UUID.randomUUID()))
            .reason());
  }

  @Test
  void purge_locksNoDeliveryThatItKeeps() throws Exception {
    var id = hooks.endpoint(URL, "user.created").endpoint().id();
    hooks.aUser();
    hooks.endpoints.next();
    hooks.awaitState(id, hooks.first(id).event(), WebhookDelivery.State.DELIVERED);
    var versions = "select ctid::text, xmax::text from webhook_deliveries";
    var before = hooks.database.query(versions);

    hooks.core.purge();

    assertEquals(1, before.size());
    assertEquals(before, hooks.database.query(versions));
  }

  @Test
  void resume_attemptsForTheFullTimeAgain() throws Exception {
    var id = hooks.endpoint(URL, "user.created").endpoint().id();
    hooks.endpoints.answers.put(URL, message -> 503);
    hooks.aUser();
    Await.until(() -> !hooks.deliveries(id).isEmpty() && !hooks.first(id).failure().isEmpty());
    hooks.webhooks.pause(CALL, id);
    hooks.advance(WebhookWorker.GIVE_UP_AFTER.plusHours(1));
    hooks.endpoints.answers.put(URL, message -> 502);

    hooks.webhooks.resume(CALL, id);

    Await.until(() -> hooks.first(id).failure().equals("HTTP status 502"));
    assertEquals(WebhookDelivery.State.WAITING, hooks.first(id).state());
  }

  @Test
  void create_isLimited_andItsEventsAreNotSent() throws Exception {
    for (int i = 0; i < Webhooks.MAX_ENDPOINTS; i++) {
      hooks.webhooks.pause(CALL, hooks.endpoint(OTHER_URL).endpoint().id());
    }
    assertEquals(
        ErrorReason.WEBHOOK_LIMIT_REACHED,
        assertThrows(UserServiceException.class, () -> hooks.endpoint(URL)).reason());
    hooks.webhooks.delete(CALL, hooks.webhooks.list(CALL).get(0).id());

    hooks.endpoint(URL);
    var user = hooks.aUser();

    var message = hooks.endpoints.next();
    assertTrue(isAbout(message, user), text(message));
  }

  @Test
  void deliveries_arePaged() throws Exception {
    var hook = hooks.endpoint(URL, "user.created");
    var id = hook.endpoint().id();
    for (int i = 0; i < 5; i++) {
      hooks.aUser();
    }
    for (int i = 0; i < 5; i++) {
      hooks.endpoints.next();
    }
    hooks.awaitAllDelivered(id);

    List<UUID> found = new ArrayList<>();
    String token = "";
    do {
      var page =
          hooks.webhooks.deliveries(
              CALL, id, Optional.of(WebhookDelivery.State.DELIVERED), new PageRequest(2, token));
      page.items().forEach(each -> found.add(each.event()));
      token = page.nextToken().orElse("");
    } while (!token.isEmpty());

    assertEquals(hooks.deliveries(id).stream().map(WebhookDelivery::event).toList(), found);
    assertEquals(5, found.size());
  }
}
