package com.ecommerce.user.core.internal.bulk;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.bulk.UserDocument.EventRecord;
import com.ecommerce.user.core.bulk.UserDocument.MailRecord;
import com.ecommerce.user.core.bulk.UserDocument.SessionRecord;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.internal.account.UserMapper;
import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.verification.Registration;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

final class ExportDao {
  private final Handle tx;

  ExportDao(Handle tx) {
    this.tx = tx;
  }

  /** Reads users by a cursor, a page at a time. */
  void forEachUser(UserFilter filter, int pageSize, Consumer<User> receiver) {
    try (var query =
        tx.createQuery(
            "select "
                + UserMapper.COLUMNS
                + " from users where segment = any (:segments) order by id")) {
      query
          .bind("segments", filter.segments())
          .setFetchSize(pageSize)
          .map(UserMapper::map)
          .useStream(users -> users.forEach(receiver));
    }
  }

  Optional<Instant> findPasswordChange(UUID userId) {
    return tx.createQuery("select changed_at from credentials where user_id = :userId")
        .bind("userId", userId)
        .map((row, context) -> Rows.instant(row, "changed_at"))
        .findOne();
  }

  Optional<Registration> findRegistration(UUID userId) {
    return tx.createQuery(
            "select network, device, created_at from registrations where user_id = :userId")
        .bind("userId", userId)
        .map(
            (row, context) ->
                new Registration(
                    row.getString("network"),
                    row.getString("device"),
                    Rows.instant(row, "created_at")))
        .findOne();
  }

  /** Returns the newest sessions first. */
  List<SessionRecord> listSessions(UUID userId, int limit) {
    return tx.createQuery(
            """
            select id, device_name, client_network, created_at, last_used_at, expires_at, ended_at
            from sessions where user_id = :userId order by created_at desc, id desc limit :limit
            """)
        .bind("userId", userId)
        .bind("limit", limit)
        .map(ExportDao::session)
        .list();
  }

  private static SessionRecord session(ResultSet row, StatementContext context)
      throws SQLException {
    return new SessionRecord(
        new SessionId(Rows.uuid(row, "id")),
        row.getString("device_name"),
        row.getString("client_network"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "last_used_at"),
        Rows.instant(row, "expires_at"),
        Rows.optionalInstant(row, "ended_at"));
  }

  /** Returns the newest events first. */
  List<EventRecord> listEvents(UUID userId, int limit) {
    return tx.createQuery(
            """
            select id, occurred_at, type, actor, object_id, reason, fields
            from events where user_id = :userId order by id desc limit :limit
            """)
        .bind("userId", userId)
        .bind("limit", limit)
        .map(ExportDao::event)
        .list();
  }

  private static EventRecord event(ResultSet row, StatementContext context) throws SQLException {
    return new EventRecord(
        Rows.uuid(row, "id"),
        Rows.instant(row, "occurred_at"),
        row.getString("type"),
        row.getString("actor"),
        Optional.ofNullable(Rows.uuid(row, "object_id")),
        row.getString("reason"),
        Arrays.asList((String[]) row.getArray("fields").getArray()));
  }

  /** Returns the newest mails first. */
  List<MailRecord> listMails(UUID userId, int limit) {
    return tx.createQuery(
            """
            select id, kind, recipient, state, created_at, finished_at
            from mail_outbox where user_id = :userId order by created_at desc, id desc limit :limit
            """)
        .bind("userId", userId)
        .bind("limit", limit)
        .map(ExportDao::mail)
        .list();
  }

  private static MailRecord mail(ResultSet row, StatementContext context) throws SQLException {
    return new MailRecord(
        Rows.uuid(row, "id"),
        row.getString("kind"),
        row.getString("recipient"),
        row.getString("state"),
        Rows.instant(row, "created_at"),
        Rows.optionalInstant(row, "finished_at"));
  }
}
