package com.ecommerce.user.core.internal.address;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.CountryCode;
import com.ecommerce.user.core.address.PostalAddress;
import com.ecommerce.user.core.eventloop.Columns;
import com.ecommerce.user.core.internal.account.UserMapper;
import com.ecommerce.user.core.internal.db.JdbcColumns;
import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

final class AddressDao {
  /** The columns, in the order in which {@link #address} reads them. */
  private static final String COLUMNS =
      """
      id, user_id, label, full_name, phone_country_code, phone_national_number, phone_e164, line1, line2, city, state,
      postal_code, country_code, type, is_default_shipping, is_default_billing, delivery_instructions, created_at,
      updated_at, created_by, updated_by, version
      """;

  private static final String INSERT =
      """
      insert into addresses (id, user_id, label, full_name, phone_country_code, phone_national_number, phone_e164,
        line1, line2, city, state, postal_code, country_code, type, is_default_shipping, is_default_billing,
        delivery_instructions, created_at, updated_at, created_by, updated_by, version)
      values (:id, :userId, :label, :fullName, :phoneCountryCode, :phoneNationalNumber, :phoneE164,
        :line1, :line2, :city, :state, :postalCode, :countryCode, :type, :isDefaultShipping, :isDefaultBilling,
        :deliveryInstructions, :createdAt, :updatedAt, :createdBy, :updatedBy, :version)
      """;

  /** Inserts any number of rows; each parameter is an array with one element for each row. */
  private static final String INSERT_ALL =
      """
      insert into addresses (id, user_id, label, full_name, phone_country_code, phone_national_number, phone_e164,
        line1, line2, city, state, postal_code, country_code, type, is_default_shipping, is_default_billing,
        delivery_instructions, created_at, updated_at, created_by, updated_by, version)
      select * from unnest((select :id)::uuid[], :userId::uuid[], :label, :fullName, :phoneCountryCode,
        :phoneNationalNumber, :phoneE164, :line1, :line2, :city, :state, :postalCode, :countryCode, :type,
        :isDefaultShipping::boolean[], :isDefaultBilling::boolean[], :deliveryInstructions, :createdAt::timestamptz[],
        :updatedAt::timestamptz[], :createdBy, :updatedBy, :version::bigint[])
      """;

  private final Handle tx;

  AddressDao(Handle tx) {
    this.tx = tx;
  }

  /** Returns all addresses of a user, the oldest first. */
  List<Address> list(UUID userId) {
    return tx.createQuery(
            "select " + COLUMNS + " from addresses where user_id = :userId order by created_at, id")
        .bind("userId", userId)
        .map(AddressDao::address)
        .list();
  }

  /** All of these users, the oldest first. */
  List<Address> listAll(UUID[] userIds) {
    return tx.createQuery(
            "select "
                + COLUMNS
                + " from addresses where user_id = any (:userIds) order by created_at, id")
        .bind("userIds", userIds)
        .map(AddressDao::address)
        .list();
  }

  void insert(Address address) {
    tx.createUpdate(INSERT).bindMap(columns(address)).execute();
  }

  /** Adds addresses, with one statement. */
  void insertAll(List<Address> addresses) {
    if (addresses.isEmpty()) {
      return;
    }
    var rows = addresses.stream().map(AddressDao::columns).toList();
    var insert = tx.createUpdate(INSERT_ALL);
    rows.get(0).keySet().forEach(column -> insert.bind(column, Rows.texts(rows, column)));
    insert.execute();
  }

  void update(Address address) {
    tx.createUpdate(
            """
            update addresses set label = :label, full_name = :fullName, phone_country_code = :phoneCountryCode,
              phone_national_number = :phoneNationalNumber, phone_e164 = :phoneE164, line1 = :line1, line2 = :line2,
              city = :city, state = :state, postal_code = :postalCode, country_code = :countryCode, type = :type,
              is_default_shipping = :isDefaultShipping, is_default_billing = :isDefaultBilling,
              delivery_instructions = :deliveryInstructions, updated_at = :updatedAt, updated_by = :updatedBy,
              version = :version
            where id = :id
            """)
        .bindMap(columns(address))
        .execute();
  }

  void updateDefaults(Address address) {
    tx.createUpdate(
            """
            update addresses set is_default_shipping = :isDefaultShipping, is_default_billing = :isDefaultBilling
            where id = :id
            """)
        .bind("id", address.id().value())
        .bind("isDefaultShipping", address.isDefaultShipping())
        .bind("isDefaultBilling", address.isDefaultBilling())
        .execute();
  }

  /**
   * Deletes all addresses of a user.
   *
   * @return their ids
   */
  List<UUID> deleteAll(UUID userId) {
    return tx.createQuery("delete from addresses where user_id = :userId returning id")
        .bind("userId", userId)
        .mapTo(UUID.class)
        .list();
  }

  void delete(UUID id) {
    tx.createUpdate("delete from addresses where id = :id").bind("id", id).execute();
  }

  /** Returns the values of the columns by name. */
  private static Map<String, Object> columns(Address address) {
    var columns = new HashMap<String, Object>();
    var phone = address.phone();
    columns.put("id", address.id().value());
    columns.put("userId", address.userId().value());
    columns.put("label", address.label());
    columns.put("fullName", address.fullName());
    columns.put("phoneCountryCode", phone.map(PhoneNumber::countryCode).orElse(null));
    columns.put("phoneNationalNumber", phone.map(PhoneNumber::nationalNumber).orElse(null));
    columns.put("phoneE164", phone.map(PhoneNumber::e164).orElse(null));
    columns.put("line1", address.postalAddress().line1());
    columns.put("line2", address.postalAddress().line2());
    columns.put("city", address.postalAddress().city());
    columns.put("state", address.postalAddress().state());
    columns.put("postalCode", address.postalAddress().postalCode());
    columns.put("countryCode", address.postalAddress().country().code());
    columns.put("type", address.type().name());
    columns.put("isDefaultShipping", address.isDefaultShipping());
    columns.put("isDefaultBilling", address.isDefaultBilling());
    columns.put("deliveryInstructions", address.deliveryInstructions());
    columns.put("createdAt", address.audit().createdAt());
    columns.put("updatedAt", address.audit().updatedAt());
    columns.put("createdBy", address.audit().createdBy());
    columns.put("updatedBy", address.audit().updatedBy());
    columns.put("version", address.audit().version());
    return columns;
  }

  private static Address address(ResultSet columns, StatementContext context) throws SQLException {
    var row = new JdbcColumns(columns);
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
