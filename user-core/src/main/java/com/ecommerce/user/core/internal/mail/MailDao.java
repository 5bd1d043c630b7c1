package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.internal.db.Purge;
import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.mail.MailKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

final class MailDao {
  static final String INSERT =
      """
      insert into mail_outbox (id, kind, recipient, user_id, token_id, new_email, state, created_at, attempts,
        next_attempt_at, trace_parent, sign_in_device, sign_in_network)
      select :mail.id, :mail.kind, :mail.recipient, :mail.userId, :mail.tokenId, :mail.newEmail, 'WAITING',
        :mail.createdAt, 0, :mail.createdAt, :mail.traceParent, :mail.signInDevice, :mail.signInNetwork
      """;

  static final String DELETE_OPEN_RESET =
      "delete from mail_outbox where recipient = :recipient and user_id is null";

  static final String CLAIM =
      """
      with claimed as (
        update mail_outbox set attempts = attempts + 1, next_attempt_at = :leaseEnd
        where id = (
          select id from mail_outbox where state = 'WAITING' and next_attempt_at <= :now
          order by next_attempt_at, id limit 1 for update skip locked)
        returning id, kind, recipient, user_id, token_id, new_email, created_at, attempts, trace_parent,
          sign_in_device, sign_in_network),
      due as (
        select from mail_outbox where state = 'WAITING' and next_attempt_at <= :now
        order by next_attempt_at, id limit 2)
      select m.id, m.kind, m.recipient, m.user_id, m.token_id, m.new_email, m.created_at, m.attempts,
        m.trace_parent, m.sign_in_device, m.sign_in_network,
        (select count(*) from due) > 1 as more_due,
      """
          + Recipient.COLUMNS
          + " from claimed m left join users u on u.id = m.user_id";

  private final Handle tx;

  MailDao(Handle tx) {
    this.tx = tx;
  }

  /**
   * Returns {@link #INSERT} with the condition that a part of the same statement returned a row.
   */
  static String insertIf(String part) {
    return INSERT + " where exists (select from " + part + ")";
  }

  /**
   * The values that {@link #INSERT} writes. Public since Jdbi calls its accessors.
   *
   * @param tokenId null for a mail without a link
   * @param newEmail null unless the mail mentions it
   * @param traceParent null if the call is not traced
   * @param signInDevice null unless the mail is about a sign-in, like the network
   */
  public record NewMail(
      UUID id,
      MailKind kind,
      String recipient,
      UUID userId,
      UUID tokenId,
      String newEmail,
      Instant createdAt,
      String traceParent,
      String signInDevice,
      String signInNetwork) {
    NewMail withSignIn(String device, String network) {
      return new NewMail(
          id, kind, recipient, userId, tokenId, newEmail, createdAt, traceParent, device, network);
    }

    /** Omits the addresses, since records may be logged. */
    @Override
    public String toString() {
      return "NewMail[" + kind + " " + id + "]";
    }
  }

  void insert(NewMail mail) {
    tx.createUpdate(INSERT).bindMethods("mail", mail).execute();
  }

  boolean hasVerified(UUID userId, String email) {
    return tx.createQuery(
            "select exists (select from users where id = :userId and email = :email and email_verified)")
        .bind("userId", userId)
        .bind("email", email)
        .mapTo(Boolean.class)
        .one();
  }

  Optional<String> findEmail(UUID userId) {
    return tx.createQuery("select email from users where id = :userId")
        .bind("userId", userId)
        .mapTo(String.class)
        .findOne();
  }

  /** Finds the address of a user who wants security alerts. */
  Optional<String> findEmailForAlerts(UUID userId) {
    return tx.createQuery(
            """
            select u.email from users u left join preferences p on p.user_id = u.id
            where u.id = :userId and p.email_security_alerts is not false
            """)
        .bind("userId", userId)
        .mapTo(String.class)
        .findOne();
  }

  /**
   * Finds the address of a user with an open account, if no mail of the kind was queued for the
   * user since the given time. Finished mails are kept for at least a day.
   */
  Optional<String> findOpenEmailUnlessSince(UUID userId, MailKind kind, Instant since) {
    return tx.createQuery(
            """
            select email from users
            where id = :userId and status in ('ACTIVE', 'PENDING_VERIFICATION') and not exists (
              select from mail_outbox where user_id = :userId and kind = :kind and created_at > :since)
            """)
        .bind("userId", userId)
        .bind("kind", kind)
        .bind("since", since)
        .mapTo(String.class)
        .findOne();
  }

