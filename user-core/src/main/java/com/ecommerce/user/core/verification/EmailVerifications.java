package com.ecommerce.user.core.verification;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;

/** Verifies by mail that users own their addresses. Thread-safe; the methods block. */
public interface EmailVerifications {
  /**
   * Queues a mail with a link that verifies the pending email, or else the email. Mails that are
   * sent without a request are counted separately.
   *
   * @return not sent when the email is verified and no other is pending
   * @throws UserServiceException with {@code USER_NOT_FOUND}; with {@code RATE_LIMITED} when more
   *     than one a minute or five an hour are requested for the same mailbox
   */
  MailRequest request(RequestContext call, UserId id);

  /**
   * Does the same as {@link #confirmEmail}, for callers who only need the user.
   *
   * @return the user whose email was confirmed
   */
  UserId confirm(RequestContext call, String token);

  /**
   * Verifies the address that the token was mailed to. A pending one becomes the email; a user who
   * is {@code PENDING_VERIFICATION} becomes {@code ACTIVE}, and other statuses stay. The same token
   * can be used again after success for at least a week.
   *
   * <p>The first proof of an account's mailbox ends all sessions, since somebody else may have
   * created the account, unless it comes with a session of the user or from the network that
   * registered.
   *
   * @throws UserServiceException with {@code TOKEN_INVALID} or {@code TOKEN_EXPIRED}; with {@code
   *     EMAIL_TAKEN} if another user has taken the pending email meanwhile
   */
  Confirmation confirmEmail(RequestContext call, String token);

  /**
   * Returns the claim that a link to verify an email makes. Changes nothing.
   *
   * @return empty if the link is not valid
   */
  Optional<MailboxClaim> claim(RequestContext call, String token);

  /**
   * Refuses the email that a link would verify, for the owner of the mailbox: deletes an account
   * whose email was never verified, or drops the pending email of another account.
   *
   * @throws UserServiceException with {@code TOKEN_INVALID} or {@code TOKEN_EXPIRED}; with {@code
   *     USER_SUSPENDED} or {@code USER_BANNED} for an account that an admin has closed
   */
  void refuse(RequestContext call, String token);
}
