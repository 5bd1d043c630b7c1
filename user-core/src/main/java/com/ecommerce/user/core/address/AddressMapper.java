package com.ecommerce.user.core.address;

import com.ecommerce.user.core.account.UserMapper;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
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
        UserMapper.phone(row),
        postalAddress(row),
        AddressType.valueOf(row.getString("type")),
        row.getBoolean("is_default_shipping"),
        row.getBoolean("is_default_billing"),
        row.getString("delivery_instructions"),
        UserMapper.audit(row));
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
}
