package com.ecommerce.user.core.internal.webhook;

import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.internal.webhook.DeliveryDao.Claimed;
import com.ecommerce.user.core.webhook.WebhookEndpoint;
import com.ecommerce.user.core.webhook.WebhookId;
import com.ecommerce.user.core.webhook.WebhookSettings;
import com.ecommerce.user.core.webhook.WebhookStatistics;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads and writes endpoints. */
final class WebhookDao {
  private static final String SELECT =
      """
      select id, url, types, description, state, failing_since, secret, secret_changed_at, previous_secret_until,
        created_at, updated_at, starts_after, replay_after, replay_through
      from webhook_endpoints where state <> 'DELETED'
      """;

  private final Handle tx;

  WebhookDao(Handle tx) {
    this.tx = tx;
  }

  /** An endpoint with its secret. */
  record Stored(WebhookEndpoint endpoint, WebhookSecret secret) {}

  /**
   * An endpoint for which events are queued.
   *
   * @param startsAfter the position after which it receives events
   * @param replayAfter the position after which events are to be queued again; empty for none, and
   *     while the endpoint is paused
   * @param replayThrough the last position of those
   */
  record Receiver(
      WebhookId id,
      WebhookSettings settings,
      long startsAfter,
      OptionalLong replayAfter,
      long replayThrough) {}

  void insert(WebhookEndpoint endpoint, WebhookSecret secret, long startsAfter) {
    tx.createUpdate(
            """
            insert into webhook_endpoints (id, url, types, description, state, secret, starts_after, created_at,
              updated_at)
            values (:id, :url, :types, :description, 'ACTIVE', :secret, :startsAfter, :now, :now)
            """)
        .bind("id", endpoint.id().value())
        .bind("url", endpoint.settings().url().toString())
        .bind("types", types(endpoint.settings()))
        .bind("description", endpoint.settings().description())
        .bind("secret", secret.key())
        .bind("startsAfter", startsAfter)
        .bind("now", endpoint.createdAt())
        .execute();
  }

  private static String[] types(WebhookSettings settings) {
    return settings.types().stream().sorted().toArray(String[]::new);
  }

  Optional<Stored> find(WebhookId id) {
    return select("and id = :id", id);
  }

  /** Finds an endpoint, which no other transaction changes until this one ends. */
  Optional<Stored> lock(WebhookId id) {
    return select("and id = :id for update", id);
  }

  private Optional<Stored> select(String condition, WebhookId id) {
    return tx.createQuery(SELECT + condition)
        .bind("id", id.value())
        .map(WebhookDao::stored)
        .findOne();
  }

  List<WebhookEndpoint> list() {
    return tx.createQuery(SELECT + "order by id").map(WebhookDao::endpoint).list();
  }

  List<Receiver> receivers() {
    return tx.createQuery(SELECT + "order by id").map(WebhookDao::receiver).list();
  }

  void update(WebhookId id, WebhookSettings settings, Instant now) {
    tx.createUpdate(
            """
            update webhook_endpoints set url = :url, types = :types, description = :description, updated_at = :now
            where id = :id
            """)
        .bind("id", id.value())
        .bind("url", settings.url().toString())
        .bind("types", types(settings))
        .bind("description", settings.description())
        .bind("now", now)
        .execute();
  }

  /**
   * Replaces the secret.
   *
   * @param overlap the time for which the previous secret signs as well, by the clock of the
   *     database
   */
  void rotate(WebhookId id, WebhookSecret secret, Instant now, Duration overlap) {
    tx.createUpdate(
            """
            update webhook_endpoints set secret = :secret, secret_changed_at = now(), updated_at = :now,
              previous_secret = case when :overlap > 0 then secret end,
              previous_secret_until = case when :overlap > 0 then now() + make_interval(secs => :overlap) end
            where id = :id
            """)
        .bind("id", id.value())
        .bind("secret", secret.key())
        .bind("now", now)
        .bind("overlap", overlap.toMillis() / 1_000.0)
        .execute();
  }

  void setState(WebhookId id, WebhookEndpoint.State state, Instant now) {
    tx.createUpdate(
            """
            update webhook_endpoints set state = :state, updated_at = :now,
              failing_since = case when :state <> 'ACTIVE' then failing_since end
            where id = :id
            """)
        .bind("id", id.value())
        .bind("state", state)
        .bind("now", now)
        .execute();
  }

  void delete(WebhookId id, Instant now) {
    tx.createUpdate(
            """
            update webhook_endpoints set state = 'DELETED', secret = '', previous_secret = null,
              previous_secret_until = null, replay_after = null, replay_through = null, updated_at = :now
            where id = :id
            """)
        .bind("id", id.value())
        .bind("now", now)
        .execute();
  }

  /** Records that an attempt succeeded. */
  void noteSuccess(WebhookId id) {
    tx.createUpdate(
            "update webhook_endpoints set failing_since = null where id = :id and failing_since is not null")
        .bind("id", id.value())
        .execute();
  }

