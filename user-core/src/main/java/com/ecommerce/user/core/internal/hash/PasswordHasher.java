package com.ecommerce.user.core.internal.hash;

import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.InvalidValueException;
import java.security.SecureRandom;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates and verifies hashes. Each call occupies a core for tens to hundreds of milliseconds, so
 * callers go through the hashing pool. Thread-safe.
 */
public final class PasswordHasher {
  private static final Logger log = LoggerFactory.getLogger(PasswordHasher.class);

  /** The name of a hash in traces. */
  public static final String WORK = "hash password";

  private final NewHashScheme current;
  private final List<HashScheme> known;
  private final SecureRandom random;

  public PasswordHasher(HashSettings settings, SecureRandom random) {
    var memory = new HashMemory(Runtime.getRuntime().maxMemory());
    var bcrypt = new BcryptHash(settings.bcryptCost());
    var argon2 = new Argon2Hash(memory);
    this.current =
        switch (settings.algorithm()) {
          case BCRYPT -> bcrypt;
          case ARGON2ID -> argon2;
        };
    this.known =
        List.of(
            bcrypt,
            argon2,
            new Pbkdf2Hash(),
            new PlainBcryptHash(),
            new ScryptHash(memory),
            new FirebaseHash(memory));
    this.random = random;
  }

  public PasswordHash hash(Password password) {
    return current.hash(password, random);
  }

  /**
   * Reads a hash that another system made. Does not hash.
   *
   * @throws InvalidValueException with rule {@code UNKNOWN_HASH} for an unknown scheme, {@code
   *     INVALID_HASH} for a malformed hash, {@code HASH_TOO_COSTLY} for parameters that are not
   *     allowed; no message contains a part of the salt or the digest
   */
  public PasswordHash parse(String encoded) {
    var hash = new PasswordHash(encoded);
    var scheme =
        known.stream()
            .filter(candidate -> candidate.owns(hash))
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidValueException(
                        "UNKNOWN_HASH",
                        "of an unknown scheme (expected: bcrypt, argon2i, argon2id, scrypt, pbkdf2 or fbscrypt, or one of Django's)"));
    try {
      scheme.check(hash);
      return hash;
    } catch (RefusedHashException refused) {
      throw new InvalidValueException(
          refused.isTooCostly() ? "HASH_TOO_COSTLY" : "INVALID_HASH", refused.getMessage());
    }
  }

  /**
   * Returns whether the password matches the hash. A hash of an unknown scheme matches no password;
   * nor does one that is malformed or too costly, which is logged.
   */
  public boolean verify(Password password, PasswordHash hash) {
    try {
      return known.stream()
          .filter(scheme -> scheme.owns(hash))
          .anyMatch(scheme -> scheme.verify(password, hash));
    } catch (RefusedHashException refused) {
      log.error("A stored password hash was refused: {}", refused.getMessage());
      return false;
    }
  }

  /**
   * Returns whether a password that was just verified should be hashed again, with another scheme
   * or a higher cost.
   */
  public boolean needsRehash(PasswordHash hash) {
    return !current.owns(hash) || current.isWeak(hash);
  }

  /** Takes the time of {@link #verify}, for accounts that do not exist. */
  public void verifyNothing(Password password) {
    verify(password, current.unmatchable());
  }
}
