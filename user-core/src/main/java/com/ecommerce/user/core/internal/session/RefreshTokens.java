package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.internal.db.ServiceKeys;
import com.ecommerce.user.core.internal.token.RefreshToken;
import com.ecommerce.user.core.value.SessionId;
import java.security.SecureRandom;
import org.jdbi.v3.core.Handle;

/** Makes refresh tokens, and tells where a presented one stands in its session. Thread-safe. */
final class RefreshTokens {
  /** Tokens further back are as good as unknown, so that a look at a session costs little. */
  static final int MAX_STEPS_BACK = 10_000;

  private static final String KEY_NAME = "refresh-tokens";

  private final ServiceKeys keys;
  private final SecureRandom random;

  /** The standing of a token in its session. */
  enum Standing {
    CURRENT,
    /** It was exchanged for the current one. */
    PREVIOUS,
    /** It was of this session, further back. */
    OLDER,
    /** It never was of this session, or very long ago. */
    UNKNOWN
  }

  RefreshTokens(ServiceKeys keys, SecureRandom random) {
    this.keys = keys;
    this.random = random;
  }

  RefreshToken first(SessionId session) {
    return RefreshToken.first(session, random);
  }

  /** The one that takes the place of the given one; always the same. */
  RefreshToken next(Handle handle, RefreshToken token) {
    return token.next(keys.secret(handle, KEY_NAME));
  }

  /** From a token its successors can be made, so one of the session leads to the current one. */
  Standing judge(Handle handle, RefreshToken presented, SessionRow row) {
    if (presented.matches(row.refreshDigest())) {
      return Standing.CURRENT;
    }
    byte[] key = keys.secret(handle, KEY_NAME);
    long steps = Math.min(row.generation(), MAX_STEPS_BACK);
    var token = presented;
    for (long step = 1; step <= steps; step++) {
      token = token.next(key);
      if (token.matches(row.refreshDigest())) {
        return step == 1 ? Standing.PREVIOUS : Standing.OLDER;
      }
    }
    return Standing.UNKNOWN;
  }
}
