package com.ecommerce.user.core.internal.event;

import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.internal.db.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads events that have a position. */
public final class UserEventDao {
  /** The maximum number of events that one statement looks at. */
  static final int MAX_SCANNED = 20_000;

  /** The columns of the table {@code events e} that {@link #event} reads. */
  public static final String COLUMNS =
      """
      e.id, e.type, e.user_id, e.object_id, e.actor, e.reason, e.fields, e.user_version, e.occurred_at, e.call_id
      """;

  private static final String JOIN =
      """
      join events e on e.user_id = s.user_id and e.id = s.event_id and e.occurred_at = s.occurred_at
      """;

  /** The positions of some users. Since they are few, {@code offset 0} has them found first. */
  private static final String POSITIONS_OF_USERS =
      "(select * from event_positions where user_id = any (:users) offset 0)";

  private static final String PAGE =
      """
      with scanned as materialized (
        select position, occurred_at, user_id, event_id from %s as p
        where (occurred_at, position) < (:time::timestamptz, :position) %s
        order by occurred_at desc, position desc limit :scanned),
      found as (
        select s.position, %s from scanned s %s
        where true %s
        order by s.occurred_at desc, s.position desc limit :limit),
      last as (select occurred_at, position, (select count(*) from scanned) as scanned
        from scanned order by occurred_at, position limit 1)
      select found.*, last.scanned, last.occurred_at as last_time, last.position as last_position
      from last left join found on true
      order by found.occurred_at desc, found.position desc
      """;

  private static final String RANGE =
      """
      with scanned as materialized (
        select position, occurred_at, user_id, event_id from %s as p
        where position > :after and position <= :end order by position limit :scanned),
      found as (select s.position, %s from scanned s %s where true %s order by s.position limit :limit),
      last as (select count(*) as scanned, max(position) as position,
        (select dropped_through from event_sequence) as dropped_through from scanned)
      select found.*, last.scanned, last.position as last_position, last.dropped_through
      from last left join found on true
      order by found.position
      """;

  private final Handle tx;
  private final int timeline;

  /**
   * @param timeline the current timeline
   */
  public UserEventDao(Handle tx, int timeline) {
    this.tx = tx;
    this.timeline = timeline;
  }

  /** A place in the order of time. */
  record Place(Instant time, long position) {}

  /**
   * Events that were found among a limited number.
   *
   * @param last the last place that was looked at; empty if no events are left
   */
  record Found(List<UserEvent> events, Optional<Place> last) {}

  private record Row(Optional<UserEvent> event, Place last, int scanned) {}

  /** Returns the newest events before the place. */
  Found page(EventFilter filter, Optional<Place> before, int limit) {
    boolean filtersRows = !filter.types().isEmpty() || filter.actor().isPresent();
    int scanned = filtersRows ? MAX_SCANNED : limit;
    var sql =
        String.format(
            Locale.ROOT,
            PAGE,
            filter.users().isEmpty() ? "event_positions" : POSITIONS_OF_USERS,
            (filter.from().isPresent() ? "and occurred_at >= :from " : "")
                + (filter.before().isPresent() ? "and occurred_at < :before" : ""),
            COLUMNS,
            JOIN,
            (filter.types().isEmpty() ? "" : "and e.type = any (:types) ")
                + (filter.actor().isPresent() ? "and e.actor = :actor" : ""));
    try (var query = tx.createQuery(sql)) {
      bind(query, filter);
      query
          .bind("time", before.map(place -> place.time().toString()).orElse("infinity"))
          .bind("position", before.map(Place::position).orElse(Long.MAX_VALUE))
          .bind("scanned", scanned)
          .bind("limit", limit);
      var rows = query.map(this::row).list();
      var last =
          rows.stream().findAny().filter(row -> row.scanned() == scanned).map(row -> row.last());
      return new Found(rows.stream().flatMap(row -> row.event().stream()).toList(), last);
    }
  }

  /**
   * The events in a range of positions.
   *
   * @param events the events that pass the filter, in the order of their positions
   * @param end the number of its last position
   * @param isIncomplete whether some of its events may have been dropped
   */
  public record Range(List<UserEvent> events, long end, boolean isIncomplete) {}

  private record RangeRow(
      Optional<UserEvent> event, int scanned, long lastPosition, long droppedThrough) {}

  /** Returns at most this number of events after a number, up to the state. */
  public Range range(EventFilter filter, long after, EventSequencer.State until, int limit) {
    return range(filter, after, until, limit, limit);
  }

  /**
   * Returns the events after a number, up to the state or to one of the limits.
   *
   * @param filter its actor and times are not used
   * @param scanned the maximum number of events to look at
   * @param limit the maximum number of events to return
   */
  Range range(EventFilter filter, long after, EventSequencer.State until, int scanned, int limit) {
    var sql =
        String.format(
            Locale.ROOT,
            RANGE,
            filter.users().isEmpty() ? "event_positions" : POSITIONS_OF_USERS,
            COLUMNS,
            JOIN,
            filter.types().isEmpty() ? "" : "and e.type = any (:types)");
    try (var query = tx.createQuery(sql)) {
      bind(query, filter);
      query
          .bind("after", after)
          .bind("end", until.position())
          .bind("scanned", scanned)
          .bind("limit", limit);
      var rows = query.map(this::rangeRow).list();
      var first = rows.get(0);
      var events = rows.stream().flatMap(row -> row.event().stream()).toList();
      long end = first.scanned() == scanned ? first.lastPosition() : until.position();
      if (events.size() == limit) {
        // There may be further events that pass the filter.
        end = events.get(limit - 1).position().number();
      }
      return new Range(events, end, after < first.droppedThrough());
    }
  }

  private RangeRow rangeRow(ResultSet row, StatementContext context) throws SQLException {
    return new RangeRow(
        optionalEvent(row),
        row.getInt("scanned"),
        row.getLong("last_position"),
        row.getLong("dropped_through"));
  }

  private static void bind(Query query, EventFilter filter) {
    if (!filter.users().isEmpty()) {
      query.bind("users", filter.users().toArray(UUID[]::new));
    }
    if (!filter.types().isEmpty()) {
      query.bind("types", filter.types().toArray(String[]::new));
    }
    filter.actor().ifPresent(actor -> query.bind("actor", actor));
    filter.from().ifPresent(from -> query.bind("from", from));
    filter.before().ifPresent(before -> query.bind("before", before));
  }

  private Row row(ResultSet row, StatementContext context) throws SQLException {
    return new Row(
        optionalEvent(row),
        new Place(Rows.instant(row, "last_time"), row.getLong("last_position")),
        row.getInt("scanned"));
  }

  private Optional<UserEvent> optionalEvent(ResultSet row) throws SQLException {
    return Rows.uuid(row, "id") == null ? Optional.empty() : Optional.of(event(row));
  }

  /** Returns the event in {@link #COLUMNS} and a column {@code position}. */
  public UserEvent event(ResultSet row) throws SQLException {
    long version = row.getLong("user_version");
    return new UserEvent(
        Rows.uuid(row, "id"),
        new EventPosition(timeline, row.getLong("position")),
        row.getString("type"),
        Rows.uuid(row, "user_id"),
        Optional.ofNullable(Rows.uuid(row, "object_id")),
        row.getString("actor"),
        row.getString("reason"),
        Arrays.asList((String[]) row.getArray("fields").getArray()),
        version == 0 ? OptionalLong.empty() : OptionalLong.of(version),
        Rows.instant(row, "occurred_at"),
        Optional.ofNullable(row.getString("call_id")).orElse(""));
  }
}
