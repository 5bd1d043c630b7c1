package com.ecommerce.user.core.internal.preference;

import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

final class PreferenceDao {
  private static final String FIND =
      "select " + joined("%1$s") + " from preferences where user_id = :userId";

  private static final String UPSERT = upsert("values (:userId, " + joined(":%1$s") + ")");

  /** Writes any number of rows; each parameter is an array with one element for each row. */
  private static final String UPSERT_ALL =
      upsert("select * from unnest((select :userId)::uuid[], " + joined(":%1$s::boolean[]") + ")");

  private final Handle tx;

  PreferenceDao(Handle tx) {
    this.tx = tx;
  }

  private static String upsert(String rows) {
    return "insert into preferences (user_id, "
        + joined("%1$s")
        + ") "
        + rows
        + " on conflict (user_id) do update set "
        + joined("%1$s = excluded.%1$s");
  }

  private static String joined(String format) {
    return Arrays.stream(Preference.values())
        .map(preference -> String.format(Locale.ROOT, format, preference.column()))
        .collect(Collectors.joining(", "));
  }

  Optional<PreferenceSet> find(UUID userId) {
    return tx.createQuery(FIND).bind("userId", userId).map(PreferenceDao::preferences).findOne();
  }

  Map<UserId, PreferenceSet> findAll(UUID[] userIds) {
    return tx.createQuery(
            "select user_id, "
                + joined("%1$s")
                + " from preferences where user_id = any (:userIds)")
        .bind("userIds", userIds)
        .map(
            (row, context) ->
                Map.entry(new UserId(Rows.uuid(row, "user_id")), preferences(row, context)))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  void upsert(UUID userId, PreferenceSet preferences) {
    tx.createUpdate(UPSERT).bind("userId", userId).bindMap(columns(preferences)).execute();
  }

  /** Writes the preferences of several users, with one statement. */
  void upsertAll(Map<UserId, PreferenceSet> preferences) {
    if (preferences.isEmpty()) {
      return;
    }
    var rows = preferences.values().stream().map(PreferenceDao::columns).toList();
    var upsert = tx.createUpdate(UPSERT_ALL);
    upsert.bind("userId", preferences.keySet().stream().map(UserId::value).toArray(UUID[]::new));
    rows.get(0).keySet().forEach(column -> upsert.bind(column, Rows.texts(rows, column)));
    upsert.execute();
  }

  void delete(UUID userId) {
    tx.createUpdate("delete from preferences where user_id = :userId")
        .bind("userId", userId)
        .execute();
  }

  private static PreferenceSet preferences(ResultSet row, StatementContext context)
      throws SQLException {
    var on = EnumSet.noneOf(Preference.class);
    for (Preference preference : Preference.values()) {
      if (row.getBoolean(preference.column())) {
        on.add(preference);
      }
    }
    return new PreferenceSet(on);
  }

  private static Map<String, Boolean> columns(PreferenceSet preferences) {
    return Arrays.stream(Preference.values())
        .collect(Collectors.toMap(Preference::column, preferences::isOn));
  }
}
