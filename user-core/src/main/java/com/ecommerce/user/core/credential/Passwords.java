package com.ecommerce.user.core.credential;

import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Stores, checks and changes users' passwords. Thread-safe.
 *
 * <p>The methods named {@code …Async} never block the calling thread; their stages fail with the
 * exceptions that the blocking methods throw. Every method that hashes fails with {@code
 * HASHING_BUSY} if the hash cannot begin within 2 seconds, and does so immediately if that is
 * foreseeable.
 */
public interface Passwords {
  /**
   * Returns the rules for new passwords, for transports that report all violations of a request at
   * once.
   */
  PasswordPolicy policy();

  /**
   * Changes the password of a user who knows the current one. A wrong one counts as a guess.
   *
   * @return fails with {@code USER_NOT_FOUND}; with {@code INVALID_REQUEST} on {@code new_password}
   *     if it breaks the policy or is the current one; with {@code PASSWORD_MISMATCH} when the
   *     current one is wrong or too many were tried
   */
  CompletionStage<Void> changeAsync(
      RequestContext call, UserId user, Password current, Password next);

  /** Does the same as {@link #changeAsync}, and waits for the result. */
  void change(RequestContext call, UserId user, Password current, Password next);

  /**
   * Checks a password for a login. If the password is right and its hash uses another algorithm
   * than new hashes or is weaker, it is hashed anew.
   *
   * @param email the address, as {@code Email.address()} gives it
   * @return the user; empty if there is no such user, the password is wrong, or too many wrong ones
   *     were tried, which all take the same time. The user's status is not checked.
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
