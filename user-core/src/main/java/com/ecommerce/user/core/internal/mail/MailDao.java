package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.mail.MailKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

@RegisterRowMapper(QueuedMail.Mapper.class)
@RegisterRowMapper(Recipient.Mapper.class)
@RegisterRowMapper(MailDao.TotalsMapper.class)
interface MailDao {
  String INSERT =
      """
      insert into mail_outbox (id, kind, recipient, user_id, token_id, new_email, state, created_at, attempts,
        next_attempt_at, trace_parent, sign_in_device, sign_in_network)
      select :mail.id, :mail.kind, :mail.recipient, :mail.userId, :mail.tokenId, :mail.newEmail, 'WAITING',
        :mail.createdAt, 0, :mail.createdAt, :mail.traceParent, :mail.signInDevice, :mail.signInNetwork
      """;

  /**
   * Returns {@link #INSERT} with the condition that a part of the same statement returned a row.
   */
  static String insertIf(String part) {
    return INSERT + " where exists (select from " + part + ")";
  }

  /**
   * The values that {@link #INSERT} writes.
   *
   * @param tokenId null for a mail without a link
   * @param newEmail null unless the mail tells of it
   * @param traceParent null when nobody traces
   * @param signInDevice null unless the mail is about a sign-in; so is the network
   */
  record NewMail(
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

    /** Without addresses, since records end up in logs. */
    @Override
    public String toString() {
      return "NewMail[" + kind + " " + id + "]";
    }
  }

  @SqlUpdate(INSERT)
  void insert(@BindMethods("mail") NewMail mail);

  @SqlQuery(
      "select exists (select from users where id = :userId and email = :email and email_verified)")
  boolean hasVerified(UUID userId, String email);

  @SqlQuery("select email from users where id = :userId")
  Optional<String> findEmail(UUID userId);

  /** Finds the address of a user who wants security alerts. */
  @SqlQuery(
      """
      select u.email from users u left join preferences p on p.user_id = u.id
      where u.id = :userId and p.email_security_alerts is not false
      """)
  Optional<String> findEmailForAlerts(UUID userId);

  /**
   * Finds the address of a user with an open account, if no mail of the kind was queued for the
   * user since the given time. Finished mails are kept for at least a day.
   */
  @SqlQuery(
      """
      select email from users
      where id = :userId and status in ('ACTIVE', 'PENDING_VERIFICATION') and not exists (
        select from mail_outbox where user_id = :userId and kind = :kind and created_at > :since)
      """)
  Optional<String> findOpenEmailUnlessSince(UUID userId, MailKind kind, Instant since);

  /** Nothing happens while an earlier question about the address waits. */
  @SqlUpdate(
      """
      insert into mail_outbox (id, kind, recipient, state, created_at, attempts, next_attempt_at, trace_parent)
      values (:id, 'RESET_PASSWORD', :recipient, 'WAITING', :now, 0, :now, :traceParent)
      on conflict do nothing
      """)
  void insertOpenReset(UUID id, String recipient, Instant now, String traceParent);

  @SqlUpdate(
      """
      delete from mail_outbox m using tokens t
      where m.user_id = :userId and m.state = 'WAITING' and t.id = m.token_id and t.voided_at is not null
      """)
  void deleteVoidLinks(UUID userId);

  @SqlUpdate("delete from mail_outbox where recipient = :recipient and user_id is null")
  void deleteOpenReset(String recipient);

  /**
   * Takes the mail that is due longest, for as long as the lease lasts. Tells whom it is to as of
   * now: who is deleted before it is sent may still get it, if it has no link. Tells of another
   * that is due, which another worker may take, though.
   */
  @SqlQuery(
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
        m.trace_parent, m.sign_in_device, m.sign_in_network, u.display_name, u.language, (select count(*) from due) > 1 as more_due
      from claimed m left join users u on u.id = m.user_id
      """)
  Optional<QueuedMail> claim(Instant now, Instant leaseEnd);

  @SqlQuery(
      """
      with addressed as (update mail_outbox set user_id = :userId, token_id = :tokenId where id = :id)
      select display_name, language from users where id = :userId
      """)
  Recipient setAddressee(UUID id, UUID userId, UUID tokenId);

  /** Unless another worker has claimed it since. */
  @SqlUpdate(
      """
      update mail_outbox set state = :state, finished_at = :now
      where id = :id and attempts = :attempts and state = 'WAITING'
      """)
  int finish(UUID id, int attempts, MailState state, Instant now);

  /** Unless another worker has claimed it since. */
  @SqlUpdate(
      """
      update mail_outbox set next_attempt_at = :nextAttemptAt
      where id = :id and attempts = :attempts and state = 'WAITING'
      """)
  int postpone(UUID id, int attempts, Instant nextAttemptAt);

  @SqlUpdate("delete from mail_outbox where id = :id and attempts = :attempts")
  void delete(UUID id, int attempts);

  @SqlQuery(
      """
      select count(*) filter (where state = 'WAITING') as waiting,
        min(created_at) filter (where state = 'WAITING') as oldest,
        count(*) filter (where state = 'FAILED') as failed
      from mail_outbox where state in ('WAITING', 'FAILED')
      """)
  Totals totals();

  @SqlUpdate(
      """
      delete from mail_outbox where id in (
        select id from mail_outbox where state = :state and finished_at < :before
        order by finished_at limit :limit for update skip locked)
      """)
  int deleteFinished(MailState state, Instant before, int limit);

  @SqlUpdate(
      """
      delete from mail_outbox where id in (
        select id from mail_outbox where user_id is null and state = 'WAITING' and created_at < :before
        order by created_at limit :limit for update skip locked)
      """)
  int deleteOpenResets(Instant before, int limit);

  /** The outbox in numbers. */
  record Totals(long waiting, Optional<Instant> oldest, long failed) {}

  /** Public for Jdbi, which makes it. */
  final class TotalsMapper implements RowMapper<Totals> {
    @Override
    public Totals map(ResultSet row, StatementContext context) throws SQLException {
      return new Totals(
          row.getLong("waiting"),
          Optional.ofNullable(row.getObject("oldest", OffsetDateTime.class))
              .map(OffsetDateTime::toInstant),
          row.getLong("failed"));
    }
  }
}
