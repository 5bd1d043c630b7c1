package com.ecommerce.user.core.internal.mail;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * The user to whom a mail is sent.
 *
 * @param language a code of ISO 639-1; empty if the user has not chosen one
 * @param timeZone a name of the IANA time zone database; empty if the user has not chosen one
 */
record Recipient(
    String email,
    boolean isVerified,
    String displayName,
    String firstName,
    String language,
    String timeZone) {
  /** The columns of {@code users} that {@link #ofRow} reads, of the alias {@code u}. */
  static final String COLUMNS =
      "u.email, u.email_verified, u.display_name, u.first_name, u.language, u.timezone";

  static Recipient ofRow(ResultSet row, StatementContext context) throws SQLException {
    return new Recipient(
        row.getString("email"),
        row.getBoolean("email_verified"),
        row.getString("display_name"),
        row.getString("first_name"),
        row.getString("language"),
        row.getString("timezone"));
  }

  /** Returns the address if the user has verified it. */
  Optional<String> verifiedEmail() {
    return isVerified ? Optional.of(email) : Optional.empty();
  }

  /** Omits the names and the address, since records may be logged. */
  @Override
  public String toString() {
    return "Recipient[" + language + "]";
  }
}
