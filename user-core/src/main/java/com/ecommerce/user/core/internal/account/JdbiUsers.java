package com.ecommerce.user.core.internal.account;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.internal.credential.JdbiPasswords;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.MultiTableStatement;
import com.ecommerce.user.core.internal.db.TransactionCheck;
import com.ecommerce.user.core.internal.db.WindowLimits;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.internal.event.EventType;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import com.ecommerce.user.core.value.VersionCondition;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Implements {@link Users} with Jdbi. */
public final class JdbiUsers implements Users {
  private final Database database;
  private final UserReads reads;
  private final Workers workers;
  private final Clock clock;
  private final Uuids ids;
  private final EventLog events;
  private final JdbiPasswords passwords;
  private final RoleChanges roleChanges;
  private final List<AccountListener> observers;
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
   * Creates the use cases, for {@code UserCore}.
   *
   * @param workers run the blocking work of {@link #createAsync} and {@link #updateAsync}
   * @param concurrency the number of transactions of batched updates that run at once
   * @param hidesAccounts whether {@link #registerAsync} hides that an email is taken
   */
  public JdbiUsers(
      Database database,
      UserReads reads,
      Workers workers,
      int concurrency,
      Clock clock,
      Uuids ids,
      EventLog events,
      JdbiPasswords passwords,
      RoleChanges roleChanges,
      List<AccountListener> observers,
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
    updates = new UserUpdates(database, reads, writes, emailChangeRules, workers, concurrency);
    this.hidesAccounts = hidesAccounts;
  }

  @Override
  public CompletionStage<User> createAsync(RequestContext call, NewUser newUser) {
    requireNonNull(call, "call");
    requireNonNull(newUser, "newUser");
    return passwords
        .hash(call, newUser.password(), newUser.person())
        .thenCompose(hash -> createResumed(call, newUser, hash, false));
  }

  @Override
  public User create(RequestContext call, NewUser newUser) {
    return Stages.join(createAsync(call, newUser));
  }

  @Override
  public User createVerified(RequestContext call, NewUser newUser) {
    requireNonNull(call, "call");
    requireNonNull(newUser, "newUser");
    return Stages.join(
        passwords
            .hash(call, newUser.password(), newUser.person())
            .thenCompose(hash -> createResumed(call, newUser, hash, true)));
  }

  private CompletionStage<User> createResumed(
      RequestContext call, NewUser newUser, PasswordHash hash, boolean emailVerified) {
    return workers.supplyResumed(
        call, RequestKind.ACCOUNTS, () -> create(call, newUser, hash, emailVerified));
  }

  @Override
  public CompletionStage<Optional<User>> registerAsync(RequestContext call, NewUser newUser) {
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
                    RequestKind.ACCOUNTS,
                    () -> {
                      registerHidden(call, newUser, hash);
                      return Optional.empty();
                    }));
  }

  private void registerHidden(RequestContext call, NewUser newUser, PasswordHash hash) {
    try {
      database.useTransaction(call, tx -> createOrNotifyOwner(tx, call, newUser, hash));
    } catch (UserServiceException failed) {
      if (failed.reason() != ErrorReason.EMAIL_TAKEN) {
        throw failed;
      }
      // A concurrent registration has taken the email; its user is found now.
      database.useTransaction(call, tx -> createOrNotifyOwner(tx, call, newUser, hash));
    }
  }

  private void createOrNotifyOwner(
      Handle tx, RequestContext call, NewUser newUser, PasswordHash hash) {
    owner(tx, newUser.email())
        .ifPresentOrElse(
            owner ->
                observers.forEach(
                    observer -> observer.onRegistrationOfTaken(tx, owner, newUser.email())),
            () -> create(tx, call, newUser, hash, false));
  }

  private User create(
      RequestContext call, NewUser newUser, PasswordHash hash, boolean emailVerified) {
    return database.inTransaction(call, tx -> create(tx, call, newUser, hash, emailVerified));
  }

  private User create(
      Handle tx, RequestContext call, NewUser newUser, PasswordHash hash, boolean emailVerified) {
    var id = new UserId(ids.next());
    var creator = creator(call, newUser, id);
    var user = newUser.toUser(id, Audit.first(creator.actor(), clock.instant()), emailVerified);
    var creation = new MultiTableStatement(tx);
    UserRows.insert(creation, user);
    passwords.store(creation, id, hash, user.audit().createdAt());
    events.append(creation, creationEvents(tx, creator, user));
    observers.forEach(observer -> observer.onCreating(creation, creator, user));
    creation.execute();
    return user;
  }

  /**
   * Returns the call with the actor who counts as the creator. An anonymous caller who creates a
   * customer is registering, so the new user is the creator; a user with other roles is not a
   * registration.
   */
  private static RequestContext creator(RequestContext call, NewUser newUser, UserId id) {
    boolean isRegistration =
        call.actor().equals(Actor.ANONYMOUS) && newUser.roles().equals(Set.of(Role.CUSTOMER));
    return isRegistration ? call.as(Actor.user(id), call.session()) : call;
  }

  private List<EventLog.Entry> creationEvents(Handle tx, RequestContext call, User user) {
    var created =
        new EventLog.Entry(
            call, user.audit().createdAt(), EventType.USER_CREATED, user.id(), null, "", List.of());
    return Stream.concat(Stream.of(created), roleChanges.ofCreation(tx, call, user).stream())
        .toList();
  }

  @Override
  public User get(RequestContext call, UserId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return reads.find(call, id).orElseThrow(() -> notFound(id));
  }

