package com.ecommerce.user.core.credential;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.CombinedStatement;
import com.ecommerce.user.core.internal.Daos;
import com.ecommerce.user.core.internal.Stages;
import com.ecommerce.user.core.value.UserId;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import org.jdbi.v3.core.Handle;

/**
 * Keeps, checks and changes users' passwords. Thread-safe.
 *
 * <p>The methods named {@code …Async} never block the calling thread; their stages fail with what
 * the blocking ones throw. Each of them fails with {@code HASHING_BUSY} if its hash cannot begin
 * within {@link HashingLane#LONGEST_WAIT}, immediately if that is foreseeable.
 */
public final class Passwords {
  private final PasswordPolicy policy;
  private final PasswordHasher hasher;
  private final HashingLane lane;
  private final PasswordChecks checks;
  private final PasswordStore store;

  /** For {@code UserCore}, which is the way to get one. */
  public Passwords(
      PasswordPolicy policy,
      PasswordHasher hasher,
      HashingLane lane,
      PasswordChecks checks,
      PasswordStore store) {
    this.policy = policy;
    this.hasher = hasher;
    this.lane = lane;
    this.checks = checks;
    this.store = store;
  }

  /** The rules for new passwords, for edges that report all violations of a request at once. */
  public PasswordPolicy policy() {
    return policy;
  }

  /**
   * Hashes a new password on the hashing lane.
   *
   * @return fails with {@code INVALID_REQUEST} on {@code password} when it breaks the policy
   */
  public CompletionStage<PasswordHash> hash(
      Call call, Password password, PasswordPolicy.Person person) {
    return hash(call, "password", password, person);
  }

  /**
   * Does the same as {@link #hash(Call, Password, PasswordPolicy.Person)}, but reports violations
   * on the given field.
   *
   * @param field what the request calls the password
   */
  public CompletionStage<PasswordHash> hash(
      Call call, String field, Password password, PasswordPolicy.Person person) {
    requireNonNull(call, "call");
    requireNonNull(field, "field");
    requireNonNull(password, "password");
    requireNonNull(person, "person");
    var violations = new Violations();
    policy.check(violations, field, password, person);
    if (!violations.isEmpty()) {
      return CompletableFuture.failedFuture(violations.toException());
    }
    return lane.submit(
        call,
        HashingLane.Part.OTHER,
        () -> {
          call.throwIfCancelled();
          try (var hashing = call.observer().begin(PasswordHasher.WORK)) {
            return hasher.hash(password);
          }
        });
  }

  /** Makes this the first password of the user whom the statement creates. */
  public void store(CombinedStatement creation, UserId user, PasswordHash hash, Instant now) {
    var credential = new CredentialDao.Credential(user.value(), hash.encoded(), now);
    creation.add(CredentialDao.UPSERT, upsert -> upsert.bindMethods("credential", credential));
  }

  /**
   * Makes this the password of a user who has proven to be one without it, in the caller's
   * transaction, which has locked the user. Forgets the wrong guesses at the account.
   */
  public void reset(Handle tx, Call call, UserId user, PasswordHash hash) {
    store.reset(tx, call, user, hash);
  }

  /**
   * Removes the password, so that nobody can log in until it is reset. The caller's transaction
   * must have locked the user.
   */
  public void remove(Handle tx, Call call, UserId user) {
    store.remove(tx, call, user);
  }

