package com.ecommerce.user.core.internal.mail;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * The user whom a mail is to.
 *
 * @param language as ISO 639-1 names it; empty if the user has not chosen one
 * @param timeZone as the IANA names it; empty if the user has not chosen one
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

  /** Returns the address that is proven to be the user's. */
  Optional<String> verifiedEmail() {
    return isVerified ? Optional.of(email) : Optional.empty();
  }

  /** Without names and address, since records end up in logs. */
  @Override
  public String toString() {
    return "Recipient[" + language + "]";
  }
}
