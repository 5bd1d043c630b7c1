package com.ecommerce.user.core.credential;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.value.UserId;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Handle;

/** Keeps users' passwords. Thread-safe. */
public final class Passwords {
  private final PasswordPolicy policy;
  private final PasswordHasher hasher;
  private final HashingLane lane;

  /** For {@code UserCore}, which is the way to get one. */
  public Passwords(PasswordPolicy policy, PasswordHasher hasher, HashingLane lane) {
    this.policy = policy;
    this.hasher = hasher;
    this.lane = lane;
  }

  /** The rules for new passwords, for edges that report all violations of a request at once. */
  public PasswordPolicy policy() {
    return policy;
  }

  /**
   * Hashes a new password on the hashing lane.
   *
   * @return fails with {@code INVALID_REQUEST} when the password breaks the policy, and with {@code
   *     HASHING_BUSY} at once when too many passwords wait
   */
  public CompletionStage<PasswordHash> hash(
      Call call, Password password, PasswordPolicy.Person person) {
    var violations = new Violations();
    policy.check(violations, "password", password, person);
    violations.throwIfAny();
    return lane.submit(
        () -> {
          call.throwIfCancelled();
          return hasher.hash(password);
        });
  }

  /** Makes this the user's password, in the caller's transaction. */
  public void store(Handle tx, UserId user, PasswordHash hash, Instant now) {
    tx.attach(CredentialDao.class).upsert(user.value(), hash.encoded(), now);
  }
}
