package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.account.AccountListener;
import com.ecommerce.user.core.internal.credential.PasswordListener;
import com.ecommerce.user.core.internal.db.Purge;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.internal.event.JdbiSecurityLog;
import com.ecommerce.user.core.internal.page.PageTokens;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Session;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Ends sessions, in the transaction of the cause: a logout, a closed account, or a changed
 * password. Thread-safe.
 */
public final class SessionTerminator implements AccountListener, PasswordListener, Purge {
  private static final Duration KEPT_AFTER_END = Duration.ofDays(1);

  private final Clock clock;
  private final EventLog events;
  private final JdbiSecurityLog security;
  private final SessionCache cache;

  /** The causes for which a session ends, as the event log names them. */
  enum Cause {
    LOGOUT,
    REVOKED,
    TOKEN_REUSED,
    PASSWORD_CHANGED,
    PASSWORD_RESET,
    PASSWORD_REMOVED,
    EMAIL_CHANGED,
    EMAIL_CONFIRMED,
    TOO_MANY,
    ACCOUNT_CLOSED
  }

  public SessionTerminator(
      Clock clock, EventLog events, JdbiSecurityLog security, SessionCache cache) {
    this.clock = clock;
    this.events = events;
    this.security = security;
    this.cache = cache;
  }

  /**
   * Ends a session. Does nothing if there is no such session, or it has ended.
   *
   * @return whether it was live
   */
  boolean end(Handle tx, RequestContext call, SessionId session, Cause cause) {
    Instant now = clock.instant();
    var user = new SessionDao(tx).end(session.value(), now).map(UserId::new);
    user.ifPresent(ended -> note(tx, call, now, ended, List.of(session.value()), cause));
    return user.isPresent();
  }

  /** Ends a session whose refresh token was used a second time. */
  void endReused(Handle tx, RequestContext call, Session session) {
    var reuse = EventType.SESSION_REUSE_DETECTED;
    events.append(
        tx,
        EventLog.Entry.of(call, clock.instant(), reuse, session.user())
            .because("session " + session.id()));
    end(tx, call, session.id(), Cause.TOKEN_REUSED);
    tx.afterCommit(() -> security.tokenReused(call, session.user()));
  }

  /**
   * Ends a session of a user.
   *
   * @throws UserServiceException with {@code SESSION_NOT_FOUND}, also if it has ended or belongs to
   *     another user
   */
  void endOne(Handle tx, RequestContext call, UserId user, SessionId session, Cause cause) {
    var found = new SessionDao(tx).findForUpdate(session.value());
    if (found.filter(row -> row.session().user().equals(user)).isEmpty()
        || !end(tx, call, session, cause)) {
      throw UserServiceException.notFound(
          ErrorReason.SESSION_NOT_FOUND, "session", session.toString());
    }
  }

  /**
   * Ends all sessions of a user, except for one.
   *
   * @return the number of ended sessions
   */
  int endAll(Handle tx, RequestContext call, UserId user, Optional<SessionId> but, Cause cause) {
    Instant now = clock.instant();
    UUID kept = but.map(SessionId::value).orElse(null);
    var ended = new SessionDao(tx).endAll(user.value(), kept, now);
    note(tx, call, now, user, ended, cause);
    return ended.size();
  }

  /**
   * Ends all sessions of a user whose mailbox was proven for the first time, possibly by another
   * person than the one who registered.
   *
   * @return the number of ended sessions
   */
  public int endAllAtFirstProof(Handle tx, RequestContext call, UserId user) {
    return endAll(tx, call, user, Optional.empty(), Cause.EMAIL_CONFIRMED);
  }

  /**
   * Ends the live sessions of a user beyond {@link JdbiSessions#MAX_LIVE}, the least recently used
   * first.
   *
   * @param tx must have locked the user, so that no concurrent login counts at the same time
   */
  void endSurplus(Handle tx, RequestContext call, UserId user) {
    Instant now = clock.instant();
    var ended = new SessionDao(tx).endSurplus(user.value(), JdbiSessions.MAX_LIVE, now);
    note(tx, call, now, user, ended, Cause.TOO_MANY);
  }

