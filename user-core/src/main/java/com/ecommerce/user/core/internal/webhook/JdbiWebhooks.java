package com.ecommerce.user.core.internal.webhook;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.IdempotentWrites;
import com.ecommerce.user.core.internal.event.EventFollower;
import com.ecommerce.user.core.internal.event.EventSequencer;
import com.ecommerce.user.core.internal.page.PageTokens;
import com.ecommerce.user.core.internal.page.PageTokens.Cursor;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.Uuids;
import com.ecommerce.user.core.webhook.WebhookDelivery;
import com.ecommerce.user.core.webhook.WebhookEndpoint;
import com.ecommerce.user.core.webhook.WebhookId;
import com.ecommerce.user.core.webhook.WebhookPatch;
import com.ecommerce.user.core.webhook.WebhookSettings;
import com.ecommerce.user.core.webhook.WebhookStatistics;
import com.ecommerce.user.core.webhook.WebhookStatus;
import com.ecommerce.user.core.webhook.Webhooks;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** Implements {@link Webhooks} with Jdbi. */
public final class JdbiWebhooks implements Webhooks {
  /** Numbers order deliveries, so page tokens need no id. */
  private static final UUID NO_ID = new UUID(0, 0);

  private final Database database;
  private final IdempotentWrites writes;
  private final Clock clock;
  private final Uuids ids;
  private final SecureRandom random;
  private final WebhookEvents events;
  private final EventSequencer sequencer;
  private final EventFollower follower;
  private final PageTokens pageTokens;
  private final Runnable wake;

  /**
   * Creates the use cases, for {@code UserCore}.
   *
   * @param wake runs after the commit of a change that gives the senders work; must not block
   */
  public JdbiWebhooks(
      Database database,
      IdempotentWrites writes,
      Clock clock,
      Uuids ids,
      SecureRandom random,
      WebhookEvents events,
      EventSequencer sequencer,
      EventFollower follower,
      PageTokens pageTokens,
      Runnable wake) {
    this.database = database;
    this.writes = writes;
    this.clock = clock;
    this.ids = ids;
    this.random = random;
    this.events = events;
    this.sequencer = sequencer;
    this.follower = follower;
    this.pageTokens = pageTokens;
    this.wake = wake;
  }

  @Override
  public WithSecret create(RequestContext call, WebhookSettings settings) {
    requireNonNull(call, "call");
    requireNonNull(settings, "settings");
    var id = new WebhookId(ids.next());
    Instant now = clock.instant();
    var secret = WebhookSecret.random(random);
    // The events that are committed after this moment get higher positions.
    long end = sequencer.advance().position();
    return writes.creating(
        call,
        id.value(),
        now,
        tx -> {
          var dao = new WebhookDao(tx);
          long position = dao.lockPosition();
          int existing = dao.list().size();
          if (existing == MAX_ENDPOINTS) {
            throw UserServiceException.of(
                ErrorReason.WEBHOOK_LIMIT_REACHED,
                existing + " endpoints (expected: at most " + MAX_ENDPOINTS + ")");
          }
          if (existing == 0 && position < end) {
            // Nothing was queued while there was no endpoint.
            dao.setPosition(end);
          }
          var endpoint =
              new WebhookEndpoint(
                  id,
                  settings,
                  WebhookEndpoint.State.ACTIVE,
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  now,
                  now);
          dao.insert(endpoint, secret, end);
          events.append(tx, call, now, EventType.WEBHOOK_CREATED, id, "was created");
          tx.afterCommit(wake);
          return new WithSecret(endpoint, secret.text());
        },
        (tx, earlier) -> withSecret(tx, new WebhookId(earlier.object().orElseThrow())));
  }

  private static WithSecret withSecret(Handle tx, WebhookId id) {
    var stored = new WebhookDao(tx).find(id).orElseThrow(() -> notFound(id));
    return new WithSecret(stored.endpoint(), stored.secret().text());
  }

  private static UserServiceException notFound(WebhookId id) {
    return UserServiceException.notFound(
        ErrorReason.WEBHOOK_NOT_FOUND, "webhook endpoint", id.toString());
  }

