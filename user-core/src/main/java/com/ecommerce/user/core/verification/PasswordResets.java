package com.ecommerce.user.core.verification;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.concurrent.CompletionStage;

/** Lets users who forgot their password set a new one by mail. Thread-safe. */
public interface PasswordResets {
  /**
   * Requests a mail with a link to reset the password of the user with the address. The answer and
   * its time are the same for every address. The worker that sends the mail finds out later whether
   * the address has an open account, and whether its mailbox has reached the limit of one such mail
   * a minute and five an hour.
   */
  MailRequest request(RequestContext call, Email address);

  /**
   * Requests the same mail for a known user, on behalf of staff, and records who requested it in
   * the event log.
   *
   * @return {@code sent} is false, and nothing is recorded, if the account is not open or the limit
   *     of the mailbox is reached
   * @throws UserServiceException with {@code USER_NOT_FOUND}
   */
  MailRequest requestFor(RequestContext call, UserId user);

  /**
   * Sets a new password with a mailed token: voids the user's other reset tokens, forgets counted
   * wrong guesses, verifies the email, drops a pending one with its token, and queues a notice. A
   * token becomes invalid when the email or the password changes. If the user's email was never
   * verified, somebody else may have created the account; in that case it also clears the names,
   * phone, avatar, profile, addresses and preferences.
   *
   * @return fails with {@code TOKEN_INVALID} or {@code TOKEN_EXPIRED}; with {@code INVALID_REQUEST}
   *     on {@code new_password} when it breaks the policy, which leaves the token as it was; with
   *     {@code HASHING_BUSY} at once when too many passwords wait to be hashed
   */
  CompletionStage<Void> resetAsync(RequestContext call, String token, Password next);

  /** Does the same as {@link #resetAsync}, and waits for the result. */
  void reset(RequestContext call, String token, Password next);
}
