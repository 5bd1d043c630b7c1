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
   * Issues the token of a reset that was requested by an address.
   *
   * @return empty if no mail must be sent: the address has no open account, or the limit of the
   *     mailbox is reached
   */
  Optional<Issued> issueReset(Handle tx, Email address, Instant requestedAt);

  /** Creates a new secret of the token, for one copy of its mail. */
  Minted mint(Handle tx, UUID token);

  /** A token and its user. */
  record Issued(UserId user, UUID token) {}

  /**
   * The state of a token and, if it is live, a new secret.
   *
   * @param secret empty unless the state is {@code LIVE}
   */
  record Minted(State state, String secret, Instant expiresAt) {
    /** Omits the secret, since records may be logged. */
    @Override
    public String toString() {
      return "Minted[" + state + "]";
    }
  }

  /** The state of a token. */
  enum State {
    LIVE,
    EXPIRED,
    /** Used, replaced by a newer one, or deleted. */
    OVER
  }
}
