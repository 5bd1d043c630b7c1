package com.ecommerce.user.core.address;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads a row of {@code addresses} with the columns of {@link AddressColumns#ALL}. */
public final class AddressMapper implements RowMapper<Address> {
  @Override
  public Address map(ResultSet row, StatementContext context) throws SQLException {
    return new Address(
        new AddressId(row.getObject("id", UUID.class)),
        new UserId(row.getObject("user_id", UUID.class)),
        row.getString("label"),
        row.getString("full_name"),
        phone(row),
        postalAddress(row),
        AddressType.valueOf(row.getString("type")),
        row.getBoolean("is_default_shipping"),
        row.getBoolean("is_default_billing"),
        row.getString("delivery_instructions"),
        audit(row));
  }

  private static Optional<PhoneNumber> phone(ResultSet row) throws SQLException {
    String e164 = row.getString("phone_e164");
    return e164 == null
        ? Optional.empty()
        : Optional.of(
            new PhoneNumber(
                row.getString("phone_country_code"), row.getString("phone_national_number"), e164));
  }

  private static PostalAddress postalAddress(ResultSet row) throws SQLException {
    return new PostalAddress(
        row.getString("line1"),
        row.getString("line2"),
        row.getString("city"),
        row.getString("state"),
        row.getString("postal_code"),
        CountryCode.ofStored(row.getString("country_code")));
  }

  private static Audit audit(ResultSet row) throws SQLException {
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
