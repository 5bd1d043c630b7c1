package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.batch.BatchLoader;
import com.ecommerce.user.core.internal.batch.BatchLoader.Request;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.IdempotentWrites;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.value.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Updates users by patches. Plain patches that wait at the same time are batched, by a {@link
 * BatchLoader}: they share one statement ({@link UserRows#update}), which is a transaction of its
 * own and replaces read, lock, update and commit. Thread-safe.
 *
 * <p>The statement is an optimistic update (Kung and Robinson, "On optimistic methods for
 * concurrency control", 1981). It starts from cached copies of the users, if there are any, and
 * writes a row only if it still has the version of the copy and if no other transaction has locked
 * it ({@code skip locked}), so that it never waits. A patch that was not written, or that fails, is
 * applied again by itself, under a lock, and so does not delay the others. Patches that affect
 * other rows, that are computed from the locked user, or whose call has an idempotency key, are
 * always applied by themselves.
 *
 * <p>Bounds: a batch has at most {@value #MAX_BATCH} patches, and a patch is applied at most twice.
 * For example, patches of the users A, A and B are waiting. The second patch of A starts from the
 * result of the first, so A is written once, with the version increased by 2 and with two events.
 * If B is locked meanwhile, A is written, and the patch of B waits for the lock by itself.
 */
public final class UserUpdates {
  private static final int MAX_BATCH = 50;

  private final Database database;
  private final IdempotentWrites idempotent;
  private final UserReads reads;
  private final Accounts accounts;
  private final UserWrites writes;
  private final EmailChangeRules emailChangeRules;
  private final Workers workers;
  private final BatchLoader<Update, User> loader;

  private record Update(UserId id, UserPatch patch) {}

  /**
   * @param workers run the transactions
   * @param concurrency the number of batches that run at once
   */
  public UserUpdates(
      Database database,
      IdempotentWrites idempotent,
      UserReads reads,
      Accounts accounts,
      EmailChangeRules emailChangeRules,
      Workers workers,
      int concurrency) {
    this.database = database;
    this.idempotent = idempotent;
    this.reads = reads;
    this.accounts = accounts;
    this.writes = accounts.writes;
    this.emailChangeRules = emailChangeRules;
    this.workers = workers;
    this.loader = BatchLoader.on(this::begin, new Together(), concurrency, MAX_BATCH);
  }

  /** Applies the patch, together with others if it is plain. Never blocks. */
  CompletionStage<User> updateAsync(RequestContext call, UserId id, UserPatch patch) {
    if (!patch.isPlain()) {
      return updateAsync(call, id, current -> patch);
    }
    return call.idempotencyKey().isEmpty()
        ? loader.load(call, new Update(id, patch))
        : workers.supply(call, RequestKind.ACCOUNTS, () -> updateOnce(call, id, patch));
  }

  /**
   * Applies a plain patch of a call with an idempotency key, which commits by itself. It starts
   * from the cached user, like a batch.
   */
  private User updateOnce(RequestContext call, UserId id, UserPatch patch) {
    var cached = reads.find(call, id);
    return idempotent.inTransaction(
        call,
        tx ->
            cached
                .flatMap(before -> updateIfCurrent(tx, call, before, patch))
                .orElseGet(() -> update(tx, call, id, current -> patch).user()),
        tx -> accounts.get(tx, id));
  }

  private Optional<User> updateIfCurrent(
      Handle tx, RequestContext call, User before, UserPatch patch) {
    if (!patch.condition().isMetBy(before.audit().version())) {
      return Optional.empty();
    }
    var draft = before.draft();
    patch.applyTo(draft);
    var change = change(call, before, draft);
    return change.isNone() ? Optional.empty() : writes.saveIfCurrent(tx, change);
  }

  /** Applies the patch that the function returns for the locked user. Never blocks. */
  CompletionStage<User> updateAsync(
      RequestContext call, UserId id, Function<User, UserPatch> change) {
    return workers.supply(call, RequestKind.ACCOUNTS, () -> update(call, id, change));
  }

  private void begin(RequestContext call, Workers.Task task) {
    workers.begin(call, RequestKind.ACCOUNTS, task);
  }

  User update(RequestContext call, UserId id, Function<User, UserPatch> change) {
    return idempotent
        .inTransaction(
            call, tx -> update(tx, call, id, change), tx -> new Outcome(accounts.get(tx, id), null))
        .user();
  }

  /**
   * The outcome of a patch. A refused patch is committed, too, so that the attempt stays counted.
   *
   * @param changed null if the patch was refused
   * @param refusal null if it was not
   */
  private record Outcome(User changed, UserServiceException refusal) {
    User user() {
      if (refusal != null) {
        throw refusal;
      }
      return changed;
    }
  }

  private Outcome update(
      Handle tx, RequestContext call, UserId id, Function<User, UserPatch> change) {
    var before = writes.lock(tx, id);
    var patch = change.apply(before);
    patch.condition().require(before.audit().version());
    var draft = before.draft();
    patch.applyTo(draft);
    if (patch.email().isSet()) {
      var wanted = patch.email().applyTo(before.email());
      var refusal = emailChangeRules.apply(tx, call, before, draft, wanted);
      if (refusal.isPresent()) {
        idempotent.release(tx, call);
        return new Outcome(null, refusal.get());
      }
    }
    return new Outcome(writes.save(tx, change(call, before, draft)), null);
  }

  private UserWrites.Change change(RequestContext call, User before, User.Draft draft) {
    return writes.change(call, EventType.USER_UPDATED, before, draft, "");
  }

  /**
   * Applies plain patches together. Other patches may have to wait for more than the lock of a row.
   */
  private final class Together implements BatchLoader.BatchFunction<Update, User> {
    @Override
    public List<User> answer(RequestContext together, List<Request<Update>> requests) {
      var began = reads.cache().now();
      var changes = changes(together, requests);
      var wanted = changes.stream().filter(change -> change != null && !change.isNone()).toList();
      Set<UserId> failed = new HashSet<>(ids(wanted));
      if (!wanted.isEmpty()) {
        failed.removeAll(
            database.inStatement(together, handle -> writes.saveAll(handle, wanted, began)));
      }
      return changes.stream()
          .map(
              change ->
                  change == null || failed.contains(change.after().id()) ? null : change.after())
          .toList();
    }

    /**
     * Returns the changes in the order of the requests. A change is null if its patch must be
     * applied by itself: there is no such user in the cache or the database, or the version does
     * not meet the condition.
     */
    private List<UserWrites.Change> changes(
        RequestContext together, List<Request<Update>> requests) {
      var users =
          reads.findAll(
              together, requests.stream().map(one -> one.value().id()).collect(Collectors.toSet()));
      var changes = changes(requests, users);
      var idle = ids(changes.stream().filter(change -> change != null && change.isNone()).toList());
      if (idle.isEmpty()) {
        return changes;
      }
      // The cached user may be out of date, which no write would reveal if the patch changes
      // nothing.
      users.keySet().removeAll(idle);
      users.putAll(reads.findAllCurrent(together, idle));
      return changes(requests, users);
    }

    private List<UserWrites.Change> changes(
        List<Request<Update>> requests, Map<UserId, User> users) {
      var current = new HashMap<>(users);
      List<UserWrites.Change> changes = new ArrayList<>();
      for (var one : requests) {
        var patch = one.value().patch();
        var before = current.get(one.value().id());
        if (before == null || !patch.condition().isMetBy(before.audit().version())) {
          changes.add(null);
          continue;
        }
        var draft = before.draft();
        patch.applyTo(draft);
        var change = change(one.call(), before, draft);
        changes.add(change);
        current.put(before.id(), change.after());
      }
      return changes;
    }

    private static Set<UserId> ids(List<UserWrites.Change> changes) {
      return changes.stream().map(change -> change.after().id()).collect(Collectors.toSet());
    }

    @Override
    public User answerAlone(Request<Update> request) {
      return update(request.call(), request.value().id(), current -> request.value().patch());
    }
  }
}
