package com.ecommerce.user.core.internal.address;

import com.ecommerce.user.core.address.Address;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.BindMap;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

@RegisterRowMapper(AddressMapper.class)
interface AddressDao {
  /** All of a user's, the oldest first. */
  @SqlQuery(
      "select "
          + AddressColumns.ALL
          + " from addresses where user_id = :userId order by created_at, id")
  List<Address> list(UUID userId);

  @SqlUpdate(
      """
      insert into addresses (id, user_id, label, full_name, phone_country_code, phone_national_number, phone_e164,
        line1, line2, city, state, postal_code, country_code, type, is_default_shipping, is_default_billing,
        delivery_instructions, created_at, updated_at, created_by, updated_by, version)
      values (:id, :userId, :label, :fullName, :phoneCountryCode, :phoneNationalNumber, :phoneE164,
        :line1, :line2, :city, :state, :postalCode, :countryCode, :type, :isDefaultShipping, :isDefaultBilling,
        :deliveryInstructions, :createdAt, :updatedAt, :createdBy, :updatedBy, :version)
      """)
  void insert(@BindMap Map<String, ?> columns);

  @SqlUpdate(
      """
      update addresses set label = :label, full_name = :fullName, phone_country_code = :phoneCountryCode,
        phone_national_number = :phoneNationalNumber, phone_e164 = :phoneE164, line1 = :line1, line2 = :line2,
        city = :city, state = :state, postal_code = :postalCode, country_code = :countryCode, type = :type,
        is_default_shipping = :isDefaultShipping, is_default_billing = :isDefaultBilling,
        delivery_instructions = :deliveryInstructions, updated_at = :updatedAt, updated_by = :updatedBy,
        version = :version
      where id = :id
      """)
  void update(@BindMap Map<String, ?> columns);

  @SqlUpdate(
      """
      update addresses set is_default_shipping = :isDefaultShipping, is_default_billing = :isDefaultBilling
      where id = :id
      """)
  void updateDefaults(UUID id, boolean isDefaultShipping, boolean isDefaultBilling);

  default void updateDefaults(Address address) {
    updateDefaults(address.id().value(), address.isDefaultShipping(), address.isDefaultBilling());
  }

  /**
   * Deletes all addresses of a user.
   *
   * @return their ids
   */
  @SqlQuery("delete from addresses where user_id = :userId returning id")
  List<UUID> deleteAll(UUID userId);

  @SqlUpdate("delete from addresses where id = :id")
  void delete(UUID id);
}
