package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.crypto.Digests;
import com.ecommerce.user.core.request.IdempotencyKey;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Runs the transactions of changes, each at most once for the {@link IdempotencyKey} of its call.
 * Thread-safe.
 *
 * <p>The first statement of such a transaction claims the key: it takes an advisory lock, without
 * waiting, and inserts a row that commits with the change or vanishes with it. If there is a row
 * already, the call is answered from it. If there is none and the lock is taken, a call with the
 * key is running. PostgreSQL releases the lock after the row has become visible to others. For
 * example, of two calls of AddUserAddress with one key, the first inserts a row with the id that
 * the new address will have, and the second reads that address.
 *
 * <p>A row has no personal data: keyed digests (HMAC-SHA256) of the key and of the request, the id
 * of the object that was created, and the reason and message of a failure. The answer is read
 * again. A call without a key runs no additional statement, and one with a key runs one. A failure
 * that is kept takes another one, after its transaction was rolled back.
 */
public final class IdempotentWrites implements Purge {
  /** The time for which keys are kept. */
  public static final Duration LIFETIME = Duration.ofHours(24);

  private static final String KEY_NAME = "idempotency-keys";
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** The reasons that depend on the data. Others recur, or concern only this attempt. */
  private static final Set<ErrorReason> KEPT =
      Set.of(
          ErrorReason.USER_NOT_FOUND,
          ErrorReason.ADDRESS_NOT_FOUND,
          ErrorReason.SESSION_NOT_FOUND,
          ErrorReason.EMAIL_TAKEN,
          ErrorReason.EXTERNAL_ID_TAKEN,
          ErrorReason.USER_SUSPENDED,
          ErrorReason.USER_BANNED,
          ErrorReason.ADDRESS_LIMIT_REACHED,
          ErrorReason.ADDRESS_TYPE_MISMATCH,
          ErrorReason.WEBHOOK_NOT_FOUND,
          ErrorReason.WEBHOOK_DELIVERY_NOT_FOUND,
          ErrorReason.WEBHOOK_LIMIT_REACHED,
          ErrorReason.VERSION_MISMATCH);

  private final Database database;
  private final ServiceKeys keys;
  private final Clock clock;

