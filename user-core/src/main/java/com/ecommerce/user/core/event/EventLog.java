package com.ecommerce.user.core.event;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.internal.Daos;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The append-only log of every change: who, what, when, why, and the names of the changed fields,
 * never their values. Rows are written in the transaction of the change. Thread-safe.
 */
public final class EventLog {
  private final Uuids ids;

  public EventLog(Uuids ids) {
    this.ids = ids;
  }

  /** Appends a change that has no reason. */
  public void append(
      Handle tx, Call call, Instant now, EventType type, UserId user, List<String> fields) {
    append(tx, call, now, type, user, "", fields);
  }

  /** Appends a change with the caller's reason. */
  public void append(
      Handle tx, Call call, Instant now, EventType type, UserId user, String reason) {
    append(tx, call, now, type, user, reason, List.of());
  }

  /** Appends a change with the caller's reason and the names of the changed fields. */
  public void append(
      Handle tx,
      Call call,
      Instant now,
      EventType type,
      UserId user,
      String reason,
      List<String> fields) {
    appendAll(tx, List.of(new Entry(call, now, type, user, null, reason, fields)));
  }

  /**
   * Appends a change of something that belongs to the user.
   *
   * @param object its id, which is no personal data and outlives it
   */
  public void append(
      Handle tx,
      Call call,
      Instant now,
      EventType type,
      UserId user,
      UUID object,
      List<String> fields) {
    appendAll(tx, List.of(new Entry(call, now, type, user, object, "", fields)));
  }

  /**
   * A change that was made.
   *
   * @param object what it changed, if that belongs to the user; null if it is the user
   */
  public record Entry(
      Call call,
      Instant now,
      EventType type,
      UserId user,
      UUID object,
      String reason,
      List<String> fields) {}

  /** Appends several changes, in their order. */
  public void appendAll(Handle tx, List<Entry> entries) {
    Daos.on(tx, EventDao.class)
        .insert(
            uuids(entries, entry -> ids.next()),
            texts(entries, entry -> entry.now().toString()),
            texts(entries, entry -> entry.call().actor().name()),
            texts(entries, entry -> entry.type().code()),
            uuids(entries, entry -> entry.user().value()),
            uuids(entries, Entry::object),
            texts(entries, Entry::reason),
            texts(entries, entry -> String.join(",", entry.fields())));
  }

  private static UUID[] uuids(List<Entry> entries, Function<Entry, UUID> column) {
    return entries.stream().map(column).toArray(UUID[]::new);
  }

  private static String[] texts(List<Entry> entries, Function<Entry, String> column) {
    return entries.stream().map(column).toArray(String[]::new);
  }
}
