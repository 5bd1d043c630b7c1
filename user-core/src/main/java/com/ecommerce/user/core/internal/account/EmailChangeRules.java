package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.db.TransactionCheck;
import com.ecommerce.user.core.internal.db.WindowLimits;
import com.ecommerce.user.core.internal.db.WindowLimits.Window;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Clock;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The rules of a change of the email. Thread-safe.
 *
 * <p>Users must not be able to find out which addresses have accounts. The session of a verified
 * user gets the same answer for a taken address as for a free one. Only the mail to the address
 * differs, and no link is mailed for a pending email that is taken. The session of an unverified
 * user is told whether an address is taken, but can try only 5 addresses an hour. Admins, services
 * and trusted callers are always told.
 */
public final class EmailChangeRules {
  /**
   * The limit of changes for each user, regardless of the addresses, since each change mails an
   * address that the caller chooses.
   */
  private static final Window CHANGES = Window.hourly("EMAIL_CHANGE", 20);

  private static final Window UNVERIFIED_TRIES = Window.hourly("EMAIL_CHANGE_UNVERIFIED", 5);

  private final Clock clock;
  private final TransactionCheck check;
  private final WindowLimits limits;

  /**
   * @param check checks calls that change the email or the pending email
   */
  public EmailChangeRules(Clock clock, TransactionCheck check, WindowLimits limits) {
    this.clock = clock;
    this.check = check;
    this.limits = limits;
  }

  /**
   * Sets the email or the pending email.
   *
   * @return the reason for a refusal, {@code EMAIL_TAKEN} or {@code RATE_LIMITED}; the caller first
   *     commits, so that the attempt stays counted, and then throws it
   */
  Optional<UserServiceException> apply(
      Handle tx, RequestContext call, User before, User.Draft draft, Email wanted) {
    if (wanted.equals(before.email())) {
      draft.pendingEmail = Optional.empty();
      return Optional.empty();
    }
    if (before.pendingEmail().equals(Optional.of(wanted))) {
      return Optional.empty();
    }
    // Checked before anything that depends on other users, since the answer would reveal them.
    check.require(tx, call);
    return isOwnSession(call, before)
        ? tried(tx, before, draft, wanted)
        : trusted(tx, before, draft, wanted);
  }

  private static boolean isOwnSession(RequestContext call, User user) {
    return call.isOfSession(user.id()) && !user.roles().contains(Role.ADMIN);
  }

  /** Counts the attempt, whether it succeeds or not. */
  private Optional<UserServiceException> tried(
      Handle tx, User before, User.Draft draft, Email wanted) {
    var refusal = count(tx, before, before.emailVerified() ? CHANGES : UNVERIFIED_TRIES);
    if (refusal.isEmpty() && !before.emailVerified() && isTaken(tx, wanted)) {
      return Optional.of(taken());
    }
    set(draft, wanted);
    return refusal;
  }

  /** Counts changes only. */
  private Optional<UserServiceException> trusted(
      Handle tx, User before, User.Draft draft, Email wanted) {
    if (isTaken(tx, wanted)) {
      return Optional.of(taken());
    }
    set(draft, wanted);
    return count(tx, before, CHANGES);
  }

  /**
   * A pending email is not reserved: the first user who confirms it gets it, and the constraint
   * decides.
   */
  private static void set(User.Draft draft, Email wanted) {
    if (draft.emailVerified) {
      draft.pendingEmail = Optional.of(wanted);
    } else {
      draft.email = wanted;
    }
  }

  private static boolean isTaken(Handle tx, Email wanted) {
    return new UserDao(tx).isTaken(wanted.address());
  }

  private Optional<UserServiceException> count(Handle tx, User user, Window window) {
    return limits
        .tryConsume(tx, window, WindowLimits.subject(user.id()), clock.instant())
        .map(
            wait ->
                UserServiceException.retryLater(
                    ErrorReason.RATE_LIMITED,
                    "too many changes of the email (expected: at most "
                        + window.most()
                        + " an hour)",
                    wait));
  }

  private static UserServiceException taken() {
    return UserServiceException.alreadyExists(
        ErrorReason.EMAIL_TAKEN, "email", "email: taken (expected: an address that no user has)");
  }
}