  /** Queues a reset for the address, unless an earlier one is still waiting. */
  void insertOpenReset(UUID id, String recipient, Instant now, String traceParent) {
    tx.createUpdate(
            """
            insert into mail_outbox (id, kind, recipient, state, created_at, attempts, next_attempt_at, trace_parent)
            values (:id, 'RESET_PASSWORD', :recipient, 'WAITING', :now, 0, :now, :traceParent)
            on conflict do nothing
            """)
        .bind("id", id)
        .bind("recipient", recipient)
        .bind("now", now)
        .bind("traceParent", traceParent)
        .execute();
  }

  void deleteVoidLinks(UUID userId) {
    tx.createUpdate(
            """
            delete from mail_outbox m using tokens t
            where m.user_id = :userId and m.state = 'WAITING' and t.id = m.token_id and t.voided_at is not null
            """)
        .bind("userId", userId)
        .execute();
  }

  void deleteOpenReset(String recipient) {
    tx.createUpdate(DELETE_OPEN_RESET).bind("recipient", recipient).execute();
  }

  /**
   * Claims the mail that has been due the longest, until the end of the lease. The result contains
   * the current data of its recipient: a user who is deleted before the mail is sent may still get
   * it, if it has no link. It also returns whether another mail is due, which another worker may
   * claim.
   */
  Optional<QueuedMail> claim(Instant now, Instant leaseEnd) {
    return tx.createQuery(CLAIM)
        .bind("now", now)
        .bind("leaseEnd", leaseEnd)
        .map(QueuedMail::ofRow)
        .findOne();
  }

  Recipient setAddressee(UUID id, UUID userId, UUID tokenId) {
    return tx.createQuery(
            """
            with addressed as (update mail_outbox set user_id = :userId, token_id = :tokenId where id = :id)
            select
            """
                + Recipient.COLUMNS
                + " from users u where u.id = :userId")
        .bind("id", id)
        .bind("userId", userId)
        .bind("tokenId", tokenId)
        .map(Recipient::ofRow)
        .one();
  }

  /** Records the final state of a mail, unless another worker has claimed it in the meantime. */
  int finish(UUID id, int attempts, MailState state, Instant now) {
    return tx.createUpdate(
            """
            update mail_outbox set state = :state, finished_at = :now
            where id = :id and attempts = :attempts and state = 'WAITING'
            """)
        .bind("id", id)
        .bind("attempts", attempts)
        .bind("state", state)
        .bind("now", now)
        .execute();
  }

  /** Records a failed attempt, unless another worker has claimed the mail in the meantime. */
  int postpone(UUID id, int attempts, Instant nextAttemptAt) {
    return tx.createUpdate(
            """
            update mail_outbox set next_attempt_at = :nextAttemptAt
            where id = :id and attempts = :attempts and state = 'WAITING'
            """)
        .bind("id", id)
        .bind("attempts", attempts)
        .bind("nextAttemptAt", nextAttemptAt)
        .execute();
  }

  void delete(UUID id, int attempts) {
    tx.createUpdate("delete from mail_outbox where id = :id and attempts = :attempts")
        .bind("id", id)
        .bind("attempts", attempts)
        .execute();
  }

  Totals totals() {
    return tx.createQuery(
            """
            select count(*) filter (where state = 'WAITING') as waiting,
              min(created_at) filter (where state = 'WAITING') as oldest,
              count(*) filter (where state = 'FAILED') as failed
            from mail_outbox where state in ('WAITING', 'FAILED')
            """)
        .map(MailDao::readTotals)
        .one();
  }

  int deleteFinished(MailState state, Instant before, int limit) {
    return Purge.delete(
        tx,
        "mail_outbox",
        "id",
        "state = '" + state + "' and finished_at < :time order by finished_at",
        before,
        limit);
  }

  int deleteOpenResets(Instant before, int limit) {
    return Purge.delete(
        tx,
        "mail_outbox",
        "id",
        "user_id is null and state = 'WAITING' and created_at < :time order by created_at",
        before,
        limit);
  }

  /** Returns those of the ids that no user has. */
  List<UUID> findDeletedUsers(UUID[] ids) {
    return tx.createQuery(
            """
            select id from unnest(:ids) as kept (id)
            where not exists (select from users where users.id = kept.id)
            """)
        .bind("ids", ids)
        .mapTo(UUID.class)
        .list();
  }

  /** The outbox in numbers. */
  record Totals(long waiting, Optional<Instant> oldest, long failed) {}

  private static Totals readTotals(ResultSet row, StatementContext context) throws SQLException {
    return new Totals(
        row.getLong("waiting"), Rows.optionalInstant(row, "oldest"), row.getLong("failed"));
  }
}
