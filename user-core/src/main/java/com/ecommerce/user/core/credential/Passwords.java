package com.ecommerce.user.core.credential;

import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Keeps, checks and changes users' passwords. Thread-safe.
 *
 * <p>The methods named {@code …Async} never block the calling thread; their stages fail with what
 * the blocking ones throw. Each of them fails with {@code HASHING_BUSY} if its hash cannot begin
 * within {@link HashingPool#LONGEST_WAIT}, immediately if that is foreseeable.
 */
public interface Passwords {
  /** The rules for new passwords, for edges that report all violations of a request at once. */
  PasswordPolicy policy();

  /**
   * Changes the password of a user who knows the current one. A wrong one counts as a guess.
   *
   * @return fails with {@code USER_NOT_FOUND}; with {@code INVALID_REQUEST} on {@code new_password}
   *     when it breaks the policy or is the current one; with {@code PASSWORD_MISMATCH} when the
   *     current one is wrong or too many were tried
   */
  CompletionStage<Void> changeAsync(
      RequestContext call, UserId user, Password current, Password next);

  /** Does the same as {@link #changeAsync}, and waits for the result. */
  void change(RequestContext call, UserId user, Password current, Password next);

  /**
   * Checks a password for a login. A right one is hashed anew if its hash is of another scheme or
   * weaker than new ones are.
   *
   * @param email the address, as {@code Email.address()} gives it
   * @return the user; empty, all after the same time, when there is no such user, the password is
   *     wrong, or too many were tried. The user's status is not looked at.
   */
  CompletionStage<Optional<UserId>> verifyAsync(
      RequestContext call, String email, Password password);

  /** Does the same as {@link #verifyAsync(RequestContext, String, Password)}, by the user's id. */
  CompletionStage<Optional<UserId>> verifyAsync(
      RequestContext call, UserId user, Password password);

  /**
   * Does the same as {@link #verifyAsync(RequestContext, String, Password)}, and waits for the
   * result.
   */
  Optional<UserId> verify(RequestContext call, String email, Password password);

  /**
   * Does the same as {@link #verifyAsync(RequestContext, UserId, Password)}, and waits for the
   * result.
   */
  Optional<UserId> verify(RequestContext call, UserId user, Password password);
}
