package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.account.Accounts;
import com.ecommerce.user.core.internal.db.IdempotentWrites;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.internal.session.SessionTerminator.Cause;
import com.ecommerce.user.core.internal.token.RefreshToken;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Session;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Starts and renews sessions, inside the transactions of {@link Logins}. Thread-safe. */
public final class SessionGrants {
  /**
   * The time for which the previous refresh token still gets the current one, in case an answer was
   * lost.
   */
  static final Duration GRACE = Duration.ofSeconds(30);

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final TokenSettings settings;
  private final Clock clock;
  private final Uuids ids;
  private final RefreshTokens tokens;
  private final EventLog events;
  private final SessionTerminator terminator;
  private final IdempotentWrites writes;

  /**
   * A session that was started or renewed.
   *
   * @param token the current refresh token
   * @param at the time of the grant
   */
  record Grant(User user, Session session, RefreshToken token, Instant at) {
    /**
     * Returns how long the session lasts after the grant unless it is renewed, rounded up to a
     * whole second. The time that the response takes does not count, so that a new session has the
     * configured lifetime.
     */
    Duration lifetime() {
      var rest = Duration.between(at, session.expiresAt());
      return rest.plusNanos(NANOS_PER_SECOND - 1).truncatedTo(ChronoUnit.SECONDS);
    }
  }

  /**
   * A locked session, and the position of the presented token.
   *
   * @param position not {@code UNKNOWN}
   */
  record Locked(SessionRow row, RefreshTokens.Position position) {}

  public SessionGrants(
      TokenSettings settings,
      Clock clock,
      Uuids ids,
      RefreshTokens tokens,
      EventLog events,
      SessionTerminator terminator,
      IdempotentWrites writes) {
    this.settings = settings;
    this.clock = clock;
    this.ids = ids;
    this.tokens = tokens;
    this.events = events;
    this.terminator = terminator;
    this.writes = writes;
  }

  /** Returns the id of a new session. */
  SessionId nextId() {
    return new SessionId(ids.next());
  }

  /**
   * Returns a new refresh token for the session of an earlier login with the same idempotency key,
   * whose answer was lost. It replaces the token of that answer, since only its digest is stored.
   *
   * @param id the id of the session to start if there is no earlier login
   * @return empty if there is no earlier login
   * @throws UserServiceException with {@code SESSION_ENDED} if its session has ended
   */
  Optional<Grant> repeated(Handle tx, RequestContext call, User user, SessionId id) {
    Instant now = clock.instant();
    return writes
        .claim(tx, call, id.value(), now)
        .map(
            earlier ->
                new SessionDao(tx)
                    .findForUpdate(earlier.object().orElseThrow())
                    .filter(row -> row.isLive(now) && row.session().user().equals(user.id()))
                    .orElseThrow(Authentication::ended)
                    .session())
        .map(session -> rotate(tx, call, user, session, tokens.first(session.id())));
  }

  /**
   * Starts a session.
   *
   * @param id the id of the session
   * @param user a user with an open account, who is locked, so that closing the account waits for
   *     this transaction and then also ends this session
   */
  Grant start(Handle tx, RequestContext call, User user, SessionId id, String deviceName) {
    Instant now = clock.instant();
    var session =
        new Session(
            id,
            user.id(),
            deviceName,
            call.clientNetwork(),
            now,
            now,
            expiry(now, now),
            Optional.of(now));
    var token = tokens.first(id);
    new SessionDao(tx)
        .insert(
            id.value(),
            user.id().value(),
            deviceName,
            call.clientNetwork(),
            now,
            session.expiresAt(),
            token.digest());
    var known = by(call, user.id());
    events.append(
        tx,
        EventLog.Entry.of(known, now, EventType.SESSION_STARTED, user.id())
            .because("session " + id));
    terminator.endSurplus(tx, known, user.id());
    return new Grant(user, session, token, now);
  }

  private Instant expiry(Instant start, Instant use) {
    Instant idle = use.plus(settings.refreshLifetime());
    Instant end = start.plus(TokenSettings.MAX_SESSION_LIFETIME);
    return idle.isBefore(end) ? idle : end;
  }

