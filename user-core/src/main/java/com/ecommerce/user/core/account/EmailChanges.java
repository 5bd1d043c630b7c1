package com.ecommerce.user.core.account;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.Daos;
import com.ecommerce.user.core.internal.TransactionCheck;
import com.ecommerce.user.core.internal.WindowLimits;
import com.ecommerce.user.core.internal.WindowLimits.Window;
import java.time.Clock;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The rules of a change of the email. Thread-safe.
 *
 * <p>A user's own session must not be a means to find out which addresses have accounts. The
 * session of a verified user gets the same answer for a taken address as for a free one; what goes
 * to the address differs, and the link of a pending email that is taken is never mailed. The
 * session of an unverified user learns whether an address is taken, 5 times an hour. Admins,
 * services and trusted callers always learn it.
 */
final class EmailChanges {
  /** Of one user, whatever the addresses: each change mails an address of the caller's choice. */
  private static final Window CHANGES = Window.hourly("EMAIL_CHANGE", 20);

  private static final Window UNVERIFIED_TRIES = Window.hourly("EMAIL_CHANGE_UNVERIFIED", 5);

  private final Clock clock;
  private final TransactionCheck check;
  private final WindowLimits limits;

  /**
   * @param check what a call must satisfy that changes the email or the pending one
   */
  EmailChanges(Clock clock, TransactionCheck check, WindowLimits limits) {
    this.clock = clock;
    this.check = check;
    this.limits = limits;
  }

  /**
   * Sets the email, or the pending one.
   *
   * @return why it may not be; the caller then commits, so that the try stays counted, and throws
   *     it: {@code EMAIL_TAKEN} or {@code RATE_LIMITED}
   */
  Optional<UserServiceException> apply(
      Handle tx, Call call, User before, User.Draft draft, Email wanted) {
    if (wanted.equals(before.email())) {
      draft.pendingEmail = Optional.empty();
      return Optional.empty();
    }
    if (before.pendingEmail().equals(Optional.of(wanted))) {
      return Optional.empty();
    }
    // Before anything that depends on other users, whom the answer would tell of.
    check.require(tx, call);
    return isOwnSession(call, before)
        ? tried(tx, before, draft, wanted)
        : trusted(tx, before, draft, wanted);
  }

  private static boolean isOwnSession(Call call, User user) {
    return call.isOfSession(user.id()) && !user.roles().contains(Role.ADMIN);
  }

  /** Counts the try, whatever comes of it. */
  private Optional<UserServiceException> tried(
      Handle tx, User before, User.Draft draft, Email wanted) {
    var refusal = count(tx, before, before.emailVerified() ? CHANGES : UNVERIFIED_TRIES);
    if (refusal.isEmpty() && !before.emailVerified() && isTaken(tx, wanted)) {
      return Optional.of(taken());
    }
    set(draft, wanted);
    return refusal;
  }

  /** Counts the changes only. */
  private Optional<UserServiceException> trusted(
      Handle tx, User before, User.Draft draft, Email wanted) {
    if (isTaken(tx, wanted)) {
      return Optional.of(taken());
    }
    set(draft, wanted);
    return count(tx, before, CHANGES);
  }

  /** No reservation: whoever confirms first has a pending one, and the constraint decides. */
  private static void set(User.Draft draft, Email wanted) {
    if (draft.emailVerified) {
      draft.pendingEmail = Optional.of(wanted);
    } else {
      draft.email = wanted;
    }
  }

  private static boolean isTaken(Handle tx, Email wanted) {
    return Daos.on(tx, UserDao.class).isTaken(wanted.address());
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
