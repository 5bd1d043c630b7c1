package com.ecommerce.user.core.account;

import com.ecommerce.user.core.internal.CallConfig;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.BindMap;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

@RegisterRowMapper(UserMapper.class)
interface UserDao {
  UserMapper MAPPER = new UserMapper();

  @SqlUpdate(
      """
      insert into users (id, email, pending_email, display_name, first_name, last_name, phone_country_code,
        phone_national_number, phone_e164, avatar_url, status, roles, email_verified, phone_verified, bio,
        date_of_birth, gender, language, currency, timezone, company, website, social_link_names, social_link_urls,
        created_at, updated_at, created_by, updated_by, version)
      values (:id, :email, :pendingEmail, :displayName, :firstName, :lastName, :phoneCountryCode,
        :phoneNationalNumber, :phoneE164, :avatarUrl, :status, :roles, :emailVerified, :phoneVerified, :bio,
        :dateOfBirth, :gender, :language, :currency, :timezone, :company, :website, :socialLinkNames,
        :socialLinkUrls, :createdAt, :updatedAt, :createdBy, :updatedBy, :version)
      """)
  void insert(@BindMap Map<String, ?> columns);

  @SqlBatch(
      """
      update users set email = :email, pending_email = :pendingEmail, display_name = :displayName,
        first_name = :firstName, last_name = :lastName, phone_country_code = :phoneCountryCode,
        phone_national_number = :phoneNationalNumber, phone_e164 = :phoneE164, avatar_url = :avatarUrl,
        status = :status, roles = :roles, email_verified = :emailVerified, phone_verified = :phoneVerified,
        bio = :bio, date_of_birth = :dateOfBirth, gender = :gender, language = :language, currency = :currency,
        timezone = :timezone, company = :company, website = :website, social_link_names = :socialLinkNames,
        social_link_urls = :socialLinkUrls, updated_at = :updatedAt, updated_by = :updatedBy, version = :version
      where id = :id
      """)
  void update(@BindMap List<Map<String, Object>> columns);

  @SqlQuery("select " + UserColumns.ALL + " from users where id = :id")
  Optional<User> find(UUID id);

  /**
   * This and {@link #findAllByEmail} are the hottest statements of all. To attach this interface
   * takes as long as they do, so they go without.
   */
  static List<User> findAll(Handle handle, UUID[] ids) {
    return handle
        .createQuery("select " + UserColumns.ALL + " from users where id = any (:ids)")
        .define(CallConfig.SOURCE, "UserDao.findAll")
        .bind("ids", ids)
        .map(MAPPER)
        .list();
  }

  static List<User> findAllByEmail(Handle handle, String[] emails) {
    return handle
        .createQuery("select " + UserColumns.ALL + " from users where email = any (:emails)")
        .define(CallConfig.SOURCE, "UserDao.findAllByEmail")
        .bind("emails", emails)
        .map(MAPPER)
        .list();
  }

  @SqlQuery("select " + UserColumns.ALL + " from users where id = :id for no key update")
  Optional<User> findForUpdate(UUID id);

  /** Those that no other transaction has locked. */
  @SqlQuery(
      "select "
          + UserColumns.ALL
          + " from users where id = any (:ids) for no key update skip locked")
  List<User> findAllFreeForUpdate(UUID[] ids);

  @SqlQuery("select exists (select from users where email = :email)")
  boolean isTaken(String email);

  @SqlUpdate("update users set last_login_at = :now where id = :id")
  void updateLastLogin(UUID id, Instant now);

  @SqlUpdate("delete from users where id = :id")
  int delete(UUID id);
}
