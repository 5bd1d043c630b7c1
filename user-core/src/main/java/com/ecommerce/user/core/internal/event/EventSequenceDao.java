package com.ecommerce.user.core.internal.event;

import com.ecommerce.user.core.event.EventPosition;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;

/** The statements of the sequencer. */
final class EventSequenceDao {
  private static final int STATE_TIMEOUT_SECONDS = 2;

  /** The time limit of a batch. A large one takes a minute or two for each million events. */
  private static final int ASSIGN_TIMEOUT_SECONDS = 3_600;

  /** The id of the cluster, which a failover or a crash does not change. Anyone may read it. */
  private static final String CLUSTER = "(select system_identifier::text from pg_control_system())";

  private static final String STATE =
      """
      select coalesce((select id from event_timelines order by number desc limit 1), 0) as timeline,
        position, dropped_through,
        server <> %s
        or exists (select from events
          where transaction_id >= pg_snapshot_xmax(s.seen) and transaction_id < pg_snapshot_xmax(pg_current_snapshot()))
        or exists (select from events where transaction_id = any (array(select pg_snapshot_xip(s.seen)))) as is_behind
      from event_sequence s
      """;

  /**
   * A position is valid in the current timeline up to the place where the next timeline after its
   * own began.
   */
  private static final String IN_CURRENT_TIMELINE =
      """
      select (select id from event_timelines order by number desc limit 1) as timeline
      from event_sequence s join event_timelines t on t.id = :timeline
      where :number >= s.dropped_through
        and :number <= coalesce((select min(begins_after) from event_timelines later where later.number > t.number),
          s.position)
      """;

  private static final String LOCK =
      """
      select position, seen::text as seen, server, cluster, %s as server_now, %s as cluster_now
      from event_sequence for update skip locked
      """;

  /** The events that the last batch could not see. */
  private static final String UNSEEN =
      """
      select id, occurred_at, user_id, user_version from events
        where transaction_id >= pg_snapshot_xmax(:seen::pg_snapshot)
          and transaction_id < pg_snapshot_xmax(pg_current_snapshot())
      union all
      select id, occurred_at, user_id, user_version from events
        where transaction_id = any (array(select pg_snapshot_xip(:seen::pg_snapshot)))
      """;

  /**
   * The events that the last batch may not have seen, if it ran in another cluster. Their ids are
   * at or above the minimum of its snapshot, or were assigned by this cluster.
   */
  private static final String UNSEEN_IN_OTHER_CLUSTER =
      """
      select id, occurred_at, user_id, user_version from events
        where transaction_id >= pg_snapshot_xmin(:seen::pg_snapshot)
          or transaction_id < pg_snapshot_xmax(pg_current_snapshot())
      """;

  /**
   * Leaves out events that have a position, since a restored one may have a transaction id that
   * this cluster has assigned again. {@code place} numbers the events that change one user in the
   * order of their ids, and {@code turn} in that of the versions. The event with turn n takes the
   * n-th place.
   */
  private static final String ASSIGN =
      """
      with unseen as (%s),
      new as (
        select *, row_number() over (order by id) as number,
          row_number() over (partition by user_id, user_version is null order by id) as place,
          row_number() over (partition by user_id, user_version is null order by user_version, id) as turn
        from unseen
        where not exists (select from event_positions p
          where p.user_id = unseen.user_id and p.event_id = unseen.id and p.occurred_at = unseen.occurred_at)),
      assigned as (
        insert into event_positions (position, occurred_at, user_id, event_id)
        select :position + places.number, turns.occurred_at, turns.user_id, turns.id
        from new as places join new as turns
          on turns.user_id = places.user_id and turns.turn = places.place
            and (turns.user_version is null) = (places.user_version is null)
        returning 1)
      update event_sequence set position = position + (select count(*) from assigned), seen = pg_current_snapshot(),
        server = :server, cluster = :cluster
      """;

  private final Handle tx;

  EventSequenceDao(Handle tx) {
    this.tx = tx;
  }

  /**
   * The state of the last batch, whose row is locked.
   *
   * @param seen the transactions whose events have positions, in the format of {@code pg_snapshot}
   * @param server the server that assigned the last batch
   * @param cluster the cluster of that server; empty before the first batch
   * @param serverNow the current server
   * @param clusterNow the current cluster
   */
  record Last(
      long position,
      String seen,
      String server,
      String cluster,
      String serverNow,
      String clusterNow) {}

  EventSequencer.State state() {
    return tx.createQuery(String.format(Locale.ROOT, STATE, EventFeedDao.SERVER))
        .setQueryTimeout(STATE_TIMEOUT_SECONDS)
        .map(
            (row, context) ->
                new EventSequencer.State(
                    row.getInt("timeline"),
                    row.getLong("position"),
                    row.getLong("dropped_through"),
                    row.getBoolean("is_behind")))
        .one();
  }

  /** Returns the position in the current timeline; empty if it is not valid there. */
  Optional<EventPosition> inCurrentTimeline(EventPosition position) {
    return tx.createQuery(IN_CURRENT_TIMELINE)
        .bind("timeline", position.timeline())
        .bind("number", position.number())
        .mapTo(Integer.class)
        .findFirst()
        .map(timeline -> new EventPosition(timeline, position.number()));
  }

  /** Returns empty if another instance has locked the row. */
  Optional<Last> lock() {
    return tx.createQuery(String.format(Locale.ROOT, LOCK, EventFeedDao.SERVER, CLUSTER))
        .map(
            (row, context) ->
                new Last(
                    row.getLong("position"),
                    row.getString("seen"),
                    row.getString("server"),
                    row.getString("cluster"),
                    row.getString("server_now"),
                    row.getString("cluster_now")))
        .findOne();
  }

  /**
   * Returns whether at most this number of events have no position. Returns false if an index
   * cannot tell, as after a restore.
   */
  boolean isShort(Last last, long max) {
    return isHere(last)
        && tx.createQuery("select count(*) <= :max from (" + UNSEEN + " limit :max + 1) unseen")
            .setQueryTimeout(STATE_TIMEOUT_SECONDS)
            .bind("seen", last.seen())
            .bind("max", max)
            .mapTo(Boolean.class)
            .one();
  }

  private static boolean isHere(Last last) {
    return last.cluster().isEmpty() || last.cluster().equals(last.clusterNow());
  }

  void beginTimeline(int id, long after) {
    tx.createUpdate("insert into event_timelines (id, begins_after) values (:id, :after)")
        .bind("id", id)
        .bind("after", after)
        .execute();
  }

  /** Assigns positions to the events that have none. */
  void assign(Last last) {
    var connection = tx.getConnection();
    try {
      // The limit of the pool suits the statements of calls. After a failure, the connection is
      // closed.
      int limit = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, ASSIGN_TIMEOUT_SECONDS * 1_000);
      assignAll(last);
      connection.setNetworkTimeout(Runnable::run, limit);
    } catch (SQLException failed) {
      throw new ConnectionException(failed);
    }
  }

  private void assignAll(Last last) {
    var unseen = isHere(last) ? UNSEEN : UNSEEN_IN_OTHER_CLUSTER;
    tx.createUpdate(String.format(Locale.ROOT, ASSIGN, unseen))
        .setQueryTimeout(ASSIGN_TIMEOUT_SECONDS)
        .bind("seen", last.seen())
        .bind("position", last.position())
        .bind("server", last.serverNow())
        .bind("cluster", last.clusterNow())
        .execute();
  }
}
