package com.ecommerce.user.core.internal.webhook;

import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.internal.db.AdvisoryLock;
import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.internal.event.UserEventDao;
import com.ecommerce.user.core.webhook.WebhookDelivery;
import com.ecommerce.user.core.webhook.WebhookId;
import com.ecommerce.user.core.webhook.WebhookStatus;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Reads and writes deliveries, which form the queue that {@link WebhookWorker} explains. All times
 * in the queue are by the clock of the database, since the clocks of instances may differ.
 */
final class DeliveryDao {
  private static final String INSERT =
      """
      insert into webhook_deliveries as known (endpoint_id, event_id, user_id, occurred_at, position, type, state,
        created_at)
      select endpoint_id, event_id, user_id, occurred_at, position, type, 'WAITING', :now
      from unnest((select :endpoints)::uuid[], :events, :users, :times::timestamptz[], :positions::bigint[], :types)
        with ordinality as new (endpoint_id, event_id, user_id, occurred_at, position, type, place)
      order by place
      on conflict (endpoint_id, event_id) do\s""";

  private static final String REQUEUE =
      """
      update set number = excluded.number, state = 'WAITING', created_at = excluded.created_at, attempts = 0,
        first_attempt_at = null, finished_at = null, status = null, failure = ''
      where known.state <> 'WAITING'
      """;

  /** Gives the first waiting event of each user the time at which it is due. */
  private static final String PROMOTE =
      """
      update webhook_deliveries d set due_at = :now
      from (select distinct endpoint_id, user_id from unnest((select :endpoints)::uuid[], :users)
        as pair (endpoint_id, user_id)) pair
      cross join lateral (
        select endpoint_id, event_id from webhook_deliveries w
        where w.endpoint_id = pair.endpoint_id and w.user_id = pair.user_id and w.state = 'WAITING'
        order by number limit 1) first
      where d.endpoint_id = first.endpoint_id and d.event_id = first.event_id and d.due_at is null
      """;

  private static final String CLAIM =
      """
      with busy as (
        select * from unnest((select :busy)::uuid[], :counts::int[]) as busy (endpoint_id, running)),
      due as (
        select d.endpoint_id, d.event_id
        from webhook_endpoints e
        left join busy on busy.endpoint_id = e.id
        cross join lateral (
          select endpoint_id, event_id from webhook_deliveries
          where endpoint_id = e.id and due_at <= now()
          order by due_at limit greatest(:share - coalesce(busy.running, 0), 0) for update skip locked) d
        where e.state = 'ACTIVE'),
      claimed as (
        update webhook_deliveries d set attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, now()),
          due_at = now() + make_interval(secs => :lease), is_running = true
        from due where d.endpoint_id = due.endpoint_id and d.event_id = due.event_id
        returning d.*)
      select c.endpoint_id, c.event_id as claimed_event, c.user_id as claimed_user, c.number, c.attempts,
        c.first_attempt_at, c.position, w.url, w.secret,
        case when w.previous_secret_until > now() then w.previous_secret end as previous_secret,
      """
          + UserEventDao.COLUMNS
          + """
          from claimed c join webhook_endpoints w on w.id = c.endpoint_id
          left join events e on e.user_id = c.user_id and e.id = c.event_id and e.occurred_at = c.occurred_at
          """;

  /**
   * Reads at most a page of each index. The failed deliveries that wait are among those that are
   * due last, since their next attempts are in the future.
   */
  private static final String STATUSES =
      """
      select e.id, waiting.number as waiting, pause.occurred_at as paused_at, pause.actor, pause.reason,
        case when e.failing_since is not null then coalesce(failed.failure, dead.failure) end as failure
      from webhook_endpoints e
      cross join lateral (
        select count(*) as number from (select from webhook_deliveries
          where endpoint_id = e.id and state = 'WAITING' order by number limit :max) w) waiting
      left join lateral (
        select failure from (select failure, due_at from webhook_deliveries
          where endpoint_id = e.id and due_at is not null order by due_at desc limit :max) w
        where failure <> '' order by due_at desc limit 1) failed on true
      left join lateral (
        select failure from webhook_deliveries where endpoint_id = e.id and state = 'DEAD'
        order by number desc limit 1) dead on true
      left join lateral (
        select occurred_at, actor, reason from events where user_id = e.id and type = 'webhook.paused'
        order by id desc limit 1) pause on e.state <> 'ACTIVE'
      where e.id = any (:endpoints) and e.state <> 'DELETED'
      """;

  private final Handle tx;

  DeliveryDao(Handle tx) {
    this.tx = tx;
  }