  /**
   * Changes the password of a user who knows the current one. A wrong one counts as a guess.
   *
   * @return fails with {@code USER_NOT_FOUND}; with {@code INVALID_REQUEST} on {@code new_password}
   *     when it breaks the policy or is the current one; with {@code PASSWORD_MISMATCH} when the
   *     current one is wrong or too many were tried
   */
  public CompletionStage<Void> changeAsync(
      Call call, UserId user, Password current, Password next) {
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
              return checks.check(call, attempt, current, new Replacing(call, next));
            })
        .thenAccept(
            changed -> {
              if (changed.isEmpty()) {
                throw mismatch();
              }
            });
  }

  /** Does the same as {@link #changeAsync}, and waits for the result. */
  public void change(Call call, UserId user, Password current, Password next) {
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

  /**
   * Checks a password for a login. A right one is hashed anew if its hash is of another scheme or
   * weaker than new ones are.
   *
   * @param email the address, as {@code Email.address()} gives it
   * @return the user; empty, all after the same time, when there is no such user, the password is
   *     wrong, or too many were tried. The user's status is not looked at.
   */
  public CompletionStage<Optional<UserId>> verifyAsync(Call call, String email, Password password) {
    return verifyAsync(call, email, password, (tx, user) -> user);
  }

  /**
   * Does the same as {@link #verifyAsync(Call, String, Password)}, with more to do in the
   * transaction that settles the try. The password is locked until the end of the transaction, so a
   * session that is made there belongs to a password that was not changed meanwhile.
   *
   * @param accepted what to do for the user; may run again after a deadlock; returns no null
   */
  public <T> CompletionStage<Optional<T>> verifyAsync(
      Call call, String email, Password password, BiFunction<Handle, UserId, T> accepted) {
    return verifyAsync(call, email, password, (tx, user) -> true, accepted);
  }

  /**
   * Does the same as {@link #verifyAsync(Call, String, Password, BiFunction)}, but can treat the
   * right password like a wrong one.
   *
   * @param isOpen returns whether the right password may succeed; if not, it counts as a wrong one
   */
  public <T> CompletionStage<Optional<T>> verifyAsync(
      Call call,
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
            attempt ->
                checks.check(call, attempt, password, new Using<>(password, isOpen, accepted)));
  }

  /** Does the same as {@link #verifyAsync(Call, String, Password)}, by the user's id. */
  public CompletionStage<Optional<UserId>> verifyAsync(Call call, UserId user, Password password) {
    return verifyAsync(call, user, password, (tx, id) -> id);
  }

  /**
   * Does the same as {@link #verifyAsync(Call, String, Password, BiFunction)}, by the user's id.
   */
  public <T> CompletionStage<Optional<T>> verifyAsync(
      Call call, UserId user, Password password, BiFunction<Handle, UserId, T> accepted) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    requireNonNull(password, "password");
    requireNonNull(accepted, "accepted");
    return checks
        .attempt(call, user)
        .thenCompose(
            attempt ->
                checks.check(
                    call, attempt, password, new Using<>(password, (tx, owner) -> true, accepted)));
  }

  /** Does the same as {@link #verifyAsync(Call, String, Password)}, and waits for the result. */
  public Optional<UserId> verify(Call call, String email, Password password) {
    return Stages.join(verifyAsync(call, email, password));
  }

  /** Does the same as {@link #verifyAsync(Call, UserId, Password)}, and waits for the result. */
  public Optional<UserId> verify(Call call, UserId user, Password password) {
    return Stages.join(verifyAsync(call, user, password));
  }

  private final class Replacing implements PasswordChecks.Purpose<UserId> {
    private final Call call;
    private final Password next;

    Replacing(Call call, Password next) {
      this.call = call;
      this.next = next;
    }

    @Override
    public HashingLane.Part part() {
      return HashingLane.Part.OTHER;
    }

    @Override
    public Optional<PasswordHash> rehash(PasswordHash verified) {
      return Optional.of(hasher.hash(next));
    }

    @Override
    public UserId accept(Handle tx, UserId user, Optional<PasswordHash> rehashed) {
      store.change(tx, call, user, rehashed.orElseThrow());
      return user;
    }
  }

  private final class Using<T> implements PasswordChecks.Purpose<T> {
    private final Password password;
    private final BiPredicate<Handle, UserId> isOpen;
    private final BiFunction<Handle, UserId, T> accepted;

    Using(
        Password password,
        BiPredicate<Handle, UserId> isOpen,
        BiFunction<Handle, UserId, T> accepted) {
      this.password = password;
      this.isOpen = isOpen;
      this.accepted = accepted;
    }

    @Override
    public boolean isOpenTo(Handle tx, UserId user) {
      return isOpen.test(tx, user);
    }

    @Override
    public HashingLane.Part part() {
      return HashingLane.Part.LOGIN;
    }

    @Override
    public Optional<PasswordHash> rehash(PasswordHash verified) {
      return hasher.needsRehash(verified) ? Optional.of(hasher.hash(password)) : Optional.empty();
    }

    @Override
    public T accept(Handle tx, UserId user, Optional<PasswordHash> rehashed) {
      rehashed.ifPresent(
          hash -> Daos.on(tx, CredentialDao.class).updateHash(user.value(), hash.encoded()));
      return accepted.apply(tx, user);
    }
  }
}
