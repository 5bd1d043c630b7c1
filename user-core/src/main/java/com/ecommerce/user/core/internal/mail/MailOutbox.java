package com.ecommerce.user.core.internal.mail;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.MultiTableStatement;
import com.ecommerce.user.core.internal.db.Purge;
import com.ecommerce.user.core.internal.db.RequestConfig;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.mail.MailStatistics;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Queues mails in the transaction of the change that causes them. They are sent after it commits,
 * at least once, by the {@link OutboxWorker} of any instance. Thread-safe.
 */
public final class MailOutbox implements Purge {
  private static final Duration KEEP_SENT = Duration.ofDays(1);
  private static final Duration GUESSING_NOTICE_PAUSE = KEEP_SENT;
  private static final Duration KEEP_FAILED = Duration.ofDays(30);
  private static final Duration KEEP_OPEN_RESETS = Duration.ofDays(1);

  private final Database database;
  private final Clock clock;
  private final Uuids ids;
  private final MailLimits limits;
  private final Runnable wake;

  /**
   * Creates an outbox, for {@code UserCore}.
   *
   * @param wake runs after the commit of a transaction that queued a mail; must not block
   */
  public MailOutbox(Database database, Clock clock, Uuids ids, MailLimits limits, Runnable wake) {
    this.database = database;
    this.clock = clock;
    this.ids = ids;
    this.limits = limits;
    this.wake = wake;
  }

  /**
   * Queues a mail whose link contains a secret of the token. The caller must have checked the
   * {@link MailLimits}.
   */
  public void queueLink(Handle tx, MailKind kind, UserId user, Email recipient, UUID token) {
    queue(tx, mail(tx, kind, user, recipient, token, null));
  }

  /**
   * Does the same as a part of the statement that makes the change.
   *
   * @param allowed the part of the statement that must return a row for the mail to be queued
   */
  public void queueLink(
      MultiTableStatement change,
      String allowed,
      MailKind kind,
      UserId user,
      Email recipient,
      UUID token) {
    var mail = mail(change.tx(), kind, user, recipient, token, null);
    change.add(MailDao.insertIf(allowed), insert -> insert.bindMethods("mail", mail));
    change.tx().afterCommit(wake);
  }

  /**
   * Queues a mail without a link. The caller must have checked the {@link MailLimits}; {@link
   * #queueNotice} checks them itself.
   */
  public void queue(Handle tx, MailKind kind, UserId user, Email recipient) {
    queue(tx, mail(tx, kind, user, recipient, null, null));
  }

  private void queue(Handle tx, MailDao.NewMail mail) {
    new MailDao(tx).insert(mail);
    tx.afterCommit(wake);
  }

  private MailDao.NewMail mail(
      Handle tx, MailKind kind, UserId user, Email recipient, UUID token, Email newEmail) {
    return new MailDao.NewMail(
        ids.next(),
        kind,
        recipient.address(),
        user.value(),
        token,
        newEmail == null ? null : newEmail.address(),
        clock.instant(),
        traceParent(tx),
        null,
        null);
  }

  /**
   * Queues the mail with a link to reset a password, if the address turns out to have an account.
   * The account is only looked up when the mail is due, so that this takes the same time for every
   * address.
   */
  public void queueReset(Handle tx, Email address) {
    new MailDao(tx)
        .insertOpenReset(ids.next(), address.address(), clock.instant(), traceParent(tx));
    tx.afterCommit(wake);
  }

  /**
   * Queues a notice, a mail about the account without a link. At most 10 an hour are queued for the
   * same mailbox.
   *
   * @param kind a kind without a link
   * @return whether it was queued
   */
  public boolean queueNotice(Handle tx, MailKind kind, UserId user, Email recipient) {
    return queueNotice(tx, mail(tx, kind, user, recipient, null, null), recipient);
  }

  /** Queues a notice to the current address of the user. Does nothing if there is no such user. */
  public boolean queueNotice(Handle tx, MailKind kind, UserId user) {
    return new MailDao(tx)
        .findEmail(user.value())
        .map(email -> queueNotice(tx, kind, user, Email.ofStored(email)))
        .orElse(false);
  }

