package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.account.StatusRoleCode;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.bulk.UserKeys;
import com.ecommerce.user.core.internal.db.AdvisoryLock;
import com.ecommerce.user.core.value.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

final class UserDao {
  static final String BY_IDS = byKeys("id", ":ids", "uuid");
  static final String BY_EMAILS = byKeys("email", ":emails", "text");

  /**
   * The same as {@link #BY_IDS}, for a {@link
   * com.ecommerce.user.core.eventloop.EventLoopConnection}.
   */
  static final String BY_IDS_ON_LOOP = byKeys("id", "$1::uuid[]", "uuid");

  /**
   * The same as {@link #BY_EMAILS}, for a {@link
   * com.ecommerce.user.core.eventloop.EventLoopConnection}.
   */
  static final String BY_EMAILS_ON_LOOP = byKeys("email", "$1::text[]", "text");

  /**
   * Uses a separate index for each kind of key, and returns a user with several of the keys once.
   */
  private static final String BY_KEYS =
      "select "
          + UserMapper.COLUMNS
          + """
          from users where id in (
            select id from users where id = any ((select :ids)::uuid[])
            union select id from users where email = any ((select :emails)::text[])
            union select id from users where external_id = any ((select :externalIds)::text[]))
          """;

  /** The references to users cascade after the statement, so it still sees their rows. */
  private static final String DELETE =
      """
      delete from users where id = :id
      returning array_remove(array['account',
        case when exists (select from credentials where user_id = users.id) then 'password' end,
        case when exists (select from addresses where user_id = users.id) then 'addresses' end,
        case when exists (select from preferences where user_id = users.id) then 'preferences' end,
        case when exists (select from sessions where user_id = users.id) then 'sessions' end,
        case when exists (select from sign_in_origins where user_id = users.id) then 'sign_in_origins' end,
        case when exists (select from tokens where user_id = users.id) then 'links' end,
        case when exists (select from mail_outbox where user_id = users.id) then 'mails' end], null) as parts
      """;

  private final Handle tx;

  UserDao(Handle tx) {
    this.tx = tx;
  }

  /**
   * Returns a statement that finds users by their keys. The inner select hides the array from the
   * planner. Otherwise, the planner would consider a plan for the few keys of a call cheaper than a
   * generic plan, and would plan the statement for every call, which takes longer than its
   * execution.
   */
  private static String byKeys(String column, String keys, String type) {
    return String.format(
        Locale.ROOT,
        "select %s from users where %s = any ((select %s)::%s[])",
        UserMapper.COLUMNS,
        column,
        keys,
        type);
  }

  Optional<User> find(UUID id) {
    return tx.createQuery("select " + UserMapper.COLUMNS + " from users where id = :id")
        .bind("id", id)
        .map(UserMapper::map)
        .findOne();
  }

  /** Finds the users with these ids; ids without a user are left out. */
  List<User> findAll(UUID[] ids) {
    return tx.createQuery(BY_IDS).bind("ids", ids).map(UserMapper::map).list();
  }

  /** Does the same as {@link #findAll}, by email. */
  List<User> findAllByEmail(String[] emails) {
    return tx.createQuery(BY_EMAILS).bind("emails", emails).map(UserMapper::map).list();
  }

  /** Finds the users with these keys of any kinds, each of them once. */
  List<User> findAll(UserKeys keys) {
    return tx.createQuery(BY_KEYS)
        .bind("ids", keys.ids().stream().map(UserId::value).toArray(UUID[]::new))
        .bind("emails", keys.emails().stream().map(Email::address).toArray(String[]::new))
        .bind(
            "externalIds", keys.externalIds().stream().map(ExternalId::text).toArray(String[]::new))
        .map(UserMapper::map)
        .list();
  }

  Optional<User> findForUpdate(UUID id) {
    return tx.createQuery(
            "select " + UserMapper.COLUMNS + " from users where id = :id for no key update")
        .bind("id", id)
        .map(UserMapper::map)
        .findOne();
  }

  /** Locks the users with these ids, in the order of the ids, and returns their current state. */
  List<User> findAllForUpdate(UUID[] ids) {
    return tx.createQuery(
            "select "
                + UserMapper.COLUMNS
                + " from users where id = any (:ids) order by id for no key update")
        .bind("ids", ids)
        .map(UserMapper::map)
        .list();
  }

  /** Waits until no other transaction has this lock, and keeps it until the transaction ends. */
  void lockAdmins() {
    tx.execute("select pg_advisory_xact_lock(" + AdvisoryLock.ADMINS.key() + ")");
  }

  /** Counts the users with these numbers of {@link StatusRoleCode}. */
  long count(Short[] segments) {
    return tx.createQuery(
            "select coalesce(sum(users), 0) from user_counts where segment = any (:segments)")
        .bind("segments", segments)
        .mapTo(Long.class)
        .one();
  }

  boolean isTaken(String email) {
    return tx.createQuery("select exists (select from users where email = :email)")
        .bind("email", email)
        .mapTo(Boolean.class)
        .one();
  }

  /**
   * Finds the user with the address, and prevents the deletion of that user until the transaction
   * ends.
   */
  Optional<UUID> findOwner(String email) {
    return tx.createQuery("select id from users where email = :email for key share")
        .bind("email", email)
        .mapTo(UUID.class)
        .findOne();
  }

  void updateLastLogin(UUID id, Instant now) {
    tx.createUpdate("update users set last_login_at = :now where id = :id")
        .bind("id", id)
        .bind("now", now)
        .execute();
  }

  /**
   * Deletes the user, and with it the rows of all tables that refer to it.
   *
   * @return the parts of the account that existed, for the receipt of the deletion
   */
  List<String> delete(UUID id) {
    return tx.createQuery(DELETE)
        .bind("id", id)
        .map((row, context) -> List.of((String[]) row.getArray("parts").getArray()))
        .one();
  }
}
