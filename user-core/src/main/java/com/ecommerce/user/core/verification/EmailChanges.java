package com.ecommerce.user.core.verification;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;

/**
 * Lets the owner of an account stop or undo a change of its email, with links that are mailed to
 * the previous address. Thread-safe; the methods block.
 */
public interface EmailChanges {
  /**
   * A user whose previous email was restored, and who has no password. Secret: {@link #toString}
   * masks the token.
   *
   * @param resetToken a token that sets a new password once; see {@link PasswordResets#resetAsync}
   */
  record Undone(UserId user, String resetToken) {
    @Override
    public String toString() {
      return "Undone[" + user + "]";
    }
  }

  /**
   * Drops the pending email with its token and queued mail. A link drops the email that is pending
   * now, even if it was sent for an earlier one. The same token can be used again after success
   * until it expires.
   *
   * @return the user whose pending email was dropped
   * @throws UserServiceException with {@code TOKEN_INVALID}, also when no email is pending any
   *     more; with {@code TOKEN_EXPIRED}
   */
  UserId stop(RequestContext call, String token);

  /**
   * Restores the email that the token was mailed to, as verified. Drops a pending email, ends all
   * sessions, and removes the password, which somebody else may know. The result contains a token
   * to set a new one, and a link for that is mailed as well. Earlier changes can still be undone,
   * later ones cannot. The status does not change, except that {@code PENDING_VERIFICATION} becomes
   * {@code ACTIVE}.
   *
   * <p>Deletes another account that took the address meanwhile and never verified it. The owner of
   * the mailbox could do the same with the link in the mail of that registration.
   *
   * @throws UserServiceException with {@code TOKEN_INVALID} or {@code TOKEN_EXPIRED}; with {@code
   *     EMAIL_TAKEN} when another user has verified the email meanwhile, or is suspended or banned,
   *     which leaves the token as it was
   */
  Undone undo(RequestContext call, String token);
}
