package com.ecommerce.user.core.internal.address;

import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.CountryCode;
import com.ecommerce.user.core.address.PostalAddress;
import com.ecommerce.user.core.internal.account.UserMapper;
import com.ecommerce.user.core.internal.batch.Columns;
import com.ecommerce.user.core.internal.db.JdbcColumns;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads a row of {@code addresses} with the columns of {@link AddressColumns#ALL}. */
public final class AddressMapper implements RowMapper<Address> {
  @Override
  public Address map(ResultSet row, StatementContext context) throws SQLException {
    return address(new JdbcColumns(row));
  }

  private static Address address(Columns row) throws SQLException {
    return new Address(
        new AddressId(row.uuid()),
        new UserId(row.uuid()),
        row.text(),
        row.text(),
        UserMapper.phone(row),
        postalAddress(row),
        AddressType.valueOf(row.text()),
        row.flag(),
        row.flag(),
        row.text(),
        UserMapper.audit(row));
  }

  private static PostalAddress postalAddress(Columns row) throws SQLException {
    return new PostalAddress(
        row.text(),
        row.text(),
        row.text(),
        row.text(),
        row.text(),
        CountryCode.ofStored(row.text()));
  }
}