  /**
   * Queues the mail that informs the current address about a requested change, with a link that
   * contains a secret of the token. It counts as a notice: at most 10 an hour are queued for the
   * same mailbox. Beyond that, the links of earlier mails have the same effect.
   *
   * @return whether it was queued
   */
  public boolean queueEmailChangePending(
      Handle tx, UserId user, Email current, Email wanted, UUID token) {
    var mail = mail(tx, MailKind.EMAIL_CHANGE_PENDING, user, current, token, wanted);
    return queueNotice(tx, mail, current);
  }

  private boolean queueNotice(Handle tx, MailDao.NewMail mail, Email recipient) {
    var limit =
        new MailDao(tx).hasVerified(mail.userId(), mail.recipient())
            ? MailLimit.NOTICE
            : MailLimit.NOTICE_TO_UNVERIFIED;
    boolean allowed = limits.tryConsume(tx, limit, recipient, mail.createdAt()).isEmpty();
    if (allowed) {
      queue(tx, mail);
    }
    return allowed;
  }

  /**
   * Queues a notice of a sign-in, unless the user has turned security alerts off.
   *
   * @param device the name that the client sent; may be empty
   * @param network the client network, such as {@code 203.0.113.7/32}
   * @return whether it was queued
   */
  public boolean queueNewSignIn(Handle tx, UserId user, String device, String network) {
    return new MailDao(tx)
        .findEmailForAlerts(user.value())
        .map(Email::ofStored)
        .map(
            to -> {
              var mail = mail(tx, MailKind.NEW_SIGN_IN, user, to, null, null);
              return queueNotice(tx, mail.withSignIn(device, network), to);
            })
        .orElse(false);
  }

  /**
   * Queues a notice about many wrong passwords to the user of an open account, at most once a day.
   * The caller's transaction must prevent concurrent calls for the same user.
   *
   * @return whether it was queued
   */
  public boolean queuePasswordGuessing(Handle tx, UserId user) {
    var kind = MailKind.PASSWORD_GUESSING;
    return new MailDao(tx)
        .findOpenEmailUnlessSince(user.value(), kind, clock.instant().minus(GUESSING_NOTICE_PAUSE))
        .map(email -> queueNotice(tx, kind, user, Email.ofStored(email)))
        .orElse(false);
  }

  /**
   * Queues the mail that informs the previous address about a completed change, with a link that
   * contains a secret of the token. It is not limited, since it may be the only way back into the
   * account. It cannot be repeated at will, since the mailbox must be verified again before another
   * one.
   */
  public void queueEmailChanged(Handle tx, UserId user, Email before, Email now, UUID token) {
    queue(tx, mail(tx, MailKind.EMAIL_CHANGED, user, before, token, now));
  }

  /** Deletes the user's queued mails whose links are void. They would not be sent anyway. */
  public void dropVoidLinks(Handle tx, UserId user) {
    new MailDao(tx).deleteVoidLinks(user.value());
  }

  /**
   * Returns the position in the trace, to which the trace of the sending links; null if the call is
   * not traced.
   */
  private static String traceParent(Handle tx) {
    return RequestConfig.traceParent(tx).map(TraceParent::text).orElse(null);
  }

  /**
   * Deletes a reset that was requested and not examined yet. All other mails are deleted together
   * with the user's row.
   */
  public void dropReset(Handle tx, Email address) {
    new MailDao(tx).deleteOpenReset(address.address());
  }

  public MailStatistics statistics(RequestContext call) {
    requireNonNull(call, "call");
    var totals = database.read(call, handle -> new MailDao(handle).totals());
    var oldestAge =
        totals
            .oldest()
            .map(since -> Duration.between(since, clock.instant()))
            .orElse(Duration.ZERO);
    return new MailStatistics(totals.waiting(), oldestAge, totals.failed());
  }

  /**
   * Deletes mails a day after they were sent, and a month after they were given up. Also deletes
   * resets that were not examined for a day, so that strangers cannot fill an outbox without a
   * worker.
   */
  @Override
  public int purge(Handle tx, Instant now, int limit) {
    var dao = new MailDao(tx);
    int deleted = dao.deleteFinished(MailState.SENT, now.minus(KEEP_SENT), limit);
    deleted += dao.deleteFinished(MailState.FAILED, now.minus(KEEP_FAILED), limit - deleted);
    return deleted + dao.deleteOpenResets(now.minus(KEEP_OPEN_RESETS), limit - deleted);
  }
}
