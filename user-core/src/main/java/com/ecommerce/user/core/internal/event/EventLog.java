package com.ecommerce.user.core.internal.event;

import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.db.MultiTableStatement;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * The append-only log of all changes. It records who changed what, when and why, and the names of
 * the changed fields, but never their values. Rows are written in the transaction of the change.
 * Thread-safe.
 */
public final class EventLog {
  /**
   * Appends the events that {@link #bind} binds. A statement that also makes the changes can end
   * with this one, followed by a condition on {@code entry.user_id}.
   */
  public static final String APPEND =
      """
      insert into events (id, occurred_at, actor, type, user_id, object_id, reason, fields, user_version, call_id)
      select id, occurred_at, actor, type, user_id, object_id, reason, string_to_array(fields, ','), user_version,
        call_id
      from unnest((select :entry_ids)::uuid[], :entry_times::timestamptz[], :entry_actors, :entry_types, :entry_users,
          :entry_objects, :entry_reasons, :entry_fields, :entry_versions::bigint[], :entry_calls)
        as entry (id, occurred_at, actor, type, user_id, object_id, reason, fields, user_version, call_id)
      """;

  private final Uuids ids;

  public EventLog(Uuids ids) {
    this.ids = ids;
  }

  /** Appends the events of a multi-table insert. Must be called once for each statement. */
  public void append(MultiTableStatement change, List<Entry> entries) {
    change.add(APPEND, append -> bind(append, entries));
  }

  /**
   * An event.
   *
   * @param object the id of the changed object, if it belongs to the user; null if the user was
   *     changed
   * @param reason the caller's reason; may be empty
   * @param fields the names of the changed fields
   * @param version the version of the user after the event; null if the event does not change it
   */
  public record Entry(
      RequestContext call,
      Instant now,
      EventType type,
      UserId user,
      UUID object,
      String reason,
      List<String> fields,
      Long version) {
    /** Returns an event of the user, without a reason. */
    public static Entry of(RequestContext call, Instant now, EventType type, UserId user) {
      return new Entry(call, now, type, user, null, "", List.of(), null);
    }

    /**
     * Returns the same event of an object that belongs to the user.
     *
     * @param id is not personal data, and is kept after the deletion of the object
     */
    public Entry about(UUID id) {
      return new Entry(call, now, type, user, id, reason, fields, version);
    }

    /** Returns the same event with a reason. */
    public Entry because(String text) {
      return new Entry(call, now, type, user, object, text, fields, version);
    }

    /** Returns the same event with the names of the changed fields. */
    public Entry changing(List<String> names) {
      return new Entry(call, now, type, user, object, reason, names, version);
    }

    /** Returns the same event with the version of the user after it. */
    public Entry leadingTo(long version) {
      return new Entry(call, now, type, user, object, reason, fields, version);
    }
  }

  /** Appends an event. */
  public void append(Handle tx, Entry entry) {
    append(tx, List.of(entry));
  }

  /** Appends several events in this order, with one statement. */
  public void append(Handle tx, List<Entry> entries) {
    bind(tx.createUpdate(APPEND), entries).execute();
  }

  /**
   * Binds the parameters of {@link #APPEND}.
   *
   * @param entries the events, which are appended in this order
   */
  public <S extends SqlStatement<S>> S bind(S statement, List<Entry> entries) {
    return statement
        .bind("entry_ids", uuids(entries, entry -> ids.next()))
        .bind("entry_times", texts(entries, entry -> entry.now().toString()))
        .bind("entry_actors", texts(entries, entry -> entry.call().actor().name()))
        .bind("entry_types", texts(entries, entry -> entry.type().code()))
        .bind("entry_users", uuids(entries, entry -> entry.user().value()))
        .bind("entry_objects", uuids(entries, Entry::object))
        .bind("entry_reasons", texts(entries, Entry::reason))
        .bind("entry_fields", texts(entries, entry -> String.join(",", entry.fields())))
        .bind("entry_versions", texts(entries, entry -> Objects.toString(entry.version(), null)))
        .bind("entry_calls", texts(entries, entry -> callId(entry.call())));
  }

  /** Returns the id of the call, or null for work of the service itself. */
  private static String callId(RequestContext call) {
    String id = call.log().callId();
    return id.isEmpty() ? null : id;
  }

  private static UUID[] uuids(List<Entry> entries, Function<Entry, UUID> column) {
    return entries.stream().map(column).toArray(UUID[]::new);
  }

  private static String[] texts(List<Entry> entries, Function<Entry, String> column) {
    return entries.stream().map(column).toArray(String[]::new);
  }
}
