package com.ecommerce.user.core.session;

import com.ecommerce.user.core.account.Email;
import java.time.Instant;
import java.util.Optional;

/**
 * The result of validating an access token.
 *
 * @param caller the caller that the token belongs to, with the current roles; anonymous if the
 *     token is not valid
 * @param email the current email of the user; empty for services and if the token is not valid
 * @param expiresAt the time at which the token expires; empty if it is not valid
 */
public record TokenInfo(
    boolean valid, Caller caller, Optional<Email> email, Optional<Instant> expiresAt) {
  /** The result for a token that is not valid. */
  public static final TokenInfo INVALID =
      new TokenInfo(false, Caller.ANONYMOUS, Optional.empty(), Optional.empty());
}
