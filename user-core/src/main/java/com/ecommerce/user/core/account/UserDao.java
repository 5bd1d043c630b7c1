package com.ecommerce.user.core.account;

import com.ecommerce.user.core.internal.CallConfig;
import java.time.Instant;
import java.util.List;
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

  /**
   * This and {@link #findAllByEmail} are the hottest statements of all. To attach this interface
   * takes as long as they do, so they go without. The inner select hides the array from the
   * planner: a plan for the few ids of each call would seem cheaper to it than one for all calls,
   * and so each call would be planned, which takes longer than to run it.
   */
  static List<User> findAll(Handle handle, UUID[] ids) {
    return handle
        .createQuery(
            "select " + UserColumns.ALL + " from users where id = any ((select :ids)::uuid[])")
        .define(CallConfig.SOURCE, "UserDao.findAll")
        .bind("ids", ids)
        .map(MAPPER)
        .list();
  }

  static List<User> findAllByEmail(Handle handle, String[] emails) {
    return handle
        .createQuery(
            "select "
                + UserColumns.ALL
                + " from users where email = any ((select :emails)::text[])")
        .define(CallConfig.SOURCE, "UserDao.findAllByEmail")
        .bind("emails", emails)
        .map(MAPPER)
        .list();
  }

  @SqlQuery("select " + UserColumns.ALL + " from users where id = :id for no key update")
  Optional<User> findForUpdate(UUID id);

  @SqlQuery("select exists (select from users where email = :email)")
  boolean isTaken(String email);

  @SqlUpdate("update users set last_login_at = :now where id = :id")
  void updateLastLogin(UUID id, Instant now);

  @SqlUpdate("delete from users where id = :id")
  void delete(UUID id);
}