  /** An event to queue for an endpoint. */
  record Entry(WebhookId endpoint, UserEvent event) {}

  /**
   * A delivery whose attempt is to be made by this process.
   *
   * @param number the place in the queue, which grows when the event is queued again
   * @param event empty if the event is not kept any more
   * @param secrets the current one, and the previous one while it is valid
   */
  record Claimed(
      WebhookId endpoint,
      UUID eventId,
      UUID user,
      long number,
      int attempts,
      Instant firstAttemptAt,
      URI url,
      List<WebhookSecret> secrets,
      Optional<UserEvent> event) {}

  /**
   * Lets this transaction add to the queue, and waits for those that finish deliveries. Without
   * this lock, an event that is added while the one before it is finished could be promoted by
   * neither of the two transactions.
   *
   * @return the time of the transaction
   */
  Instant lockToAdd() {
    return lock("pg_advisory_xact_lock");
  }

  /**
   * Lets this transaction finish deliveries, at the same time as others that do so.
   *
   * @return the time of the transaction
   */
  Instant lockToFinish() {
    return lock("pg_advisory_xact_lock_shared");
  }

  private Instant lock(String function) {
    return tx.createQuery(
            "select now() as now from " + function + "(" + AdvisoryLock.WEBHOOK_QUEUE.key() + ")")
        .map((row, context) -> Rows.instant(row, "now"))
        .one();
  }

  /** Returns the number of events that wait for an endpoint, counted up to the maximum. */
  int countWaiting(WebhookId endpoint, int max) {
    return tx.createQuery(
            """
            select count(*) from (select from webhook_deliveries
              where endpoint_id = :endpoint and state = 'WAITING' order by number limit :max) w
            """)
        .bind("endpoint", endpoint.value())
        .bind("max", max)
        .mapTo(Integer.class)
        .one();
  }

  /** Queues events that were not queued before, in this order. */
  void add(List<Entry> entries, Instant now) {
    insert(entries, now, "nothing");
  }

  /** Queues events, in this order, unless they are waiting. */
  void addAgain(List<Entry> entries, Instant now) {
    insert(entries, now, REQUEUE);
  }

  private void insert(List<Entry> entries, Instant now, String onConflict) {
    if (entries.isEmpty()) {
      return;
    }
    tx.createUpdate(INSERT + onConflict)
        .bind("now", now)
        .bind("endpoints", uuids(entries, entry -> entry.endpoint().value()))
        .bind("events", uuids(entries, entry -> entry.event().id()))
        .bind("users", uuids(entries, entry -> entry.event().user()))
        .bind("times", texts(entries, entry -> entry.event().occurredAt().toString()))
        .bind("positions", texts(entries, entry -> entry.event().position().number()))
        .bind("types", texts(entries, entry -> entry.event().type()))
        .execute();
    promote(
        uuids(entries, entry -> entry.endpoint().value()),
        uuids(entries, entry -> entry.event().user()),
        now);
  }

  private void promote(UUID[] endpoints, UUID[] users, Instant now) {
    tx.createUpdate(PROMOTE)
        .bind("now", now)
        .bind("endpoints", endpoints)
        .bind("users", users)
        .execute();
  }

  private static UUID[] uuids(List<Entry> entries, Function<Entry, UUID> column) {
    return entries.stream().map(column).toArray(UUID[]::new);
  }

  private static String[] texts(List<Entry> entries, Function<Entry, Object> column) {
    return entries.stream().map(column).map(Object::toString).toArray(String[]::new);
  }

  /**
   * Queues a finished event again, or makes the next attempt of a waiting one due.
   *
   * @return false if there is no delivery of the event
   */
  boolean addAgain(WebhookId endpoint, UUID event, Instant now) {
    var user =
        tx.createQuery(
                """
                update webhook_deliveries set
                  number = case when state = 'WAITING' then number
                    else nextval(pg_get_serial_sequence('webhook_deliveries', 'number')) end,
                  created_at = case when state = 'WAITING' then created_at else :now end,
                  attempts = case when state = 'WAITING' then attempts else 0 end,
                  first_attempt_at = case when state = 'WAITING' then first_attempt_at end,
                  due_at = case when is_running then due_at when due_at is not null then :now end,
                  finished_at = null, state = 'WAITING'
                where endpoint_id = :endpoint and event_id = :event
                returning user_id
                """)
            .bind("endpoint", endpoint.value())
            .bind("event", event)
            .bind("now", now)
            .mapTo(UUID.class)
            .findOne();
    user.ifPresent(known -> promote(new UUID[] {endpoint.value()}, new UUID[] {known}, now));
    return user.isPresent();
  }