  @Override
  public WebhookEndpoint get(RequestContext call, WebhookId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return database.read(call, handle -> find(handle, id));
  }

  private static WebhookEndpoint find(Handle handle, WebhookId id) {
    return new WebhookDao(handle).find(id).orElseThrow(() -> notFound(id)).endpoint();
  }

  private static WebhookEndpoint lock(Handle tx, WebhookId id) {
    return new WebhookDao(tx).lock(id).orElseThrow(() -> notFound(id)).endpoint();
  }

  @Override
  public List<WebhookEndpoint> list(RequestContext call) {
    requireNonNull(call, "call");
    return database.read(call, handle -> new WebhookDao(handle).list());
  }

  @Override
  public WebhookEndpoint update(RequestContext call, WebhookId id, WebhookPatch patch) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    requireNonNull(patch, "patch");
    return change(
        call,
        id,
        (tx, before) -> {
          var after = patch.apply(before.settings());
          if (!after.equals(before.settings())) {
            Instant now = clock.instant();
            new WebhookDao(tx).update(id, after, now);
            events.append(tx, call, now, EventType.WEBHOOK_UPDATED, id, "was changed");
          }
        });
  }

  /**
   * Changes an endpoint.
   *
   * @param work makes the change in a transaction that has locked the endpoint
   */
  private WebhookEndpoint change(
      RequestContext call, WebhookId id, BiConsumer<Handle, WebhookEndpoint> work) {
    return writes.inTransaction(
        call,
        tx -> {
          work.accept(tx, lock(tx, id));
          return find(tx, id);
        },
        tx -> find(tx, id));
  }

  @Override
  public void delete(RequestContext call, WebhookId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    writes.useTransaction(
        call,
        tx -> {
          lock(tx, id);
          Instant now = clock.instant();
          new WebhookDao(tx).delete(id, now);
          events.append(tx, call, now, EventType.WEBHOOK_DELETED, id, "was deleted");
        });
  }

  @Override
  public WithSecret rotateSecret(RequestContext call, WebhookId id, Duration overlap) {
    return rotated(call, id, overlap, before -> {});
  }

  @Override
  public WithSecret rotateSecret(
      RequestContext call, WebhookId id, Duration overlap, Optional<Instant> secretChangedAt) {
    requireNonNull(secretChangedAt, "secretChangedAt");
    return rotated(
        call,
        id,
        overlap,
        before -> {
          if (!before.secretChangedAt().equals(secretChangedAt)) {
            throw UserServiceException.of(
                ErrorReason.VERSION_MISMATCH,
                "the endpoint got another secret (expected: the time of the last one)");
          }
        });
  }

  /**
   * Replaces the secret.
   *
   * @param check checks the endpoint in the transaction; not called for a repeated call
   */
  private WithSecret rotated(
      RequestContext call, WebhookId id, Duration overlap, Consumer<WebhookEndpoint> check) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    requireNonNull(overlap, "overlap");
    if (overlap.isNegative() || overlap.compareTo(MAX_OVERLAP) > 0) {
      var violations = new Violations();
      violations.add(
          "overlap",
          "OUT_OF_RANGE",
          overlap + " (expected: at most " + MAX_OVERLAP.toHours() + " hours)");
      violations.throwIfAny();
    }
    var secret = WebhookSecret.random(random);
    return writes.inTransaction(
        call,
        tx -> {
          check.accept(lock(tx, id));
          Instant now = clock.instant();
          new WebhookDao(tx).rotate(id, secret, now, overlap);
          events.append(tx, call, now, EventType.WEBHOOK_SECRET_ROTATED, id, "got a new secret");
          return withSecret(tx, id);
        },
        tx -> withSecret(tx, id));
  }

  @Override
  public WebhookEndpoint pause(RequestContext call, WebhookId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return change(
        call,
        id,
        (tx, before) -> {
          if (before.state() == WebhookEndpoint.State.ACTIVE) {
            Instant now = clock.instant();
            new WebhookDao(tx).setState(id, WebhookEndpoint.State.PAUSED, now);
            events.append(tx, call, now, EventType.WEBHOOK_PAUSED, id, "was paused");
          }
        });
  }

  @Override
  public WebhookEndpoint resume(RequestContext call, WebhookId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return writes.inTransaction(
        call,
        tx -> {
          var deliveries = new DeliveryDao(tx);
          Instant due = deliveries.lockToAdd();
          if (lock(tx, id).state() != WebhookEndpoint.State.ACTIVE) {
            Instant now = clock.instant();
            new WebhookDao(tx).setState(id, WebhookEndpoint.State.ACTIVE, now);
            deliveries.makeDue(id, due);
            events.append(tx, call, now, EventType.WEBHOOK_RESUMED, id, "was resumed");
            tx.afterCommit(wake);
          }
          return find(tx, id);
        },
        tx -> find(tx, id));
  }

  @Override
  public void redeliver(RequestContext call, WebhookId id, UUID event) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    requireNonNull(event, "event");
    writes.useTransaction(
        call,
        tx -> {
          var deliveries = new DeliveryDao(tx);
          Instant due = deliveries.lockToAdd();
          lock(tx, id);
          if (!deliveries.addAgain(id, event, due)) {
            throw UserServiceException.notFound(
                ErrorReason.WEBHOOK_DELIVERY_NOT_FOUND, "webhook delivery", event.toString());
          }
          noteRedelivery(tx, call, clock.instant(), id);
        });
  }

  @Override
  public void redeliverAfter(RequestContext call, WebhookId id, EventPosition position) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    requireNonNull(position, "position");
    long after = follower.inCurrentTimeline(position).number();
    writes.useTransaction(
        call,
        tx -> {
          var dao = new WebhookDao(tx);
          long through = dao.lockPosition();
          lock(tx, id);
          dao.setReplay(id, after, through);
          noteRedelivery(tx, call, clock.instant(), id);
        });
  }

  private void noteRedelivery(Handle tx, RequestContext call, Instant now, WebhookId id) {
    events.append(tx, call, now, EventType.WEBHOOK_REDELIVERED, id, "gets events again");
    tx.afterCommit(wake);
  }

  @Override
  public Page<WebhookDelivery> deliveries(
      RequestContext call, WebhookId id, Optional<WebhookDelivery.State> state, PageRequest page) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    requireNonNull(state, "state");
    requireNonNull(page, "page");
    var list = List.of("webhook-deliveries", id.toString(), state.toString());
    var before =
        pageTokens.read(list, page.token()).stream()
            .mapToLong(cursor -> Long.parseLong(cursor.key()))
            .findFirst();
    Set<WebhookDelivery.State> states =
        state.map(Set::of).orElse(EnumSet.allOf(WebhookDelivery.State.class));
    int timeline = sequencer.advanceQuickly().timeline();
    var found =
        database.readSnapshot(
            call,
            handle -> {
              find(handle, id);
              return new DeliveryDao(handle).page(id, states, before, page.size() + 1, timeline);
            });
    boolean isFull = found.size() > page.size();
    var shown = isFull ? found.subList(0, page.size()) : found;
    return new Page<>(
        shown.stream().map(DeliveryDao.Listed::delivery).toList(),
        isFull ? Optional.of(token(list, shown.get(shown.size() - 1).number())) : Optional.empty(),
        Page.NOT_COMPUTED);
  }

  private String token(List<String> list, long number) {
    return pageTokens.write(list, new Cursor(Long.toString(number), NO_ID));
  }

  @Override
  public Map<WebhookId, WebhookStatus> statuses(RequestContext call, Collection<WebhookId> ids) {
    requireNonNull(call, "call");
    requireNonNull(ids, "ids");
    return database.read(call, handle -> new DeliveryDao(handle).statuses(ids));
  }

  @Override
  public WebhookStatistics statistics(RequestContext call) {
    requireNonNull(call, "call");
    return database.read(call, handle -> new WebhookDao(handle).statistics());
  }
}