  /**
   * Records that an attempt failed.
   *
   * @param isGone whether the endpoint wants no more messages, which pauses it unless it has
   *     another URL by now
   * @param pausedIfSince pauses the endpoint if it has been failing since this time or longer
   * @return whether the endpoint was paused
   */
  boolean noteFailure(Claimed claimed, Instant now, boolean isGone, Instant pausedIfSince) {
    var id = claimed.endpoint();
    tx.createUpdate(
            "update webhook_endpoints set failing_since = :now where id = :id and failing_since is null")
        .bind("id", id.value())
        .bind("now", now)
        .execute();
    return tx.createUpdate(
                """
                update webhook_endpoints set state = 'PAUSED_AFTER_FAILURES', updated_at = :now
                where id = :id and state = 'ACTIVE'
                  and ((:isGone and url = :url) or failing_since <= :pausedIfSince)
                """)
            .bind("id", id.value())
            .bind("now", now)
            .bind("isGone", isGone)
            .bind("url", claimed.url().toString())
            .bind("pausedIfSince", pausedIfSince)
            .execute()
        > 0;
  }

  /** Deletes the previous secrets that have expired. */
  void forgetPreviousSecrets() {
    tx.execute(
        """
        update webhook_endpoints set previous_secret = null, previous_secret_until = null
        where previous_secret_until <= now()
        """);
  }

  void setReplay(WebhookId id, long after, long through) {
    tx.createUpdate(
            """
            update webhook_endpoints set replay_after = case when :after < :through then :after end,
              replay_through = case when :after < :through then :through end
            where id = :id
            """)
        .bind("id", id.value())
        .bind("after", after)
        .bind("through", through)
        .execute();
  }

  /**
   * The work of the queue that is to be done.
   *
   * @param hasReplays whether events are to be queued again for an active endpoint
   */
  record Work(int endpoints, long position, boolean hasReplays) {}

  Work work() {
    return tx.createQuery(
            """
            select count(*) as endpoints, count(replay_after) filter (where state = 'ACTIVE') > 0 as has_replays,
              (select position from webhook_progress) as position
            from webhook_endpoints where state <> 'DELETED'
            """)
        .map(
            (row, context) ->
                new Work(
                    row.getInt("endpoints"),
                    row.getLong("position"),
                    row.getBoolean("has_replays")))
        .one();
  }

  /** Waits for the lock of the queue's position, and returns the position. */
  long lockPosition() {
    return tx.createQuery("select position from webhook_progress for update")
        .mapTo(Long.class)
        .one();
  }

  /** Does the same without waiting; empty if another transaction has the lock. */
  OptionalLong tryLockPosition() {
    return tx
        .createQuery("select position from webhook_progress for update skip locked")
        .mapTo(Long.class)
        .stream()
        .mapToLong(Long::longValue)
        .findFirst();
  }

  void setPosition(long position) {
    tx.createUpdate("update webhook_progress set position = :position")
        .bind("position", position)
        .execute();
  }

  /** Counts rows in indexes, up to a maximum. */
  WebhookStatistics statistics() {
    return tx.createQuery(
            """
            select
              (select count(*) from (select from webhook_endpoints e cross join lateral (
                select from webhook_deliveries where endpoint_id = e.id and state = 'WAITING'
                order by number limit :max) d where e.state = 'ACTIVE' limit :max) w) as waiting,
              (select coalesce(extract(epoch from now() - min(d.created_at)) * 1000, 0)::bigint
                from webhook_endpoints e cross join lateral (
                select created_at from webhook_deliveries where endpoint_id = e.id and state = 'WAITING'
                order by number limit 1) d where e.state = 'ACTIVE') as oldest_millis,
              (select count(*) from (select from webhook_endpoints e cross join lateral (
                select from webhook_deliveries where endpoint_id = e.id and state = 'DEAD'
                order by number limit :max) d where e.state <> 'DELETED' limit :max) w) as dead,
              (select count(*) from webhook_endpoints where state = 'PAUSED_AFTER_FAILURES') as paused
            """)
        .bind("max", WebhookStatistics.MAX_COUNTED)
        .map(
            (row, context) ->
                new WebhookStatistics(
                    row.getLong("waiting"),
                    Duration.ofMillis(row.getLong("oldest_millis")),
                    row.getLong("dead"),
                    row.getInt("paused")))
        .one();
  }

  private static Stored stored(ResultSet row, StatementContext context) throws SQLException {
    return new Stored(endpoint(row, context), new WebhookSecret(row.getBytes("secret")));
  }

  private static WebhookEndpoint endpoint(ResultSet row, StatementContext context)
      throws SQLException {
    return new WebhookEndpoint(
        new WebhookId(Rows.uuid(row, "id")),
        settings(row),
        WebhookEndpoint.State.valueOf(row.getString("state")),
        Rows.optionalInstant(row, "failing_since"),
        Rows.optionalInstant(row, "secret_changed_at"),
        Rows.optionalInstant(row, "previous_secret_until"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }

  private static WebhookSettings settings(ResultSet row) throws SQLException {
    return new WebhookSettings(
        URI.create(row.getString("url")),
        Set.of((String[]) row.getArray("types").getArray()),
        row.getString("description"));
  }

  private static Receiver receiver(ResultSet row, StatementContext context) throws SQLException {
    long replayAfter = row.getLong("replay_after");
    boolean replays =
        !row.wasNull() && row.getString("state").equals(WebhookEndpoint.State.ACTIVE.name());
    return new Receiver(
        new WebhookId(Rows.uuid(row, "id")),
        settings(row),
        row.getLong("starts_after"),
        replays ? OptionalLong.of(replayAfter) : OptionalLong.empty(),
        row.getLong("replay_through"));
  }
}