  /**
   * Returns the call with the user as its actor. A user who has just proved their identity is
   * responsible for the change, although the call has no session.
   */
  static RequestContext by(RequestContext call, UserId user) {
    return call.as(Actor.user(user), call.session());
  }

  /**
   * Locks the session of a token, and determines the position of the token.
   *
   * @throws UserServiceException with {@code CREDENTIALS_INVALID} if the token is unknown
   */
  Locked lock(Handle tx, RefreshToken presented) {
    return new SessionDao(tx)
        .findForUpdate(presented.session().value())
        .map(row -> new Locked(row, tokens.judge(tx, presented, row)))
        .filter(found -> found.position() != RefreshTokens.Position.UNKNOWN)
        .orElseThrow(RefreshToken::invalid);
  }

  /**
   * Exchanges a token for its successor.
   *
   * @return empty if the session has ended, or ends now because the token had already been used
   */
  Optional<Grant> renew(Handle tx, RequestContext call, Accounts accounts, RefreshToken presented) {
    var found = lock(tx, presented);
    var row = found.row();
    Instant now = clock.instant();
    boolean isRepeated = writes.claim(tx, call, row.session().id().value(), now).isPresent();
    var user = accounts.find(tx, row.session().user()).filter(owner -> owner.status().isOpen());
    if (!row.isLive(now) || user.isEmpty()) {
      return Optional.empty();
    }
    boolean isPrevious = found.position() == RefreshTokens.Position.PREVIOUS;
    if (isReused(found, now) && !(isPrevious && isRepeated)) {
      terminator.endReused(tx, call, row.session());
      return Optional.empty();
    }
    var next = tokens.next(tx, presented);
    return Optional.of(
        isPrevious
            ? new Grant(user.get(), row.session(), next, now)
            : rotate(tx, call, user.get(), row.session(), next));
  }

  /** Returns whether the token was already exchanged, and its grace period is over. */
  private static boolean isReused(Locked found, Instant now) {
    return switch (found.position()) {
      case CURRENT -> false;
      case PREVIOUS -> now.isAfter(found.row().session().lastUsedAt().plus(GRACE));
      case OLDER, UNKNOWN -> true;
    };
  }

  /**
   * Ends the session of a token. If the token was already exchanged, somebody else has its
   * successor; this is recorded in the same way as when such a token is exchanged.
   */
  void end(Handle tx, RequestContext call, RefreshToken presented) {
    var found = lock(tx, presented);
    var session = found.row().session();
    Instant now = clock.instant();
    if (found.row().isLive(now) && isReused(found, now)) {
      terminator.endReused(tx, call, session);
    } else {
      terminator.end(tx, by(call, session.user()), session.id(), Cause.LOGOUT);
    }
  }

  private Grant rotate(
      Handle tx, RequestContext call, User user, Session session, RefreshToken next) {
    Instant now = clock.instant();
    var renewed =
        new Session(
            session.id(),
            session.user(),
            session.deviceName(),
            call.clientNetwork(),
            session.createdAt(),
            now,
            expiry(session.createdAt(), now),
            session.authenticatedAt());
    new SessionDao(tx)
        .rotate(
            session.id().value(), next.digest(), renewed.clientNetwork(), now, renewed.expiresAt());
    terminator.forgetAtEnd(tx, session.user());
    return new Grant(user, renewed, next, now);
  }

  /**
   * Records that the password was just verified in a session.
   *
   * @return the session; empty if it has ended or belongs to another user
   */
  Optional<Session> authenticate(Handle tx, RequestContext call, UserId user, SessionId session) {
    Instant now = clock.instant();
    var proven =
        new SessionDao(tx)
            .authenticate(session.value(), user.value(), now)
            .map(SessionRow::session);
    proven.ifPresent(
        known ->
            events.append(
                tx,
                EventLog.Entry.of(call, now, EventType.SESSION_REAUTHENTICATED, known.user())
                    .because("session " + known.id())));
    return proven;
  }

  /** Returns whether the password was verified in a live session within the time. */
  boolean isProven(Handle handle, SessionId session, Duration maxAge) {
    Instant now = clock.instant();
    return new SessionDao(handle)
        .findProof(session.value())
        .filter(proof -> proof.isWithin(maxAge, now))
        .isPresent();
  }
}
