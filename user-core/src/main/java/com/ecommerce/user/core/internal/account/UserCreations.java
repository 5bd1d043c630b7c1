package com.ecommerce.user.core.internal.account;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.credential.JdbiPasswords;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.IdempotentWrites;
import com.ecommerce.user.core.internal.db.MultiTableStatement;
import com.ecommerce.user.core.internal.db.TransactionCheck;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Creates users, in the use cases of {@link JdbiUsers}. Thread-safe. */
public final class UserCreations {
  private final Database database;
  private final IdempotentWrites writes;
  private final Workers workers;
  private final Clock clock;
  private final Uuids ids;
  private final EventLog events;
  private final JdbiPasswords passwords;
  private final RoleChanges roleChanges;
  private final Accounts accounts;

  /**
   * @param workers run the transactions
   */
  public UserCreations(
      Database database,
      IdempotentWrites writes,
      Workers workers,
      Clock clock,
      Uuids ids,
      EventLog events,
      JdbiPasswords passwords,
      RoleChanges roleChanges,
      Accounts accounts) {
    this.database = database;
    this.writes = writes;
    this.workers = workers;
    this.clock = clock;
    this.ids = ids;
    this.events = events;
    this.passwords = passwords;
    this.roleChanges = roleChanges;
    this.accounts = accounts;
  }

  /**
   * Creates a user.
   *
   * @param check checks the call in the transaction that creates the user
   */
  CompletionStage<User> create(
      RequestContext call, NewUser newUser, boolean emailVerified, TransactionCheck check) {
    return hash(call, newUser)
        .thenCompose(
            hash ->
                workers.supplyResumed(
                    call,
                    RequestKind.ACCOUNTS,
                    () -> create(call, newUser, hash, emailVerified, check)));
  }

  /**
   * The answer to a repeated call is made from its request and shows no later changes, since
   * somebody who knows the key of an anonymous caller may not know the password.
   */
  private User create(
      RequestContext call,
      NewUser newUser,
      PasswordHash hash,
      boolean emailVerified,
      TransactionCheck check) {
    var created = newUser(call, newUser, new UserId(ids.next()), clock.instant(), emailVerified);
    return writes.creating(
        call,
        created.id().value(),
        created.audit().createdAt(),
        tx -> {
          check.require(tx, call);
          return create(tx, call, newUser, created, hash);
        },
        (tx, earlier) ->
            newUser(
                call,
                newUser,
                new UserId(earlier.object().orElseThrow()),
                earlier.at(),
                emailVerified));
  }

  private static User newUser(
      RequestContext call, NewUser newUser, UserId id, Instant now, boolean emailVerified) {
    var creator = creator(call, newUser, id).actor();
    return newUser.toUser(id, Audit.first(creator, now), emailVerified);
  }

  private CompletionStage<PasswordHash> hash(RequestContext call, NewUser newUser) {
    requireNonNull(call, "call");
    requireNonNull(newUser, "newUser");
    return passwords.hash(call, newUser.password(), newUser.person());
  }

  /** Returns empty if accounts are hidden, since the user would reveal that the email was free. */
  CompletionStage<Optional<User>> register(RequestContext call, NewUser newUser) {
    if (!accounts.hidesAccounts()) {
      return create(call, newUser, false, TransactionCheck.NONE).thenApply(Optional::of);
    }
    return hash(call, newUser)
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
    var created = newUser(call, newUser, new UserId(ids.next()), clock.instant(), false);
    if (writes.claim(tx, call, created.id().value(), created.audit().createdAt()).isPresent()) {
      return;
    }
    Accounts.owner(tx, newUser.email())
        .ifPresentOrElse(
            owner ->
                accounts.forEachListener(
                    listener -> listener.onRegistrationOfTaken(tx, owner, newUser.email())),
            () -> create(tx, call, newUser, created, hash));
  }

  private User create(
      Handle tx, RequestContext call, NewUser newUser, User user, PasswordHash hash) {
    var creator = creator(call, newUser, user.id());
    var creation = new MultiTableStatement(tx);
    UserRows.insert(creation, user);
    passwords.store(creation, user.id(), hash, user.audit().createdAt());
    events.append(creation, creationEvents(tx, creator, user));
    accounts.forEachListener(listener -> listener.onCreating(creation, creator, user));
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
        EventLog.Entry.of(call, user.audit().createdAt(), EventType.USER_CREATED, user.id())
            .leadingTo(user.audit().version());
    return Stream.concat(Stream.of(created), roleChanges.ofCreation(tx, call, user).stream())
        .toList();
  }
}