  /**
   * Makes the first waiting event of each user due, unless an attempt of it is running. It is
   * attempted for the full time again.
   */
  void makeDue(WebhookId endpoint, Instant now) {
    tx.createUpdate(
            """
            update webhook_deliveries d set due_at = :now, first_attempt_at = null
            from (select distinct on (user_id) event_id from webhook_deliveries
              where endpoint_id = :endpoint and state = 'WAITING' order by user_id, number) first
            where d.endpoint_id = :endpoint and d.event_id = first.event_id and not d.is_running
            """)
        .bind("endpoint", endpoint.value())
        .bind("now", now)
        .execute();
  }

  /**
   * Claims deliveries that are due, until the end of the lease.
   *
   * @param timeline the current timeline of positions
   * @param lease the time after which another attempt may be claimed
   * @param share the number of deliveries of an endpoint that this process makes at a time
   * @param running the number of those that it is making
   */
  List<Claimed> claim(int timeline, Duration lease, int share, Map<WebhookId, Integer> running) {
    var busy = List.copyOf(running.keySet());
    var events = new UserEventDao(tx, timeline);
    return tx.createQuery(CLAIM)
        .bind("busy", busy.stream().map(WebhookId::value).toArray(UUID[]::new))
        .bind("counts", busy.stream().map(id -> running.get(id).toString()).toArray(String[]::new))
        .bind("share", share)
        .bind("lease", lease.toSeconds())
        .map((row, context) -> claimed(row, events))
        .list();
  }

  private static Claimed claimed(ResultSet row, UserEventDao events) throws SQLException {
    var current = new WebhookSecret(row.getBytes("secret"));
    byte[] previous = row.getBytes("previous_secret");
    return new Claimed(
        new WebhookId(Rows.uuid(row, "endpoint_id")),
        Rows.uuid(row, "claimed_event"),
        Rows.uuid(row, "claimed_user"),
        row.getLong("number"),
        row.getInt("attempts"),
        Rows.instant(row, "first_attempt_at"),
        URI.create(row.getString("url")),
        previous == null ? List.of(current) : List.of(current, new WebhookSecret(previous)),
        Rows.uuid(row, "id") == null ? Optional.empty() : Optional.of(events.event(row)));
  }

  /**
   * The result of an attempt.
   *
   * @param status empty if there was no answer
   * @param failure empty if it succeeded
   * @param isGone whether the endpoint wants no more messages
   * @param pause the time that the endpoint asks to wait before the next attempt
   */
  record Result(OptionalInt status, String failure, boolean isGone, Duration pause) {
    /** Returns the result of an attempt without an answer. */
    static Result failed(String failure) {
      return new Result(OptionalInt.empty(), failure, false, Duration.ZERO);
    }

    boolean isSuccess() {
      return failure.isEmpty();
    }
  }

  /**
   * Records that no further attempt follows, and makes the next event of the user due. Does nothing
   * if the event was claimed or queued again in the meantime. The caller must have called {@link
   * #lockToFinish}.
   */
  boolean finish(Claimed claimed, Result result, WebhookDelivery.State state, Instant now) {
    boolean isFinished = record(claimed, result, state, null, now) > 0;
    if (isFinished) {
      promote(new UUID[] {claimed.endpoint().value()}, new UUID[] {claimed.user()}, now);
    }
    return isFinished;
  }

  /** Records a failed attempt, unless the event was claimed or queued again in the meantime. */
  boolean postpone(Claimed claimed, Result result, Instant dueAt) {
    return record(claimed, result, WebhookDelivery.State.WAITING, dueAt, null) > 0;
  }

  private int record(
      Claimed claimed,
      Result result,
      WebhookDelivery.State state,
      Instant dueAt,
      Instant finishedAt) {
    return tx.createUpdate(
            """
            update webhook_deliveries set state = :state, due_at = :dueAt::timestamptz, is_running = false,
              finished_at = :finishedAt::timestamptz, status = :status, failure = :failure
            where endpoint_id = :endpoint and event_id = :event and number = :number and attempts = :attempts
              and state = 'WAITING'
            """)
        .bind("endpoint", claimed.endpoint().value())
        .bind("event", claimed.eventId())
        .bind("number", claimed.number())
        .bind("attempts", claimed.attempts())
        .bind("state", state)
        .bind("dueAt", dueAt)
        .bind("finishedAt", finishedAt)
        .bind("status", result.status().isPresent() ? result.status().getAsInt() : null)
        .bind("failure", result.failure())
        .execute();
  }

