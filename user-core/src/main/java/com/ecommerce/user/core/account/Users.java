package com.ecommerce.user.core.account;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.patch.VersionCondition;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The accounts: create, read, change, close, open and delete users. Thread-safe.
 *
 * <p>Every method throws {@link UserServiceException} for what a caller can act on. Besides the
 * reasons named at the methods these are {@code DATABASE_UNAVAILABLE}, {@code DEADLINE_EXCEEDED}
 * and {@code CALL_CANCELLED}. The methods named {@code …Async} never block the calling thread;
 * their stages fail with the same exceptions.
 *
 * <p>Reads of single users may be answered from memory. A change that this instance has
 * acknowledged is visible immediately. A change by another instance is visible within 3 seconds,
 * and usually after a quarter of a second. A change that was made in SQL, without the service, is
 * visible within a minute.
 */
public interface Users {
  /**
   * Creates a user, who is {@code PENDING_VERIFICATION}.
   *
   * @return fails with {@code INVALID_REQUEST} when the password breaks the policy, with {@code
   *     EMAIL_TAKEN}, and with {@code HASHING_BUSY} at once when too many passwords wait to be
   *     hashed
   */
  CompletionStage<User> createAsync(RequestContext call, NewUser newUser);

  /** Does the same as {@link #createAsync}, and waits for the result. */
  User create(RequestContext call, NewUser newUser);

  /**
   * Creates a user with a verified email, who is {@code ACTIVE} at once. For callers that vouch for
   * the email, such as an operator who creates an admin.
   *
   * @throws UserServiceException with the reasons of {@link #createAsync}
   */
  User createVerified(RequestContext call, NewUser newUser);

  /**
   * Creates a user as {@link #createVerified} does, unless there is an admin already. If several
   * callers do so at the same time, on any instances, only one succeeds.
   *
   * @param admin a user with the role ADMIN
   * @throws UserServiceException with the reasons of {@link #createAsync}, and with {@code
   *     ACCESS_DENIED} if there is an admin
   */
  User createFirstAdmin(RequestContext call, NewUser admin);

  /**
   * Creates a user for a caller without rights. If accounts are hidden, a taken email has the same
   * result after the same time as a free one. Only the mail to the address differs: a link to
   * verify it, or a notice to the owner of the account.
   *
   * @return the user, or empty if accounts are hidden; fails like {@link #createAsync}, but with
   *     {@code EMAIL_TAKEN} only if accounts are not hidden
   */
  CompletionStage<Optional<User>> registerAsync(RequestContext call, NewUser newUser);

  /**
   * Returns the user with this id, whatever the status.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}
   */
  User get(RequestContext call, UserId id);

  /**
   * Returns the user as {@link #get} does, but always the current one from the database, whichever
   * instance changed it. Callers that base a change on the user need this method.
   */
  User getCurrent(RequestContext call, UserId id);

  /**
   * Does the same as {@link #get} without blocking. A user from memory is returned at once, on the
   * calling thread.
   */
  CompletionStage<User> getAsync(RequestContext call, UserId id);

  /**
   * Returns the user with this email, whatever the status. Pending emails are not considered.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}
   */
  User getByEmail(RequestContext call, Email email);

  /**
   * Does the same as {@link #getByEmail} without blocking. A user from memory is returned at once,
   * on the calling thread.
   */
  CompletionStage<User> getByEmailAsync(RequestContext call, Email email);

  /**
   * Applies the patch. A patch that changes nothing leaves the version as it is. A new email
   * replaces an unverified one at once; a verified one stays until the new one, now {@code
   * pendingEmail}, is confirmed. Setting the current email cancels a pending one.
   *
   * <p>The session of a verified user who is not an admin gets the same answer for a taken email as
   * for a free one. The owner of the taken email gets a notice in place of the link.
   *
   * @throws UserServiceException with {@code INVALID_REQUEST} on {@code profile.date_of_birth} when
   *     that day is before 1901 or not in the past; with {@code USER_NOT_FOUND}, {@code
   *     VERSION_MISMATCH} or {@code EMAIL_TAKEN}; with {@code RATE_LIMITED} when the email was
   *     changed 20 times within an hour, or an unverified user's own session tried 5 emails within
   *     an hour; with {@code REAUTHENTICATION_REQUIRED} when a user's session changes the email
   *     without having verified the password recently
   */
  User update(RequestContext call, UserId id, UserPatch patch);

  /**
   * Does the same as {@link #update}, and fails in the same way. Calls that wait together share a
   * statement.
   */
  CompletionStage<User> updateAsync(RequestContext call, UserId id, UserPatch patch);

  /**
   * Applies a patch that depends on the user as it is now. Fails like {@link #update}, and with the
   * exception of the function.
   *
   * @param change returns the patch for the current user, who is locked until the patch is applied.
   *     It is called in the transaction, on one of the workers, and again if the transaction is
   *     repeated; it must not block
   */
  CompletionStage<User> updateAsync(
      RequestContext call, UserId id, Function<? super User, UserPatch> change);

  /**
   * Closes an account; has no effect if it is closed already. A pending email is dropped.
   *
   * @param reason a {@link TextRule#REASON}; may be empty
   * @throws UserServiceException with {@code INVALID_REQUEST} on {@code reason}; with {@code
   *     USER_NOT_FOUND}, {@code USER_SUSPENDED} or {@code USER_BANNED}
   */
  default User deactivate(RequestContext call, UserId id, String reason) {
    return deactivate(call, id, reason, VersionCondition.ANY);
  }

  /**
   * Does the same if the version of the user meets the condition, and throws {@link
   * VersionCondition#require its exception} otherwise.
   */
  User deactivate(RequestContext call, UserId id, String reason, VersionCondition condition);

  /**
   * Opens a closed account: {@code ACTIVE} when the email is verified, else {@code
   * PENDING_VERIFICATION}. Has no effect if it is open already.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}, {@code USER_SUSPENDED} or {@code
   *     USER_BANNED}
   */
  default User reactivate(RequestContext call, UserId id) {
    return reactivate(call, id, VersionCondition.ANY);
  }

  /**
   * Does the same if the version of the user meets the condition, and throws {@link
   * VersionCondition#require its exception} otherwise.
   */
  User reactivate(RequestContext call, UserId id, VersionCondition condition);

  /**
   * Deletes a user for good, with everything that belongs to the user. The event log keeps the id,
   * the time and the actor, and the reason for 90 days.
   *
   * @param reason a {@link TextRule#REASON}; may be empty
   * @throws UserServiceException with {@code INVALID_REQUEST} on {@code reason}; with {@code
   *     USER_NOT_FOUND}, also for the second call; with {@code REAUTHENTICATION_REQUIRED} when a
   *     user's session has not verified the password recently
   */
  default void delete(RequestContext call, UserId id, String reason) {
    delete(call, id, reason, VersionCondition.ANY);
  }

  /**
   * Does the same if the version of the user meets the condition, and throws {@link
   * VersionCondition#require its exception} otherwise.
   */
  void delete(RequestContext call, UserId id, String reason, VersionCondition condition);
}
