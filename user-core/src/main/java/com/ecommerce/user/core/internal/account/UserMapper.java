package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserProfile;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.eventloop.Columns;
import com.ecommerce.user.core.internal.db.JdbcColumns;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads rows of {@code users}. */
public final class UserMapper {
  /** The first columns of a row, in the order in which {@link #user} reads them. */
  public static final String COLUMNS =
      """
      id, email, pending_email, display_name, first_name, last_name, phone_country_code, phone_national_number,
      phone_e164, avatar_url,
      """
          + StatusAndRoles.COLUMN
          + """
      , email_verified, phone_verified, bio, date_of_birth, gender, language, currency,
      timezone, company, website, nullif(social_link_names, '{}'), nullif(social_link_urls, '{}'), created_at,
      updated_at, created_by, updated_by, version, nullif(last_login_at, '-infinity'), external_id
      """;

  private UserMapper() {}

  /** Reads a user; for {@code Query.map}. */
  public static User map(ResultSet row, StatementContext context) throws SQLException {
    return user(new JdbcColumns(row));
  }

  /** Reads the user of a row that begins with {@link #COLUMNS}. */
  static User user(Columns row) throws SQLException {
    var id = new UserId(row.uuid());
    var email = Email.ofStored(row.text());
    var pendingEmail = Optional.ofNullable(row.text()).map(Email::ofStored);
    String displayName = row.text();
    String firstName = row.text();
    String lastName = row.text();
    var phone = phone(row);
    String avatarUrl = row.text();
    var statusAndRoles = StatusAndRoles.parse(row.text());
    return new User(
        id,
        email,
        pendingEmail,
        displayName,
        firstName,
        lastName,
        phone,
        avatarUrl,
        statusAndRoles.status(),
        statusAndRoles.roles(),
        row.flag(),
        row.flag(),
        profile(row),
        audit(row),
        Optional.ofNullable(row.instant()),
        Optional.ofNullable(row.text()).map(ExternalId::ofStored));
  }

  /** Reads a telephone number from the next three columns of a row of any table. */
  public static Optional<PhoneNumber> phone(Columns row) throws SQLException {
    String countryCode = row.text();
    String nationalNumber = row.text();
    String e164 = row.text();
    return e164 == null
        ? Optional.empty()
        : Optional.of(PhoneNumber.ofStored(countryCode, nationalNumber, e164));
  }

  private static UserProfile profile(Columns row) throws SQLException {
    return new UserProfile(
        row.text(),
        Optional.ofNullable(row.date()),
        row.text(),
        row.text(),
        row.text(),
        row.text(),
        row.text(),
        row.text(),
        socialLinks(row.texts(), row.texts()));
  }

  private static Map<String, String> socialLinks(String[] names, String[] urls) {
    if (names.length == 0) {
      return Map.of();
    }
    var links = new LinkedHashMap<String, String>();
    for (int i = 0; i < names.length; i++) {
      links.put(names[i], urls[i]);
    }
    return links;
  }

  /** Reads times, actors and version from the next five columns of a row of any table. */
  public static Audit audit(Columns row) throws SQLException {
    return new Audit(row.instant(), row.instant(), row.text(), row.text(), row.number());
  }
}