  Map<WebhookId, WebhookStatus> statuses(Collection<WebhookId> endpoints) {
    return tx
        .createQuery(STATUSES)
        .bind("endpoints", endpoints.stream().map(WebhookId::value).toArray(UUID[]::new))
        .bind("max", WebhookStatus.MAX_COUNTED + 1)
        .map((row, context) -> Map.entry(new WebhookId(Rows.uuid(row, "id")), status(row)))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static WebhookStatus status(ResultSet row) throws SQLException {
    var pausedAt = Rows.optionalInstant(row, "paused_at");
    String actor = row.getString("actor");
    String reason = row.getString("reason");
    return new WebhookStatus(
        row.getInt("waiting"),
        Optional.ofNullable(row.getString("failure")),
        pausedAt.map(at -> new WebhookStatus.Pause(at, actor, reason)));
  }

  /** A delivery with its place in the order of the queue. */
  record Listed(WebhookDelivery delivery, long number) {}

  /** Returns the deliveries in these states, the last ones before the number first. */
  List<Listed> page(
      WebhookId endpoint,
      Collection<WebhookDelivery.State> states,
      OptionalLong before,
      int limit,
      int timeline) {
    return tx.createQuery(
            """
            select d.* from unnest(:states) as wanted (state)
            cross join lateral (
              select event_id, position, type, user_id, state, attempts, created_at, due_at, finished_at, status,
                failure, number
              from webhook_deliveries
              where endpoint_id = :endpoint and state = wanted.state and number < :before
              order by number desc limit :limit) d
            order by d.number desc limit :limit
            """)
        .bind("states", states.stream().map(Enum::name).toArray(String[]::new))
        .bind("endpoint", endpoint.value())
        .bind("before", before.orElse(Long.MAX_VALUE))
        .bind("limit", limit)
        .map((row, context) -> listed(row, timeline))
        .list();
  }

  private static Listed listed(ResultSet row, int timeline) throws SQLException {
    int status = row.getInt("status");
    boolean hasStatus = !row.wasNull();
    return new Listed(
        new WebhookDelivery(
            Rows.uuid(row, "event_id"),
            new EventPosition(timeline, row.getLong("position")),
            row.getString("type"),
            Rows.uuid(row, "user_id"),
            WebhookDelivery.State.valueOf(row.getString("state")),
            row.getInt("attempts"),
            Rows.instant(row, "created_at"),
            Rows.optionalInstant(row, "due_at"),
            Rows.optionalInstant(row, "finished_at"),
            hasStatus ? OptionalInt.of(status) : OptionalInt.empty(),
            row.getString("failure")),
        row.getLong("number"));
  }

  /**
   * Deletes deliveries of deleted endpoints, and old ones. Those of an endpoint in one state are
   * about in the order of their numbers. The caller must have called {@link #lockToAdd}, so that no
   * endpoint is resumed meanwhile, and no delivery is queued again.
   *
   * @return the number of deleted rows, which may be greater than the limit
   */
  int deleteOld(Instant deliveredBefore, Instant othersBefore, int limit) {
    return tx.createUpdate(
            """
            with old as (
              select d.endpoint_id, d.event_id
              from webhook_endpoints e
              cross join unnest(array['WAITING', 'DELIVERED', 'DEAD']) as kind (state)
              cross join lateral (
                select endpoint_id, event_id, coalesce(finished_at, created_at) as at from webhook_deliveries
                where endpoint_id = e.id and state = kind.state
                order by number limit :limit) d
              where e.state = 'DELETED'
                or (kind.state = 'DELIVERED' and d.at < :deliveredBefore)
                or (kind.state = 'DEAD' and d.at < :othersBefore)
                or (kind.state = 'WAITING' and e.state <> 'ACTIVE' and d.at < :othersBefore))
            delete from webhook_deliveries d using old
            where d.endpoint_id = old.endpoint_id and d.event_id = old.event_id
            """)
        .bind("deliveredBefore", deliveredBefore)
        .bind("othersBefore", othersBefore)
        .bind("limit", limit)
        .execute();
  }

  boolean hasDeletedEndpoints() {
    return tx.createQuery("select exists (select from webhook_endpoints where state = 'DELETED')")
        .mapTo(Boolean.class)
        .one();
  }

  /**
   * Deletes the deleted endpoints that have no deliveries any more. The caller must have called
   * {@link #lockToAdd}.
   */
  int deleteEndpoints() {
    return tx.createUpdate(
            """
            delete from webhook_endpoints e where state = 'DELETED'
              and not exists (select from webhook_deliveries where endpoint_id = e.id)
            """)
        .execute();
  }
}