  public IdempotentWrites(Database database, ServiceKeys keys, Clock clock) {
    this.database = database;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * An earlier call with the key that succeeded.
   *
   * @param object the id of the object that it created
   * @param at the time of the call
   * @param result the number that it returned; 0 for none
   */
  public record Earlier(Optional<UUID> object, Instant at, int result) {}

  /**
   * Does the same as {@link Database#inTransaction} for a change that may run once.
   *
   * @param again returns the answer to a repeated call, in a transaction
   */
  public <T> T inTransaction(
      RequestContext call, Function<Handle, T> work, Function<Handle, T> again) {
    return inTransaction(call, work, (tx, earlier) -> again.apply(tx));
  }

  /** Does the same as {@link #inTransaction(RequestContext, Function, Function)}. */
  public <T> T inTransaction(
      RequestContext call, Function<Handle, T> work, BiFunction<Handle, Earlier, T> again) {
    return creating(call, null, clock.instant(), work, again);
  }

  /** Does the same as {@link Database#useTransaction} for a change that may run once. */
  public void useTransaction(RequestContext call, Consumer<Handle> work) {
    inTransaction(
        call,
        tx -> {
          work.accept(tx);
          return Optional.empty();
        },
        tx -> Optional.empty());
  }

  /**
   * Does the same as {@link Database#inTransaction} for a change that runs once and creates an
   * object.
   *
   * @param object the id that the object will have
   * @param now the time of the call
   * @param again returns the answer to a repeated call, in a transaction
   */
  public <T> T creating(
      RequestContext call,
      @Nullable UUID object,
      Instant now,
      Function<Handle, T> work,
      BiFunction<Handle, Earlier, T> again) {
    var key = call.idempotencyKey();
    if (key.isEmpty()) {
      return database.inTransaction(call, work);
    }
    Function<Handle, T> once =
        tx -> {
          var earlier = claim(tx, call, object, now);
          return earlier.isPresent() ? again.apply(tx, earlier.get()) : work.apply(tx);
        };
    try {
      return database.inTransaction(call, once);
    } catch (UserServiceException failed) {
      if (key.get().isReplayed() || !KEPT.contains(failed.reason()) || keep(call, failed, now)) {
        throw failed;
      }
      // Another call with the key has ended since the rollback. Its answer counts.
      return database.inTransaction(call, once);
    }
  }

  /**
   * Claims the key of a call for its transaction, or returns an earlier call that succeeded. Does
   * nothing for a call without a key.
   *
   * @return empty if the caller is to make the change
   * @throws UserServiceException with the failure of the earlier call; with {@code
   *     IDEMPOTENCY_KEY_REUSED} if that one had another request; with {@code REQUEST_IN_PROGRESS}
   *     if it is still running
   */
  public Optional<Earlier> claim(
      Handle tx, RequestContext call, @Nullable UUID object, Instant now) {
    if (call.idempotencyKey().isEmpty()) {
      return Optional.empty();
    }
    var key = call.idempotencyKey().get();
    var row =
        new IdempotencyKeyDao(tx)
            .claim(id(tx, call, key), request(tx, key), object, now, now.minus(LIFETIME));
    if (row.isClaimed()) {
      return Optional.empty();
    }
    return Optional.of(
        row.known().map(known -> answer(tx, key, known)).orElseThrow(IdempotentWrites::running));
  }

  /**
   * Returns an earlier call with the key that succeeded, for a change whose conditions no longer
   * hold once it was made, such as a token that can be used once.
   *
   * @throws UserServiceException as for {@link #claim}
   */
  public Optional<Earlier> find(Handle handle, RequestContext call) {
    return call.idempotencyKey()
        .flatMap(
            key ->
                new IdempotencyKeyDao(handle)
                    .find(id(handle, call, key), clock.instant().minus(LIFETIME))
                    .map(known -> answer(handle, key, known)));
  }

  /** Stores the number that the call will return. The transaction must have claimed its key. */
  public void setResult(Handle tx, RequestContext call, int result) {
    call.idempotencyKey()
        .ifPresent(key -> new IdempotencyKeyDao(tx).setResult(id(tx, call, key), result));
  }

  /**
   * Gives up the key of a call that is refused although its transaction commits, so that a repeated
   * call is checked anew.
   */
  public void release(Handle tx, RequestContext call) {
    call.idempotencyKey().ifPresent(key -> new IdempotencyKeyDao(tx).delete(id(tx, call, key)));
  }

  private boolean keep(RequestContext call, UserServiceException failed, Instant now) {
    var key = call.idempotencyKey().orElseThrow();
    return database.inStatement(
        call.detached(),
        handle ->
            new IdempotencyKeyDao(handle)
                .keep(
                    id(handle, call, key),
                    request(handle, key),
                    StoredFailure.of(failed),
                    now,
                    now.minus(LIFETIME)));
  }

  private Earlier answer(Handle handle, IdempotencyKey key, IdempotencyKeyDao.Known known) {
    if (!Arrays.equals(known.request(), request(handle, key))) {
      throw UserServiceException.invalid(
          ErrorReason.IDEMPOTENCY_KEY_REUSED,
          "idempotency-key",
          "used for another request (expected: a new key for each request)");
    }
    key.noteReplay();
    known
        .failure()
        .ifPresent(
            failure -> {
              throw failure.toException();
            });
    return new Earlier(known.object(), known.createdAt(), known.result());
  }

  private static UserServiceException running() {
    return UserServiceException.retryLater(
        ErrorReason.REQUEST_IN_PROGRESS,
        "a call with this idempotency key is running (expected: a retry)",
        RETRY_AFTER);
  }

  private byte[] id(Handle handle, RequestContext call, IdempotencyKey key) {
    String scope = call.actor().name() + '\n' + key.method() + '\n' + key.text();
    return keys.digest(handle, KEY_NAME, scope);
  }

  private byte[] request(Handle handle, IdempotencyKey key) {
    return Digests.hmacSha256(keys.secret(handle, KEY_NAME), key.request());
  }

  @Override
  public int purge(Handle tx, Instant now, int limit) {
    return new IdempotencyKeyDao(tx).deleteUntil(now.minus(LIFETIME), limit);
  }
}
