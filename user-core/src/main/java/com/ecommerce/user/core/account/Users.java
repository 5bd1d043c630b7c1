package com.ecommerce.user.core.account;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.call.Actor;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.call.CallKind;
import com.ecommerce.user.core.call.Workers;
import com.ecommerce.user.core.credential.PasswordHash;
import com.ecommerce.user.core.credential.Passwords;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.event.EventLog;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.CombinedStatement;
import com.ecommerce.user.core.internal.Daos;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.internal.Stages;
import com.ecommerce.user.core.internal.TransactionCheck;
import com.ecommerce.user.core.internal.WindowLimits;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * The accounts: create, read, change, close, open and delete users. Thread-safe.
 *
 * <p>Every method throws {@link UserServiceException} for what a caller can act on. Besides the
 * reasons named at the methods these are {@code DATABASE_UNAVAILABLE}, {@code DEADLINE_EXCEEDED}
 * and {@code CALL_CANCELLED}. The methods named {@code …Async} never block the calling thread;
 * their stages fail with the same exceptions.
 *
 * <p>Reads of single users may be answered from memory. What this instance has changed shows at
 * once, whatever of it was acknowledged; what other instances have, a quarter of a second later as
 * a rule, and {@link com.ecommerce.user.core.event.EventFeed#MAX_AGE} later at most; what was
 * changed in SQL, past the service, within a minute.
 */
public final class Users {
  private final Database database;
  private final UserReads reads;
  private final Workers workers;
  private final Clock clock;
  private final Uuids ids;
  private final EventLog events;
  private final Passwords passwords;
  private final RoleChanges roleChanges;
  private final List<AccountObserver> observers;
  private final Checks checks;
  private final UserWrites writes;
  private final UserUpdates updates;
  private final boolean hidesAccounts;

  /**
   * Checks of calls in addition to the rights of their callers.
   *
   * @param emailChange checks changes of the email or the pending email
   * @param deletion checks deletions
   */
  public record Checks(TransactionCheck emailChange, TransactionCheck deletion) {}

  /**
   * For {@code UserCore}, which is the way to get one.
   *
   * @param workers run the blocking work of {@link #createAsync} and {@link #updateAsync}
   * @param lanes how many transactions of updates that wait together run at once
   * @param hidesAccounts whether {@link #registerAsync} hides that an email is taken
   */
  public Users(
      Database database,
      UserReads reads,
      Workers workers,
      int lanes,
      Clock clock,
      Uuids ids,
      EventLog events,
      Passwords passwords,
      RoleChanges roleChanges,
      List<AccountObserver> observers,
      Checks checks,
      WindowLimits limits,
      boolean hidesAccounts) {
    this.database = database;
    this.reads = reads;
    this.workers = workers;
    this.clock = clock;
    this.ids = ids;
    this.events = events;
    this.passwords = passwords;
    this.roleChanges = roleChanges;
    this.observers = Stream.concat(Stream.of(roleChanges), observers.stream()).toList();
    this.checks = checks;
    writes = new UserWrites(clock, reads, events, this.observers);
    var emailChangeRules = new EmailChangeRules(clock, checks.emailChange(), limits);
    updates = new UserUpdates(database, reads, writes, emailChangeRules, workers, lanes);
    this.hidesAccounts = hidesAccounts;
  }

  /**
   * Creates a user, who is {@code PENDING_VERIFICATION}.
   *
   * @return fails with {@code INVALID_REQUEST} when the password breaks the policy, with {@code
   *     EMAIL_TAKEN}, and with {@code HASHING_BUSY} at once when too many passwords wait to be
   *     hashed
   */
  public CompletionStage<User> createAsync(Call call, NewUser newUser) {
    requireNonNull(call, "call");
    requireNonNull(newUser, "newUser");
    return passwords
        .hash(call, newUser.password(), newUser.person())
        .thenCompose(hash -> createResumed(call, newUser, hash, false));
  }

  /** Does the same as {@link #createAsync}, and waits for the result. */
  public User create(Call call, NewUser newUser) {
    return Stages.join(createAsync(call, newUser));
  }

  /**
   * Creates a user whose email somebody vouches for, as the operator does for an admin: verified,
   * and {@code ACTIVE} at once.
   *
   * @throws UserServiceException as {@link #createAsync} fails
   */
  public User createVerified(Call call, NewUser newUser) {
    requireNonNull(call, "call");
    requireNonNull(newUser, "newUser");
    return Stages.join(
        passwords
            .hash(call, newUser.password(), newUser.person())
            .thenCompose(hash -> createResumed(call, newUser, hash, true)));
  }

  private CompletionStage<User> createResumed(
      Call call, NewUser newUser, PasswordHash hash, boolean emailVerified) {
    return workers.supplyResumed(
        call, CallKind.ACCOUNTS, () -> create(call, newUser, hash, emailVerified));
  }

  /**
   * Creates a user for a caller without rights. If accounts are hidden, a taken email has the same
   * result after the same time as a free one. Only the mail to the address differs: a link to
   * verify it, or a notice to the owner of the account.
   *
   * @return the user, or empty if accounts are hidden; fails like {@link #createAsync}, but with
   *     {@code EMAIL_TAKEN} only if accounts are not hidden
   */
  public CompletionStage<Optional<User>> registerAsync(Call call, NewUser newUser) {
    requireNonNull(call, "call");
    requireNonNull(newUser, "newUser");
    if (!hidesAccounts) {
      return createAsync(call, newUser).thenApply(Optional::of);
    }
    return passwords
        .hash(call, newUser.password(), newUser.person())
        .thenCompose(
            hash ->
                workers.supplyResumed(
                    call,
                    CallKind.ACCOUNTS,
                    () -> {
                      registerHidden(call, newUser, hash);
                      return Optional.empty();
                    }));
  }

  private void registerHidden(Call call, NewUser newUser, PasswordHash hash) {
    try {
      database.useTransaction(call, tx -> createOrNotifyOwner(tx, call, newUser, hash));
    } catch (UserServiceException failed) {
      if (failed.reason() != ErrorReason.EMAIL_TAKEN) {
        throw failed;
      }
      // Taken by a concurrent registration, whose user this finds.
      database.useTransaction(call, tx -> createOrNotifyOwner(tx, call, newUser, hash));
    }
  }

  private void createOrNotifyOwner(Handle tx, Call call, NewUser newUser, PasswordHash hash) {
    owner(tx, newUser.email())
        .ifPresentOrElse(
            owner ->
                observers.forEach(
                    observer -> observer.onRegistrationOfTaken(tx, owner, newUser.email())),
            () -> create(tx, call, newUser, hash, false));
  }

  private User create(Call call, NewUser newUser, PasswordHash hash, boolean emailVerified) {
    return database.inTransaction(call, tx -> create(tx, call, newUser, hash, emailVerified));
  }

  private User create(
      Handle tx, Call call, NewUser newUser, PasswordHash hash, boolean emailVerified) {
    var id = new UserId(ids.next());
    var creator = creator(call, newUser, id);
    var user = newUser.toUser(id, Audit.first(creator.actor(), clock.instant()), emailVerified);
    var creation = new CombinedStatement(tx);
    UserRows.insert(creation, user);
    passwords.store(creation, id, hash, user.audit().createdAt());
    events.append(creation, creationEvents(tx, creator, user));
    observers.forEach(observer -> observer.onCreating(creation, creator, user));
    creation.execute("Users.create");
    return user;
  }

  /**
   * Returns the call with the actor who counts as the creator. An anonymous caller who creates a
   * customer is registering, so the new user is the creator; a user with other roles is not a
   * registration.
   */
  private static Call creator(Call call, NewUser newUser, UserId id) {
    boolean isRegistration =
        call.actor().equals(Actor.ANONYMOUS) && newUser.roles().equals(Set.of(Role.CUSTOMER));
    return isRegistration ? call.as(Actor.user(id), call.session()) : call;
  }

  private List<EventLog.Entry> creationEvents(Handle tx, Call call, User user) {
    var created =
        new EventLog.Entry(
            call, user.audit().createdAt(), EventType.USER_CREATED, user.id(), null, "", List.of());
    return Stream.concat(Stream.of(created), roleChanges.ofCreation(tx, call, user).stream())
        .toList();
  }

  /**
   * The user with this id, whatever the status.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}
   */
  public User get(Call call, UserId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return reads.find(call, id).orElseThrow(() -> notFound(id));
  }

  /**
   * Returns the user as {@link #get} does, but always the current one from the database, whichever
   * instance changed it. For callers that base a change on it.
   */
  public User getCurrent(Call call, UserId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return reads.findCurrent(call, id).orElseThrow(() -> notFound(id));
  }

  /**
   * Does the same as {@link #get} without blocking. A user from memory is returned at once, on the
   * calling thread.
   */
  public CompletionStage<User> getAsync(Call call, UserId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return reads.findAsync(call, id).thenApply(user -> user.orElseThrow(() -> notFound(id)));
  }

  /**
   * The user with this email, whatever the status. A pending email does not count.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}
   */
  public User getByEmail(Call call, Email email) {
    requireNonNull(call, "call");
    requireNonNull(email, "email");
    return reads.find(call, email).orElseThrow(Users::notFoundByEmail);
  }

  /**
   * Does the same as {@link #getByEmail} without blocking. A user from memory is returned at once,
   * on the calling thread.
   */
  public CompletionStage<User> getByEmailAsync(Call call, Email email) {
    requireNonNull(call, "call");
    requireNonNull(email, "email");
    return reads.findAsync(call, email).thenApply(user -> user.orElseThrow(Users::notFoundByEmail));
  }

  /**
   * Changes what the patch sets. A patch that changes nothing leaves the version alone. A new email
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
  public User update(Call call, UserId id, UserPatch patch) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    requireNonNull(patch, "patch");
    patch.violations(clock).throwIfAny();
    return updates.update(call, id, patch);
  }

  /**
   * Does the same as {@link #update}, and fails in the same way. Calls that wait together share a
   * statement.
   */
  public CompletionStage<User> updateAsync(Call call, UserId id, UserPatch patch) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    requireNonNull(patch, "patch");
    var violations = patch.violations(clock);
    if (!violations.isEmpty()) {
      return CompletableFuture.failedFuture(violations.toException());
    }
    return updates.updateAsync(call, id, patch);
  }

  /**
   * Makes the email verified, or swaps in the pending one, and makes a {@code PENDING_VERIFICATION}
   * user {@code ACTIVE}. For the features that prove a mailbox, inside their transaction.
   *
   * @param proven the address whose mailbox was proven
   * @return the user after that, or empty when the address is neither the user's email nor the
   *     pending one any more, and when it is the pending one of a closed account
   * @throws UserServiceException with {@code USER_NOT_FOUND}, or {@code EMAIL_TAKEN} when another
   *     user has the pending email meanwhile
   */
  public Optional<User> confirmEmail(Handle tx, Call call, UserId id, Email proven) {
    return confirmEmail(tx, call, lock(tx, id), proven, draft -> {});
  }

  /**
   * Does the same as {@link #confirmEmail}, for a user whose email was never verified and whose
   * account somebody else may have created. Also clears the names, phone, avatar, profile,
   * addresses and preferences that were entered before.
   */
  public Optional<User> reclaim(Handle tx, Call call, UserId id, Email proven) {
    var user = confirmEmail(tx, call, lock(tx, id), proven, User.Draft::clearPersonalData);
    user.ifPresent(
        reclaimed -> observers.forEach(observer -> observer.onReclaimed(tx, call, reclaimed)));
    return user;
  }

  private Optional<User> confirmEmail(
      Handle tx, Call call, User before, Email proven, Consumer<User.Draft> further) {
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
   * Drops the pending email of a user whom the caller's transaction has locked, if there is one.
   * For features that doubt who asked for it.
   */
  public void dropPendingEmail(Handle tx, Call call, User user) {
    var draft = user.draft();
    draft.pendingEmail = Optional.empty();
    writes.save(tx, writes.change(call, EventType.USER_UPDATED, user, draft, ""));
  }

  /**
   * Restores a user's previous email as verified, and drops a pending one. For the feature that
   * proves the mailbox, inside its transaction.
   *
   * @return the user after that
   * @throws UserServiceException with {@code USER_NOT_FOUND}, or {@code EMAIL_TAKEN} when another
   *     user has the email meanwhile
   */
  public User restoreEmail(Handle tx, Call call, UserId id, Email email) {
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
   * Closes an account; nothing happens when it is closed already. A pending email is dropped.
   *
   * @param reason a {@link TextRule#REASON}; may be empty
   * @throws UserServiceException with {@code INVALID_REQUEST} on {@code reason}; with {@code
   *     USER_NOT_FOUND}, {@code USER_SUSPENDED} or {@code USER_BANNED}
   */
  public User deactivate(Call call, UserId id, String reason) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    String text = parsedReason(reason);
    return changeStatus(call, EventType.USER_DEACTIVATED, id, text, UserStatus.DEACTIVATED);
  }

  private static String parsedReason(String reason) {
    return Violations.parsed("reason", requireNonNull(reason, "reason"), TextRule.REASON::parse);
  }

  /**
   * Opens a closed account: {@code ACTIVE} when the email is verified, else {@code
   * PENDING_VERIFICATION}. Nothing happens when it is open already.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}, {@code USER_SUSPENDED} or {@code
   *     USER_BANNED}
   */
  public User reactivate(Call call, UserId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return changeStatus(call, EventType.USER_REACTIVATED, id, "", UserStatus.ACTIVE);
  }

  private User changeStatus(
      Call call, EventType type, UserId id, String reason, UserStatus wanted) {
    return database.inTransaction(
        call,
        tx -> {
          var before = lock(tx, id);
          var draft = before.draft();
          draft.status = before.statusAfter(wanted);
          return writes.save(tx, writes.change(call, type, before, draft, reason));
        });
  }

  /**
   * Deletes a user for good, with everything that belongs to the user. The event log keeps the id,
   * the time and the actor, and the reason for 90 days.
   *
   * @param reason a {@link TextRule#REASON}; may be empty
   * @throws UserServiceException with {@code INVALID_REQUEST} on {@code reason}; with {@code
   *     USER_NOT_FOUND}, also for the second call; with {@code REAUTHENTICATION_REQUIRED} when a
   *     user's session has not verified the password recently
   */
  public void delete(Call call, UserId id, String reason) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    String text = parsedReason(reason);
    database.useTransaction(
        call,
        tx -> {
          var user = lock(tx, id);
          checks.deletion().require(tx, call);
          delete(tx, call, user, text);
        });
  }

  /**
   * Deletes a user for the owner of the mailbox, who did not create the account. The caller's
   * transaction must have locked the user.
   *
   * @throws UserServiceException with {@code USER_SUSPENDED} or {@code USER_BANNED}, since
   *     decisions of admins stay in force
   */
  public void deleteForMailbox(Handle tx, Call call, User user) {
    user.statusAfter(UserStatus.DEACTIVATED);
    delete(tx, call, user, "refused by the owner of the mailbox");
  }

  private void delete(Handle tx, Call call, User user, String reason) {
    observers.forEach(observer -> observer.onDeleted(tx, call, user));
    Daos.on(tx, UserDao.class).delete(user.id().value());
    reads.forgetAtEnd(tx, user.id());
    events.append(tx, call, clock.instant(), EventType.USER_DELETED, user.id(), reason);
  }

  /**
   * The user as of now, locked until the end of the transaction. For features that change what
   * belongs to a user.
   */
  public User lock(Handle tx, UserId id) {
    return writes.lock(tx, id);
  }

  /**
   * Notes a login of a user whom the caller's transaction has locked. That is no change of the
   * user: the version stays.
   */
  public User recordLogin(Handle tx, User user) {
    var now = clock.instant();
    var draft = user.draft();
    draft.lastLoginAt = Optional.of(now);
    Daos.on(tx, UserDao.class).updateLastLogin(user.id().value(), now);
    reads.forgetAtEnd(tx, user.id());
    return draft.toUser();
  }

  /** The user as of now, whom nothing keeps from changing. For features in a transaction. */
  public Optional<User> find(Handle handle, UserId id) {
    return Daos.on(handle, UserDao.class).find(id.value());
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
   * user until the transaction ends. For features that write to that user's mailbox.
   */
  public static Optional<UserId> owner(Handle tx, Email email) {
    return Daos.on(tx, UserDao.class).findOwner(email.address()).map(UserId::new);
  }

  private static UserServiceException notFoundByEmail() {
    return UserServiceException.notFound(ErrorReason.USER_NOT_FOUND, "user", "email");
  }

  /** The failure for a user that does not exist. */
  public static UserServiceException notFound(UserId id) {
    return UserServiceException.notFound(ErrorReason.USER_NOT_FOUND, "user", id.toString());
  }
}
