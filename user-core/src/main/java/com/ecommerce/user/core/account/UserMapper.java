package com.ecommerce.user.core.account;

import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.value.UserId;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads a row of {@code users} with the columns of {@link UserColumns#ALL}. */
public final class UserMapper implements RowMapper<User> {
  @Override
  public User map(ResultSet row, StatementContext context) throws SQLException {
    return new User(
        new UserId(row.getObject("id", UUID.class)),
        Email.ofStored(row.getString("email")),
        Optional.ofNullable(row.getString("pending_email")).map(Email::ofStored),
        row.getString("display_name"),
        row.getString("first_name"),
        row.getString("last_name"),
        phone(row),
        row.getString("avatar_url"),
        UserStatus.valueOf(row.getString("status")),
        roles(row.getArray("roles")),
        row.getBoolean("email_verified"),
        row.getBoolean("phone_verified"),
        profile(row),
        audit(row),
        Optional.ofNullable(row.getObject("last_login_at", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant));
  }

  /** The telephone number of a row with the three columns of one; others have the same. */
  public static Optional<PhoneNumber> phone(ResultSet row) throws SQLException {
    String e164 = row.getString("phone_e164");
    return e164 == null
        ? Optional.empty()
        : Optional.of(
            new PhoneNumber(
                row.getString("phone_country_code"), row.getString("phone_national_number"), e164));
  }

  private static Set<Role> roles(Array names) throws SQLException {
    return Arrays.stream((String[]) names.getArray())
        .map(Role::valueOf)
        .collect(Collectors.toSet());
  }

  private static UserProfile profile(ResultSet row) throws SQLException {
    return new UserProfile(
        row.getString("bio"),
        Optional.ofNullable(row.getObject("date_of_birth", LocalDate.class)),
        row.getString("gender"),
        row.getString("language"),
        row.getString("currency"),
        row.getString("timezone"),
        row.getString("company"),
        row.getString("website"),
        socialLinks(row.getArray("social_link_names"), row.getArray("social_link_urls")));
  }

  private static Map<String, String> socialLinks(Array names, Array urls) throws SQLException {
    var links = new LinkedHashMap<String, String>();
    String[] keys = (String[]) names.getArray();
    String[] values = (String[]) urls.getArray();
    for (int i = 0; i < keys.length; i++) {
      links.put(keys[i], values[i]);
    }
    return links;
  }

  /** When and by whom a row was made and changed; others have the same columns. */
  public static Audit audit(ResultSet row) throws SQLException {
    return new Audit(
        instant(row, "created_at"),
        instant(row, "updated_at"),
        row.getString("created_by"),
        row.getString("updated_by"),
        row.getLong("version"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
