package com.ecommerce.user.server.database;

import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.StartupException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * The facts about a migrated database that a start reports.
 *
 * @param serverVersion the version of PostgreSQL, such as {@code 18.1}
 * @param schemaVersion the number of the latest migration
 * @param hasUsers whether any user exists
 * @param hasAdmins whether any user is an admin
 */
public record DatabaseFacts(
    String serverVersion, int schemaVersion, boolean hasUsers, boolean hasAdmins) {
  /** The bit with the value 4 of a segment stands for ADMIN; see the SQL function user_segment. */
  private static final String QUERY =
      """
      select current_setting('server_version'),
        (select max(version::int) from user_schema_history where success),
        exists (select 1 from users),
        exists (select 1 from user_counts where segment & 4 = 4 having sum(users) > 0)
      """;

  /**
   * Reads the facts over a connection of their own.
   *
   * @throws StartupException with one line, if the database cannot be queried
   */
  public static DatabaseFacts read(DatabaseUrl url, Duration timeout) {
    try (Connection connection = DatabaseCheck.connect(url, timeout);
        Statement statement = connection.createStatement()) {
      statement.execute(DatabaseSession.statement(url));
      try (ResultSet row = statement.executeQuery(QUERY)) {
        row.next();
        return new DatabaseFacts(
            row.getString(1).replaceFirst(" .*", ""),
            row.getInt(2),
            row.getBoolean(3),
            row.getBoolean(4));
      }
    } catch (SQLException failed) {
      throw DatabaseCheck.refused(url, DatabaseRefusal.reason(failed, url), failed);
    }
  }
}
