package com.ecommerce.user.core.internal.account;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.internal.db.IdempotentWrites;
import com.ecommerce.user.core.internal.db.TransactionCheck;
import com.ecommerce.user.core.patch.VersionCondition;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Implements {@link Users} with Jdbi. */
public final class JdbiUsers implements Users {
  private final IdempotentWrites writes;
  private final Clock clock;
  private final UserReads reads;
  private final UserCreations creations;
  private final UserUpdates updates;
  private final Accounts accounts;
  private final TransactionCheck deletionCheck;

  /**
   * Creates the use cases.
   *
   * @param deletionCheck checks deletions in addition to the rights of the caller
   */
  public JdbiUsers(
      IdempotentWrites writes,
      Clock clock,
      UserReads reads,
      UserCreations creations,
      UserUpdates updates,
      Accounts accounts,
      TransactionCheck deletionCheck) {
    this.writes = writes;
    this.clock = clock;
    this.reads = reads;
    this.creations = creations;
    this.updates = updates;
    this.accounts = accounts;
    this.deletionCheck = deletionCheck;
  }

  @Override
  public CompletionStage<User> createAsync(RequestContext call, NewUser newUser) {
    return creations.create(call, newUser, false, TransactionCheck.NONE);
  }

  @Override
  public User create(RequestContext call, NewUser newUser) {
    return Stages.join(createAsync(call, newUser));
  }

  @Override
  public User createVerified(RequestContext call, NewUser newUser) {
    return Stages.join(creations.create(call, newUser, true, TransactionCheck.NONE));
  }

  @Override
  public User createFirstAdmin(RequestContext call, NewUser admin) {
    requireNonNull(call, "call");
    requireNonNull(admin, "admin");
    return Stages.join(
        creations.create(call, admin, true, (tx, checked) -> AdminGuard.requireNone(tx)));
  }

  @Override
  public CompletionStage<Optional<User>> registerAsync(RequestContext call, NewUser newUser) {
    return creations.register(call, newUser);
  }

  @Override
  public User get(RequestContext call, UserId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return reads.find(call, id).orElseThrow(() -> Accounts.notFound(id));
  }

  @Override
  public User getCurrent(RequestContext call, UserId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return reads.findCurrent(call, id).orElseThrow(() -> Accounts.notFound(id));
  }

  @Override
  public CompletionStage<User> getAsync(RequestContext call, UserId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return reads
        .findAsync(call, id)
        .thenApply(user -> user.orElseThrow(() -> Accounts.notFound(id)));
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
    return writes.inTransaction(
        call,
        tx -> {
          var before = accounts.lock(tx, id);
          condition.require(before.audit().version());
          var draft = before.draft();
          draft.status = before.statusAfter(wanted);
          return accounts.writes.save(
              tx, accounts.writes.change(call, type, before, draft, reason));
        },
        tx -> accounts.get(tx, id));
  }

  @Override
  public void delete(RequestContext call, UserId id, String reason, VersionCondition condition) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    requireNonNull(reason, "reason");
    requireNonNull(condition, "condition");
    String text = parsedReason(reason);
    writes.useTransaction(
        call,
        tx -> {
          var user = accounts.lock(tx, id);
          condition.require(user.audit().version());
          deletionCheck.require(tx, call);
          accounts.delete(tx, call, user, text);
        });
  }

  private static UserServiceException notFoundByEmail() {
    return UserServiceException.notFound(ErrorReason.USER_NOT_FOUND, "user", "email");
  }
}
