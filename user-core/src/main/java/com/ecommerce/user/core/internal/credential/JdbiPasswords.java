package com.ecommerce.user.core.internal.credential;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.credential.Passwords;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.internal.db.IdempotentWrites;
import com.ecommerce.user.core.internal.db.MultiTableStatement;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.internal.hash.PasswordHasher;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** Implements {@link Passwords} with Jdbi. */
public final class JdbiPasswords implements Passwords {
  private final PasswordPolicy policy;
  private final PasswordHasher hasher;
  private final HashingPool pool;
  private final PasswordChecks checks;
  private final PasswordStore store;
  private final IdempotentWrites writes;
  private final Clock clock;

  /** Creates the use cases, for {@code UserCore}. */
  public JdbiPasswords(
      PasswordPolicy policy,
      PasswordHasher hasher,
      HashingPool pool,
      PasswordChecks checks,
      PasswordStore store,
      IdempotentWrites writes,
      Clock clock) {
    this.policy = policy;
    this.hasher = hasher;
    this.pool = pool;
    this.checks = checks;
    this.store = store;
    this.writes = writes;
    this.clock = clock;
  }

  @Override
  public PasswordPolicy policy() {
    return policy;
  }

  /**
   * Hashes a new password on the hashing pool.
   *
   * @return fails with {@code INVALID_REQUEST} on {@code password} when it breaks the policy
   */
  public CompletionStage<PasswordHash> hash(
      RequestContext call, Password password, PasswordPolicy.Person person) {
    return hash(call, "password", password, person);
  }

  /**
   * Does the same as {@link #hash(RequestContext, Password, PasswordPolicy.Person)}, but reports
   * violations on the given field of the request.
   */
  public CompletionStage<PasswordHash> hash(
      RequestContext call, String field, Password password, PasswordPolicy.Person person) {
    requireNonNull(call, "call");
    requireNonNull(field, "field");
    requireNonNull(password, "password");
    requireNonNull(person, "person");
    var violations = new Violations();
    policy.check(violations, field, password, person);
    if (!violations.isEmpty()) {
      return CompletableFuture.failedFuture(violations.toException());
    }
    return compute(call, () -> hasher.hash(password));
  }

  private <T> CompletionStage<T> compute(RequestContext call, Supplier<T> work) {
    return pool.submit(
        call,
        HashingPool.Part.OTHER,
        () -> {
          call.throwIfCancelled();
          try (var hashing = call.observer().begin(PasswordHasher.WORK)) {
            return work.get();
          }
        });
  }

  /** Adds the password of the user whom the statement creates. */
  public void store(MultiTableStatement creation, UserId user, PasswordHash hash, Instant now) {
    var credential = new CredentialDao.Credential(user.value(), hash.encoded(), now);
    creation.add(CredentialDao.UPSERT, upsert -> upsert.bindMethods("credential", credential));
  }

  /**
   * Parses a hash of another system; see {@link PasswordHasher#parse}.
   *
   * @throws com.ecommerce.user.core.error.InvalidValueException when it cannot be used
   */
  public PasswordHash parseHash(String encoded) {
    return hasher.parse(encoded);
  }

  /** Returns whether the password matches the hash, which is computed on the hashing pool. */
  public CompletionStage<Boolean> matches(
      RequestContext call, Password password, PasswordHash hash) {
    return compute(call, () -> hasher.verify(password, hash));
  }

  /** Returns the hash of each of the users who has a password. For exports. */
  public Map<UserId, PasswordHash> hashes(Handle handle, Collection<UserId> users) {
    return new CredentialDao(handle).findAll(users);
  }

  /** Adds the passwords of users whom an import has created in the caller's transaction. */
  public void insertImported(Handle tx, Map<UserId, PasswordHash> hashes) {
    store.insertImported(tx, hashes);
  }

  /**
   * Replaces the password with that of another system. Ends the user's sessions, and voids the
   * links to reset the password. The caller's transaction must have locked the user.
   *
   * @param sendsMails whether to queue a notice
   */
  public void replaceImported(
      Handle tx, RequestContext call, UserId user, PasswordHash hash, boolean sendsMails) {
    store.replaceImported(tx, call, user, hash, sendsMails);
  }

  /**
   * Sets the password of a user who has proven the identity without the old one, and resets the
   * count of wrong guesses. The caller's transaction must have locked the user.
   */
  public void reset(Handle tx, RequestContext call, UserId user, PasswordHash hash) {
    store.reset(tx, call, user, hash);
  }

  /**
   * Removes the password, so that nobody can log in until it is reset. The caller's transaction
   * must have locked the user.
   */
  public void remove(Handle tx, RequestContext call, UserId user) {
    store.remove(tx, call, user);
  }

