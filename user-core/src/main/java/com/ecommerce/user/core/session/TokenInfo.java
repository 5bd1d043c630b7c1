package com.ecommerce.user.core.session;

import com.ecommerce.user.core.account.Email;
import java.time.Instant;
import java.util.Optional;

/**
 * The result of validating an access token.
 *
 * @param caller whose it is, with the roles as of now; anonymous when it is not valid
 * @param email the user's, as of now; empty for services and when it is not valid
 * @param expiresAt when it is over in any case; empty when it is not valid
 */
public record TokenInfo(
    boolean valid, Caller caller, Optional<Email> email, Optional<Instant> expiresAt) {
  public static final TokenInfo INVALID =
      new TokenInfo(false, Caller.ANONYMOUS, Optional.empty(), Optional.empty());
}
