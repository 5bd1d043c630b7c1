package com.ecommerce.user.core.internal.account;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * Reads and changes accounts in the transactions of other use cases, and decides which accounts are
 * hidden. Thread-safe.
 */
public final class Accounts {
  final UserWrites writes;
  private final Clock clock;
  private final UserReads reads;
  private final EventLog events;
  private final List<AccountListener> listeners;
  private final boolean hidesAccounts;

  /**
   * Creates the access to accounts.
   *
   * @param hidesAccounts whether accounts are hidden until their email is verified
   */
  public Accounts(
      Clock clock,
      UserReads reads,
      EventLog events,
      List<AccountListener> listeners,
      boolean hidesAccounts) {
    writes = new UserWrites(clock, reads, events, listeners);
    this.clock = clock;
    this.reads = reads;
    this.events = events;
    this.listeners = List.copyOf(listeners);
    this.hidesAccounts = hidesAccounts;
  }

  /** Calls all listeners in the order of their registration. */
  void forEachListener(Consumer<AccountListener> event) {
    listeners.forEach(event);
  }

  /** Returns whether accounts are hidden until their email is verified. */
  boolean hidesAccounts() {
    return hidesAccounts;
  }

  /**
   * Marks the email as verified, or replaces it with the pending one, and makes a {@code
   * PENDING_VERIFICATION} user {@code ACTIVE}.
   *
   * @param proven the address whose mailbox was proven
   * @return the changed user; empty if the address is neither the user's email nor the pending one,
   *     or is the pending one of a closed account
   * @throws UserServiceException with {@code USER_NOT_FOUND}, or with {@code EMAIL_TAKEN} if
   *     another user has the pending email
   */
  public Optional<User> confirmEmail(Handle tx, RequestContext call, UserId id, Email proven) {
    return confirmEmail(tx, call, lock(tx, id), proven, draft -> {});
  }

  /**
   * Does the same as {@link #confirmEmail}, for a user whose email was never verified and whose
   * account somebody else may have created. Also clears the names, phone, avatar, profile,
   * addresses and preferences that were entered before.
   */
  public Optional<User> reclaim(Handle tx, RequestContext call, UserId id, Email proven) {
    var user = confirmEmail(tx, call, lock(tx, id), proven, User.Draft::clearPersonalData);
    user.ifPresent(
        reclaimed -> listeners.forEach(listener -> listener.onReclaimed(tx, call, reclaimed)));
    return user;
  }

  private Optional<User> confirmEmail(
      Handle tx, RequestContext call, User before, Email proven, Consumer<User.Draft> further) {
    boolean isPending = before.pendingEmail().equals(Optional.of(proven));
    boolean isWanted = isPending ? before.status().isOpen() : before.email().equals(proven);
    if (!isWanted) {
      return Optional.empty();
    }
    var draft = before.draft();
    draft.email = proven;
    draft.pendingEmail = isPending ? Optional.empty() : before.pendingEmail();
    draft.emailVerified = true;
    if (before.status() == UserStatus.PENDING_VERIFICATION) {
      draft.status = UserStatus.ACTIVE;
    }
    further.accept(draft);
    return Optional.of(
        writes.save(tx, writes.change(call, EventType.USER_EMAIL_CONFIRMED, before, draft, "")));
  }

  /**
   * Drops the pending email, if there is one, since somebody else may have requested it. The
   * caller's transaction must have locked the user.
   */
  public void dropPendingEmail(Handle tx, RequestContext call, User user) {
    var draft = user.draft();
    draft.pendingEmail = Optional.empty();
    writes.save(tx, writes.change(call, EventType.USER_UPDATED, user, draft, ""));
  }

  /**
   * Restores a user's previous email as verified, and drops a pending one.
   *
   * @return the changed user
   * @throws UserServiceException with {@code USER_NOT_FOUND}, or with {@code EMAIL_TAKEN} if
   *     another user has the email
   */
  public User restoreEmail(Handle tx, RequestContext call, UserId id, Email email) {
    var before = lock(tx, id);
    var draft = before.draft();
    draft.email = email;
    draft.pendingEmail = Optional.empty();
    draft.emailVerified = true;
    if (before.status() == UserStatus.PENDING_VERIFICATION) {
      draft.status = UserStatus.ACTIVE;
    }
    return writes.save(
        tx,
        writes.change(
            call, EventType.USER_UPDATED, before, draft, "the change of the email was taken back"));
  }

  /**
   * Deletes a user for the owner of the mailbox, who did not create the account. The caller's
   * transaction must have locked the user.
   *
   * @throws UserServiceException with {@code USER_SUSPENDED} or {@code USER_BANNED}, since
   *     decisions of admins stay in force
   */
  public void deleteForMailbox(Handle tx, RequestContext call, User user) {
    user.statusAfter(UserStatus.DEACTIVATED);
    delete(tx, call, user, "refused by the owner of the mailbox");
  }

  void delete(Handle tx, RequestContext call, User user, String reason) {
    listeners.forEach(listener -> listener.onDeleted(tx, call, user));
    var parts = new UserDao(tx).delete(user.id().value());
    reads.cache().forgetAtEnd(tx, user.id());
    var deletion = EventLog.Entry.of(call, clock.instant(), EventType.USER_DELETED, user.id());
    events.append(
        tx, deletion.because(reason).changing(parts).leadingTo(user.audit().version() + 1));
  }

  /**
   * Returns the current user, locked until the end of the transaction.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}
   */
  public User lock(Handle tx, UserId id) {
    return writes.lock(tx, id);
  }

  /**
   * Records the time of a login, which does not change the version of the user. The caller's
   * transaction must have locked the user.
   */
  public User recordLogin(Handle tx, User user) {
    var now = clock.instant();
    var draft = user.draft();
    draft.lastLoginAt = Optional.of(now);
    new UserDao(tx).updateLastLogin(user.id().value(), now);
    reads.cache().forgetAtEnd(tx, user.id());
    return draft.toUser();
  }

  /**
   * Checks that there is such a user, who may be cached.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}
   */
  public void requireExists(RequestContext call, UserId id) {
    if (reads.find(call, id).isEmpty()) {
      throw notFound(id);
    }
  }

  /** Returns the current user, without a lock. */
  public Optional<User> find(Handle handle, UserId id) {
    return new UserDao(handle).find(id.value());
  }

  /**
   * Returns the current user, without a lock.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}
   */
  public User get(Handle handle, UserId id) {
    return find(handle, id).orElseThrow(() -> notFound(id));
  }

  /**
   * Returns whether the account must look like one that does not exist. If accounts are hidden,
   * that holds until the email is verified: otherwise a login after a registration would reveal
   * whether an account was created.
   */
  public boolean isHidden(User user) {
    requireNonNull(user, "user");
    return hidesAccounts && !user.emailVerified();
  }

  /** Does the same as {@link #isHidden(User)} by id; returns false if there is no such user. */
  public boolean isHidden(Handle handle, UserId id) {
    return hidesAccounts && find(handle, id).filter(this::isHidden).isPresent();
  }

  /**
   * Returns the user with the email, regardless of the status, and prevents the deletion of that
   * user until the transaction ends.
   */
  public static Optional<UserId> owner(Handle tx, Email email) {
    return new UserDao(tx).findOwner(email.address()).map(UserId::new);
  }

  /** Returns the failure for a user who does not exist. */
  public static UserServiceException notFound(UserId id) {
    return UserServiceException.notFound(ErrorReason.USER_NOT_FOUND, "user", id.toString());
  }
}
