package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.internal.db.TransactionCheck;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.SessionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Requires that the password was verified in a user's session within {@link #MAX_AGE}, so that a
 * stolen access token alone is not enough to take over an account. The session's row in the
 * database decides, not the claims of a token or a cache.
 *
 * <p>Calls without a session pass: those of services, and of trusted callers where no token is
 * required. The sessions of admins pass, too. Thread-safe.
 */
public final class RecentProof implements TransactionCheck {
  /** The time for which a verification of the password counts. */
  public static final Duration MAX_AGE = Duration.ofMinutes(5);

  /** The maximum by which a time may be in the future, since the clocks of instances may differ. */
  static final Duration MAX_AHEAD = Duration.ofMinutes(1);

  private final Clock clock;

  public RecentProof(Clock clock) {
    this.clock = clock;
  }

  /**
   * The latest verification of the password in a session.
   *
   * @param at empty if none is known
   * @param isAdmin whether the session's user is an admin
   */
  record Proof(Optional<Instant> at, boolean isAdmin) {
    static Proof ofRow(ResultSet row, StatementContext context) throws SQLException {
      return new Proof(Rows.optionalInstant(row, "authenticated_at"), row.getBoolean("is_admin"));
    }

    boolean isEnough(Instant now) {
      return isAdmin || isWithin(MAX_AGE, now);
    }

    /**
     * Returns whether the verification is at most this old, and at most {@link
     * RecentProof#MAX_AHEAD} in the future.
     */
    boolean isWithin(Duration maxAge, Instant now) {
      return at.filter(time -> !time.isAfter(now.plus(MAX_AHEAD)))
          .filter(time -> !now.isAfter(time.plus(maxAge)))
          .isPresent();
    }
  }

  /**
   * Requires a recent verification.
   *
   * @throws UserServiceException with {@code REAUTHENTICATION_REQUIRED}; with {@code SESSION_ENDED}
   *     if the session has ended in the meantime
   */
  @Override
  public void require(Handle tx, RequestContext call) {
    call.session().ifPresent(session -> require(tx, session));
  }

  private void require(Handle tx, SessionId session) {
    var proof = new SessionDao(tx).findProof(session.value()).orElseThrow(Authentication::ended);
    if (!proof.isEnough(clock.instant())) {
      throw UserServiceException.of(
          ErrorReason.REAUTHENTICATION_REQUIRED,
          "the session has not verified the password recently (expected: a reauthentication or login within the last "
              + MAX_AGE.toMinutes()
              + " minutes)");
    }
  }
}
