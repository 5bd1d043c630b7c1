package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.value.UserId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Provides the secrets of links; implemented by the feature that owns the tokens. Everything
 * happens in the caller's transaction.
 */
public interface MailTokens {
  /**
   * Issues the token of a reset that was asked for by address alone.
   *
   * @return empty when no mail is due: the address has no open account, or too many were asked for
   */
  Optional<Issued> issueReset(Handle tx, Email address, Instant requestedAt);

  /** A new secret of the token, for one copy of its mail. */
  Minted mint(Handle tx, UUID token);

  /** A token, and whose it is. */
  record Issued(UserId user, UUID token) {}

  /**
   * A secret, if the token may still have one.
   *
   * @param secret empty unless the state is {@code LIVE}
   */
  record Minted(State state, String secret, Instant expiresAt) {
    /** Masked, since records end up in logs. */
    @Override
    public String toString() {
      return "Minted[" + state + "]";
    }
  }

  /** The state of a token. */
  enum State {
    LIVE,
    EXPIRED,
    /** Used up, replaced by a newer one, or gone. */
    OVER
  }
}
