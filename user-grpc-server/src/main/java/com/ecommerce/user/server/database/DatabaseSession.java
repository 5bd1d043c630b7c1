package com.ecommerce.user.server.database;

import com.ecommerce.user.server.config.DatabaseUrl;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.postgresql.PGProperty;

/**
 * The settings that every database session has, whatever {@code ALTER ROLE … SET} or {@code ALTER
 * DATABASE … SET} specify: PostgreSQL's own defaults for all settings that could change what a
 * statement returns, or end it early. The search path is not among them, since it selects the
 * schema.
 *
 * <p>They are set by a statement after connecting, because poolers such as PgBouncer refuse unknown
 * parameters of the startup message. The statement only sets what differs, so that usually nothing
 * stays set in a connection that a pooler shares with other programs.
 */
public final class DatabaseSession {
  private static final Map<String, String> SETTINGS = settings();

  /**
   * Leaves a server read-only if its configuration makes it so: operators and cloud providers
   * protect an almost full disk in this way.
   */
  private static final String NOT_READ_ONLY_AS_A_WHOLE =
      "(name <> 'default_transaction_read_only' or exists (select from pg_settings where name ="
          + " 'default_transaction_read_only' and source in ('database', 'user', 'database user')))";

  private DatabaseSession() {}

  private static Map<String, String> settings() {
    var settings = new LinkedHashMap<String, String>();
    settings.put("statement_timeout", "0");
    settings.put("lock_timeout", "0");
    settings.put("transaction_timeout", "0");
    settings.put("idle_in_transaction_session_timeout", "0");
    settings.put("idle_session_timeout", "0");
    settings.put("default_transaction_read_only", "off");
    settings.put("default_transaction_isolation", "read committed");
    settings.put("default_transaction_deferrable", "off");
    settings.put("DateStyle", "ISO, MDY");
    settings.put("IntervalStyle", "postgres");
    settings.put("TimeZone", "UTC");
    settings.put("bytea_output", "hex");
    settings.put("standard_conforming_strings", "on");
    settings.put("backslash_quote", "safe_encoding");
    settings.put("array_nulls", "on");
    settings.put("transform_null_equals", "off");
    settings.put("quote_all_identifiers", "off");
    settings.put("row_security", "on");
    settings.put("gin_fuzzy_search_limit", "0");
    settings.put("plan_cache_mode", "auto");
    return settings;
  }

  /**
   * Returns the statement that sets them, except for those in the parameter {@code options} of the
   * URL, which was written for this service alone. The statement ignores settings that the server
   * does not have.
   */
  public static String statement(DatabaseUrl url) {
    String chosen = url.parameter(PGProperty.OPTIONS).orElse("");
    String names = chosen.toLowerCase(Locale.ROOT).replace('-', '_');
    return SETTINGS.entrySet().stream()
        .filter(setting -> !names.contains(setting.getKey().toLowerCase(Locale.ROOT)))
        .map(setting -> "('" + setting.getKey() + "', '" + setting.getValue() + "')")
        .collect(
            Collectors.joining(
                ", ",
                "select set_config(name, value, false) from (values ",
                ") as wanted (name, value) where current_setting(name, true) <> value and "
                    + NOT_READ_ONLY_AS_A_WHOLE));
  }
}
