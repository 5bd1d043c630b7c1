package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.internal.db.ServiceKeys;
import com.ecommerce.user.core.internal.token.RefreshToken;
import com.ecommerce.user.core.value.SessionId;
import java.security.SecureRandom;
import org.jdbi.v3.core.Handle;

/**
 * Makes refresh tokens, and determines the position of a presented one in the chain of its session.
 * Thread-safe.
 */
public final class RefreshTokens {
  /**
   * The maximum number of steps by which a token is recognized as an earlier one. It bounds the
   * cost of a check.
   */
  static final int MAX_STEPS_BACK = 10_000;

  private static final String KEY_NAME = "refresh-tokens";

  private final ServiceKeys keys;
  private final SecureRandom random;

  /** The position of a token in the chain of its session. */
  enum Position {
    CURRENT,
    /** The token that was exchanged for the current one. */
    PREVIOUS,
    /** An earlier token of this session. */
    OLDER,
    /** Not a token of this session, or one from very long ago. */
    UNKNOWN
  }

  public RefreshTokens(ServiceKeys keys, SecureRandom random) {
    this.keys = keys;
    this.random = random;
  }

  RefreshToken first(SessionId session) {
    return RefreshToken.first(session, random);
  }

  /** Returns the token that replaces the given one. It is always the same. */
  RefreshToken next(Handle handle, RefreshToken token) {
    return token.next(keys.secret(handle, KEY_NAME));
  }

  /**
   * Determines the position of a token. Its successors can be computed, so an earlier token of the
   * session leads to the current one.
   */
  Position judge(Handle handle, RefreshToken presented, SessionRow row) {
    if (presented.matches(row.refreshDigest())) {
      return Position.CURRENT;
    }
    byte[] key = keys.secret(handle, KEY_NAME);
    long steps = Math.min(row.generation(), MAX_STEPS_BACK);
    var token = presented;
    for (long step = 1; step <= steps; step++) {
      token = token.next(key);
      if (token.matches(row.refreshDigest())) {
        return step == 1 ? Position.PREVIOUS : Position.OLDER;
      }
    }
    return Position.UNKNOWN;
  }
}