  @Override
  public User getCurrent(RequestContext call, UserId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return reads.findCurrent(call, id).orElseThrow(() -> notFound(id));
  }

  @Override
  public CompletionStage<User> getAsync(RequestContext call, UserId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return reads.findAsync(call, id).thenApply(user -> user.orElseThrow(() -> notFound(id)));
  }

  @Override
  public User getByEmail(RequestContext call, Email email) {
    requireNonNull(call, "call");
    requireNonNull(email, "email");
    return reads.find(call, email).orElseThrow(JdbiUsers::notFoundByEmail);
  }

  @Override
  public CompletionStage<User> getByEmailAsync(RequestContext call, Email email) {
    requireNonNull(call, "call");
    requireNonNull(email, "email");
    return reads
        .findAsync(call, email)
        .thenApply(user -> user.orElseThrow(JdbiUsers::notFoundByEmail));
  }

  @Override
  public User update(RequestContext call, UserId id, UserPatch patch) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    requireNonNull(patch, "patch");
    patch.violations(clock).throwIfAny();
    return updates.update(call, id, current -> patch);
  }

  @Override
  public CompletionStage<User> updateAsync(RequestContext call, UserId id, UserPatch patch) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    requireNonNull(patch, "patch");
    var violations = patch.violations(clock);
    if (!violations.isEmpty()) {
      return CompletableFuture.failedFuture(violations.toException());
    }
    return updates.updateAsync(call, id, patch);
  }

  @Override
  public CompletionStage<User> updateAsync(
      RequestContext call, UserId id, Function<? super User, UserPatch> change) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    requireNonNull(change, "change");
    return updates.updateAsync(
        call,
        id,
        current -> {
          var patch = requireNonNull(change.apply(current), "the patch of the change");
          patch.violations(clock).throwIfAny();
          return patch;
        });
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
        reclaimed -> observers.forEach(observer -> observer.onReclaimed(tx, call, reclaimed)));
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
   * Drops the pending email of a user whom the caller's transaction has locked, if there is one.
   * For features that doubt who asked for it.
   */
  public void dropPendingEmail(Handle tx, RequestContext call, User user) {
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

  @Override
  public User deactivate(
      RequestContext call, UserId id, String reason, VersionCondition condition) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    requireNonNull(reason, "reason");
    requireNonNull(condition, "condition");
    String text = parsedReason(reason);
    return changeStatus(
        call, EventType.USER_DEACTIVATED, id, text, UserStatus.DEACTIVATED, condition);
  }

  private static String parsedReason(String reason) {
    return Violations.parsed("reason", reason, TextRule.REASON::parse);
  }

  @Override
  public User reactivate(RequestContext call, UserId id, VersionCondition condition) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    requireNonNull(condition, "condition");
    return changeStatus(call, EventType.USER_REACTIVATED, id, "", UserStatus.ACTIVE, condition);
  }

  private User changeStatus(
      RequestContext call,
      EventType type,
      UserId id,
      String reason,
      UserStatus wanted,
      VersionCondition condition) {
    return database.inTransaction(
        call,
        tx -> {
          var before = lock(tx, id);
          condition.require(before.audit().version());
          var draft = before.draft();
          draft.status = before.statusAfter(wanted);
          return writes.save(tx, writes.change(call, type, before, draft, reason));
        });
  }

  @Override
  public void delete(RequestContext call, UserId id, String reason, VersionCondition condition) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    requireNonNull(reason, "reason");
    requireNonNull(condition, "condition");
    String text = parsedReason(reason);
    database.useTransaction(
        call,
        tx -> {
          var user = lock(tx, id);
          condition.require(user.audit().version());
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
  public void deleteForMailbox(Handle tx, RequestContext call, User user) {
    user.statusAfter(UserStatus.DEACTIVATED);
    delete(tx, call, user, "refused by the owner of the mailbox");
  }

  private void delete(Handle tx, RequestContext call, User user, String reason) {
    observers.forEach(observer -> observer.onDeleted(tx, call, user));
    var parts = new UserDao(tx).delete(user.id().value());
    reads.cache().forgetAtEnd(tx, user.id());
    events.append(tx, call, clock.instant(), EventType.USER_DELETED, user.id(), reason, parts);
  }

  /**
   * Returns the current user, locked until the end of the transaction. For features that change
   * what belongs to a user.
   */
  public User lock(Handle tx, UserId id) {
    return writes.lock(tx, id);
  }

  /**
   * Records a login of a user whom the caller's transaction has locked. The version of the user
   * stays the same.
   */
  public User recordLogin(Handle tx, User user) {
    var now = clock.instant();
    var draft = user.draft();
    draft.lastLoginAt = Optional.of(now);
    new UserDao(tx).updateLastLogin(user.id().value(), now);
    reads.cache().forgetAtEnd(tx, user.id());
    return draft.toUser();
  }

  /** Returns the current user without locking it. For features in a transaction. */
  public Optional<User> find(Handle handle, UserId id) {
    return new UserDao(handle).find(id.value());
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
    return new UserDao(tx).findOwner(email.address()).map(UserId::new);
  }

  private static UserServiceException notFoundByEmail() {
    return UserServiceException.notFound(ErrorReason.USER_NOT_FOUND, "user", "email");
  }

  /** Returns the failure for a user that does not exist. */
  public static UserServiceException notFound(UserId id) {
    return UserServiceException.notFound(ErrorReason.USER_NOT_FOUND, "user", id.toString());
  }
}
