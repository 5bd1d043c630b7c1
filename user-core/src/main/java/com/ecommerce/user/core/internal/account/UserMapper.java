package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserProfile;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.internal.batch.Columns;
import com.ecommerce.user.core.internal.db.JdbcColumns;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads a row of {@code users} that begins with the columns of {@link UserColumns#ALL}. */
public final class UserMapper implements RowMapper<User> {
  @Override
  public User map(ResultSet row, StatementContext context) throws SQLException {
    return user(new JdbcColumns(row));
  }

  /** The user of a row that begins with these columns. */
  static User user(Columns row) throws SQLException {
    var id = new UserId(row.uuid());
    var email = Email.ofStored(row.text());
    var pendingEmail = Optional.ofNullable(row.text()).map(Email::ofStored);
    String displayName = row.text();
    String firstName = row.text();
    String lastName = row.text();
    var phone = phone(row);
    String avatarUrl = row.text();
    var standing = StatusAndRoles.parse(row.text());
    return new User(
        id,
        email,
        pendingEmail,
        displayName,
        firstName,
        lastName,
        phone,
        avatarUrl,
        standing.status(),
        standing.roles(),
        row.flag(),
        row.flag(),
        profile(row),
        audit(row),
        Optional.ofNullable(row.instant()));
  }

  /** The telephone number that three columns of a row make; others have the same. */
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

  /** When and by whom a row was made and changed; others have the same columns. */
  public static Audit audit(Columns row) throws SQLException {
    return new Audit(row.instant(), row.instant(), row.text(), row.text(), row.number());
  }
}
