package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.internal.db.RequestConfig;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

@RegisterRowMapper(UserMapper.class)
interface UserDao {
  UserMapper MAPPER = new UserMapper();

  @SqlQuery("select " + UserColumns.ALL + " from users where id = :id")
  Optional<User> find(UUID id);

  String BY_IDS = byKeys("id", ":ids", "uuid");
  String BY_EMAILS = byKeys("email", ":emails", "text");

  /**
   * The same as {@link #BY_IDS}, for a {@link
   * com.ecommerce.user.core.internal.batch.EventLoopConnection}.
   */
  String BY_IDS_ON_LOOP = byKeys("id", "$1::uuid[]", "uuid");

  /**
   * The same as {@link #BY_EMAILS}, for a {@link
   * com.ecommerce.user.core.internal.batch.EventLoopConnection}.
   */
  String BY_EMAILS_ON_LOOP = byKeys("email", "$1::text[]", "text");

  /**
   * The hottest statements of all. The inner select hides the array from the planner: a plan for
   * the few keys of each call would seem cheaper to it than one for all calls, and so each call
   * would be planned, which takes longer than to run it.
   */
  private static String byKeys(String column, String keys, String type) {
    return String.format(
        Locale.ROOT,
        "select %s from users where %s = any ((select %s)::%s[])",
        UserColumns.ALL,
        column,
        keys,
        type);
  }

  /** To attach this interface takes as long as the statement does, so it goes without. */
  static List<User> findAll(Handle handle, UUID[] ids) {
    return handle
        .createQuery(BY_IDS)
        .define(RequestConfig.SOURCE, "UserDao.findAll")
        .bind("ids", ids)
        .map(MAPPER)
        .list();
  }

  /** Does the same as {@link #findAll}, by email. */
  static List<User> findAllByEmail(Handle handle, String[] emails) {
    return handle
        .createQuery(BY_EMAILS)
        .define(RequestConfig.SOURCE, "UserDao.findAllByEmail")
        .bind("emails", emails)
        .map(MAPPER)
        .list();
  }

  @SqlQuery("select " + UserColumns.ALL + " from users where id = :id for no key update")
  Optional<User> findForUpdate(UUID id);

  @SqlQuery("select exists (select from users where email = :email)")
  boolean isTaken(String email);

  /**
   * Finds the user with the address, and prevents the deletion of that user until the transaction
   * ends.
   */
  @SqlQuery("select id from users where email = :email for key share")
  Optional<UUID> findOwner(String email);

  @SqlUpdate("update users set last_login_at = :now where id = :id")
  void updateLastLogin(UUID id, Instant now);

  @SqlUpdate("delete from users where id = :id")
  void delete(UUID id);
}
