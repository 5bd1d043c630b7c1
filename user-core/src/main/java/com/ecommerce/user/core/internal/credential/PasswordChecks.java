package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.event.JdbiSecurityLog;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.internal.hash.PasswordHasher;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Checks passwords such that guessing is slow and reveals nothing: an unknown account, a wrong
 * password and an attempt that {@link LoginThrottle} refuses get the same answer after the same
 * time. Thread-safe.
 *
 * <p>An unknown account costs a hash, too. A refused attempt costs none: its answer is delayed by
 * the time that a recent wrong password took. (Until this process has refused a wrong password, a
 * refused attempt is hashed as well.) One difference remains: if the hash of an account has a
 * different scheme or cost than new hashes, wrong passwords take the time of that hash until the
 * owner's next login.
 */
public final class PasswordChecks {
  private final Database database;
  private final Workers workers;
  private final PasswordHasher hasher;
  private final HashingPool pool;
  private final LoginThrottle throttle;
  private final JdbiSecurityLog security;
  private final CheckTimes refusals;

  /**
   * @param workers run the work that waits for the database
   */
  public PasswordChecks(
      Database database,
      Workers workers,
      PasswordHasher hasher,
      HashingPool pool,
      LoginThrottle throttle,
      JdbiSecurityLog security,
      CheckTimes refusals) {
    this.database = database;
    this.workers = workers;
    this.hasher = hasher;
    this.pool = pool;
    this.throttle = throttle;
    this.security = security;
    this.refusals = refusals;
  }

  /**
   * The purpose that a right password is used for.
   *
   * @param part the part of the hashing pool that the check uses
   * @param isOpen returns whether the right password may succeed; if not, the attempt is answered
   *     and counted like one with a wrong password, since the counts would reveal the difference
   * @param rehash returns a hash that replaces the stored one, if any; called on the hashing pool
   *     if the password is right
   * @param use called if the password is right
   * @param earlier returns the result of an earlier call with the same idempotency key, which may
   *     have replaced the password. Called if the password is wrong; if there is a result, the
   *     attempt does not count as a failure
   * @param <T> the result of the use
   */
  record Purpose<T>(
      HashingPool.Part part,
      BiPredicate<Handle, UserId> isOpen,
      Function<PasswordHash, Optional<PasswordHash>> rehash,
      Use<T> use,
      Function<Handle, Optional<T>> earlier) {}

  /** The use of a right password. */
  interface Use<T> {
    /**
     * Uses the password, in the transaction that records the attempt. The stored password is locked
     * until the transaction ends. Must not return null.
     */
    T apply(Handle tx, UserId user, Optional<PasswordHash> rehashed);
  }

  /** An attempt whose password has not been checked. */
  record Attempt(
      LoginThrottle.Key key, Optional<StoredPassword> stored, LoginThrottle.Admission admission) {
    boolean isRefused() {
      return admission == LoginThrottle.Admission.REFUSED;
    }
  }

  private record Judged(boolean right, Optional<PasswordHash> rehashed) {
    static final Judged WRONG = new Judged(false, Optional.empty());
  }

  /**
   * @param outdated the password was changed while it was checked
   */
  private record Settled<T>(boolean outdated, Optional<T> result) {}

  CompletionStage<Attempt> attempt(RequestContext call, UserId user) {
    return attempt(
        call,
        handle -> {
          var stored = new CredentialDao(handle).find(user.value());
          return attempt(handle, throttle.key(handle, call, user), stored);
        });
  }

  CompletionStage<Attempt> attempt(RequestContext call, String email) {
    return attempt(
        call,
        handle -> {
          var stored = new CredentialDao(handle).findByEmail(email);
          var key =
              stored.isPresent()
                  ? throttle.key(handle, call, stored.get().user())
                  : throttle.key(handle, call, email);
          return attempt(handle, key, stored);
        });
  }