  @Override
  public CompletionStage<Void> changeAsync(
      RequestContext call, UserId user, Password current, Password next) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    requireNonNull(current, "current");
    requireNonNull(next, "next");
    return checks
        .attempt(call, user)
        .thenCompose(
            attempt -> {
              var stored =
                  attempt
                      .stored()
                      .orElseThrow(
                          () ->
                              UserServiceException.notFound(
                                  ErrorReason.USER_NOT_FOUND, "user", user.toString()));
              checkNext(current, next, stored.person());
              return checks.check(call, attempt, current, replacing(call, user, next));
            })
        .thenAccept(
            changed -> {
              if (changed.isEmpty()) {
                throw mismatch();
              }
            });
  }

  @Override
  public void change(RequestContext call, UserId user, Password current, Password next) {
    Stages.join(changeAsync(call, user, current, next));
  }

  private void checkNext(Password current, Password next, PasswordPolicy.Person person) {
    var violations = new Violations();
    policy.checkChange(violations, "new_password", current, next, person);
    violations.throwIfAny();
  }

  private static UserServiceException mismatch() {
    return UserServiceException.invalid(
        ErrorReason.PASSWORD_MISMATCH,
        "current_password",
        "wrong (expected: the current password; too many wrong ones are refused for a while)");
  }

  @Override
  public CompletionStage<Optional<UserId>> verifyAsync(
      RequestContext call, String email, Password password) {
    return verifyAsync(call, email, password, (tx, user) -> true, (tx, user) -> user);
  }

  /**
   * Does the same as {@link #verifyAsync(RequestContext, String, Password)}, and calls functions in
   * the transaction that records the attempt. The password is locked until the end of the
   * transaction, so it cannot have changed when a session is created there.
   *
   * @param isOpen returns whether the right password may succeed; if not, it counts as a wrong one
   * @param accepted called if the password is right, again after a deadlock; must not return null
   */
  public <T> CompletionStage<Optional<T>> verifyAsync(
      RequestContext call,
      String email,
      Password password,
      BiPredicate<Handle, UserId> isOpen,
      BiFunction<Handle, UserId, T> accepted) {
    requireNonNull(call, "call");
    requireNonNull(email, "email");
    requireNonNull(password, "password");
    requireNonNull(isOpen, "isOpen");
    requireNonNull(accepted, "accepted");
    return checks
        .attempt(call, email)
        .thenCompose(
            attempt -> checks.check(call, attempt, password, using(password, isOpen, accepted)));
  }

  @Override
  public CompletionStage<Optional<UserId>> verifyAsync(
      RequestContext call, UserId user, Password password) {
    return verifyAsync(call, user, password, (tx, id) -> id);
  }

  /**
   * Does the same as {@link #verifyAsync(RequestContext, String, Password, BiPredicate,
   * BiFunction)} by the user's id, with an account that is always open.
   */
  public <T> CompletionStage<Optional<T>> verifyAsync(
      RequestContext call, UserId user, Password password, BiFunction<Handle, UserId, T> accepted) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    requireNonNull(password, "password");
    requireNonNull(accepted, "accepted");
    return checks
        .attempt(call, user)
        .thenCompose(
            attempt ->
                checks.check(
                    call, attempt, password, using(password, (tx, owner) -> true, accepted)));
  }

  @Override
  public Optional<UserId> verify(RequestContext call, String email, Password password) {
    return Stages.join(verifyAsync(call, email, password));
  }

  @Override
  public Optional<UserId> verify(RequestContext call, UserId user, Password password) {
    return Stages.join(verifyAsync(call, user, password));
  }

  private PasswordChecks.Purpose<UserId> replacing(
      RequestContext call, UserId owner, Password next) {
    return new PasswordChecks.Purpose<>(
        HashingPool.Part.OTHER,
        (tx, user) -> true,
        verified -> Optional.of(hasher.hash(next)),
        (tx, user, hash) -> {
          if (writes.claim(tx, call, null, clock.instant()).isEmpty()) {
            store.change(tx, call, user, hash.orElseThrow());
          }
          return user;
        },
        tx -> writes.find(tx, call).map(earlier -> owner));
  }

  private <T> PasswordChecks.Purpose<T> using(
      Password password,
      BiPredicate<Handle, UserId> isOpen,
      BiFunction<Handle, UserId, T> accepted) {
    return new PasswordChecks.Purpose<>(
        HashingPool.Part.LOGIN,
        isOpen,
        verified ->
            hasher.needsRehash(verified) ? Optional.of(hasher.hash(password)) : Optional.empty(),
        (tx, user, rehashed) -> {
          rehashed.ifPresent(
              hash -> new CredentialDao(tx).updateHash(user.value(), hash.encoded()));
          return accepted.apply(tx, user);
        },
        tx -> Optional.empty());
  }
}