  /** Writes the events with one statement, regardless of the number of sessions. */
  private void note(
      Handle tx, RequestContext call, Instant now, UserId user, List<UUID> sessions, Cause cause) {
    if (sessions.isEmpty()) {
      return;
    }
    String why = cause.name().toLowerCase(Locale.ROOT);
    var ended = EventLog.Entry.of(call, now, EventType.SESSION_ENDED, user);
    events.append(
        tx, sessions.stream().map(id -> ended.because(why + " (session " + id + ")")).toList());
    cache.forgetAtEnd(tx, user);
  }

  @Override
  public void onUpdated(Handle tx, RequestContext call, User before, User after) {
    if (before.status().isOpen() && !after.status().isOpen()) {
      endAll(tx, call, after.id(), Optional.empty(), Cause.ACCOUNT_CLOSED);
    } else if (before.emailVerified() && !before.email().equals(after.email())) {
      endAll(tx, call, after.id(), call.session(), Cause.EMAIL_CHANGED);
    }
    if (!SessionState.isSameUser(before, after)) {
      cache.forgetAtEnd(tx, after.id());
    }
  }

  /**
   * Does the same as {@link #onUpdated}, and ends the sessions of an account whose email the import
   * marks as verified for the first time, since somebody else may have created it.
   */
  @Override
  public void onImported(
      Handle tx, RequestContext call, Optional<User> before, User after, boolean sendsMails) {
    before.ifPresent(
        known -> {
          onUpdated(tx, call, known, after);
          if (!known.emailVerified() && after.emailVerified()) {
            endAllAtFirstProof(tx, call, after.id());
          }
        });
  }

  @Override
  public void onPasswordImported(Handle tx, RequestContext call, UserId user, boolean sendsMails) {
    endAll(tx, call, user, Optional.empty(), Cause.PASSWORD_CHANGED);
  }

  @Override
  public void onPasswordChanged(Handle tx, RequestContext call, UserId user, boolean byReset) {
    if (byReset) {
      endAll(tx, call, user, Optional.empty(), Cause.PASSWORD_RESET);
    } else {
      endAll(tx, call, user, call.session(), Cause.PASSWORD_CHANGED);
      // Changing the password required the previous one.
      call.session()
          .ifPresent(
              own -> new SessionDao(tx).authenticate(own.value(), user.value(), clock.instant()));
    }
  }

  @Override
  public void onPasswordRemoved(Handle tx, RequestContext call, UserId user) {
    endAll(tx, call, user, Optional.empty(), Cause.PASSWORD_REMOVED);
  }

  @Override
  public void onDeleted(Handle tx, RequestContext call, User user) {
    cache.forgetAtEnd(tx, user.id());
  }

  /**
   * Returns live sessions of a user, the most recently used first.
   *
   * @param after the last session of the previous page; empty to begin with the first one
   */
  List<Session> live(Handle handle, UserId user, Optional<PageTokens.Cursor> after, int limit) {
    return new SessionDao(handle)
            .findLive(
                user.value(),
                clock.instant(),
                after.map(cursor -> Instant.parse(cursor.key())).orElse(null),
                after.map(PageTokens.Cursor::id).orElse(null),
                limit)
            .stream()
            .map(SessionRow::session)
            .toList();
  }

  /** Returns the number of a user's live sessions. */
  long countLive(Handle handle, UserId user) {
    return new SessionDao(handle).countLive(user.value(), clock.instant());
  }

  /**
   * Invalidates cached sessions of the user when the transaction has ended, for changes that end no
   * session.
   */
  void forgetAtEnd(Handle tx, UserId user) {
    cache.forgetAtEnd(tx, user);
  }

  /** Deletes sessions a day after they have ended. */
  @Override
  public int purge(Handle tx, Instant now, int limit) {
    return new SessionDao(tx).deleteOver(now.minus(KEPT_AFTER_END), limit);
  }
}