  private CompletionStage<Attempt> attempt(RequestContext call, Function<Handle, Attempt> query) {
    return workers.supply(
        call, RequestKind.SESSIONS, () -> admit(call, database.read(call, query)));
  }

  private Attempt attempt(Handle handle, LoginThrottle.Key key, Optional<StoredPassword> stored) {
    return new Attempt(key, stored, throttle.check(handle, key));
  }

  private Attempt admit(RequestContext call, Attempt attempt) {
    if (attempt.admission() != LoginThrottle.Admission.NEEDS_TURN) {
      return attempt;
    }
    var admission = database.inStatement(call, handle -> throttle.takeTurn(handle, attempt.key()));
    return new Attempt(attempt.key(), attempt.stored(), admission);
  }

  /**
   * @return the result for a right password; empty if it is wrong, the account is unknown or the
   *     attempt is refused; fails immediately with {@code HASHING_BUSY} if too many passwords wait
   */
  <T> CompletionStage<Optional<T>> check(
      RequestContext call, Attempt attempt, Password password, Purpose<T> purpose) {
    if (attempt.isRefused()) {
      security.failedLogin(call, attempt.key().user());
      return refuse(call, password, purpose.part());
    }
    long start = refusals.now();
    return pool.submit(call, purpose.part(), () -> judge(call, attempt.stored(), password, purpose))
        .thenCompose(
            judged ->
                workers.supplyResumed(
                    call, RequestKind.SESSIONS, () -> settle(call, attempt, judged, purpose)))
        .thenCompose(
            settled -> {
              if (settled.outdated()) {
                return attempt(call, attempt.stored().orElseThrow().user())
                    .thenCompose(again -> check(call, again, password, purpose));
              }
              if (settled.result().isEmpty()) {
                security.failedLogin(call, attempt.key().user());
                refusals.addSince(start);
              }
              return CompletableFuture.completedStage(settled.result());
            });
  }

  private <T> CompletionStage<Optional<T>> refuse(
      RequestContext call, Password password, HashingPool.Part part) {
    var time = refusals.any();
    if (time.isPresent()) {
      return pool.pass(call, part, Optional.empty(), time.get(), workers);
    }
    return pool.submit(
        call,
        part,
        () -> {
          hasher.verifyNothing(password);
          return Optional.empty();
        });
  }

  private Judged judge(
      RequestContext call, Optional<StoredPassword> stored, Password password, Purpose<?> purpose) {
    call.throwIfCancelled();
    try (var hashing = call.observer().begin(PasswordHasher.WORK)) {
      var hash = stored.flatMap(StoredPassword::hash);
      if (hash.isEmpty()) {
        hasher.verifyNothing(password);
        return Judged.WRONG;
      }
      return hasher.verify(password, hash.get())
          ? new Judged(true, purpose.rehash().apply(hash.get()))
          : Judged.WRONG;
    }
  }

  private <T> Settled<T> settle(
      RequestContext call, Attempt attempt, Judged judged, Purpose<T> purpose) {
    // A wrong guess counts even if the caller has cancelled the call.
    var settling = judged.right() ? call : call.detached();
    return database.inTransaction(
        settling,
        tx -> {
          if (!judged.right()) {
            var earlier = purpose.earlier().apply(tx);
            if (earlier.isPresent()) {
              return new Settled<>(false, earlier);
            }
          }
          boolean right =
              judged.right()
                  && purpose
                      .isOpen()
                      .test(tx, attempt.stored().map(StoredPassword::user).orElseThrow());
          if (!throttle.settle(tx, call, attempt.key(), attempt.admission(), right)) {
            return new Settled<T>(false, Optional.empty());
          }
          var stored = attempt.stored().orElseThrow();
          var current = new CredentialDao(tx).findHashForUpdate(stored.user().value());
          if (!current.map(PasswordHash::new).equals(stored.hash())) {
            return new Settled<T>(true, Optional.empty());
          }
          return new Settled<>(
              false, Optional.of(purpose.use().apply(tx, stored.user(), judged.rehashed())));
        });
  }
}
