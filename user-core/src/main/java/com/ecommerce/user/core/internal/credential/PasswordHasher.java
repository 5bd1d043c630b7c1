package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.Password;
import java.security.SecureRandom;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and checks hashes. Each call occupies a core for tens to hundreds of milliseconds, so
 * callers go through the {@link HashingPool}. Thread-safe.
 */
public final class PasswordHasher {
  private static final Logger log = LoggerFactory.getLogger(PasswordHasher.class);

  /** The name of a hash in traces. */
  static final String WORK = "hash password";

  private final HashScheme current;
  private final List<HashScheme> known;
  private final SecureRandom random;

  public PasswordHasher(HashSettings settings, SecureRandom random) {
    var bcrypt = new BcryptHash(settings.bcryptCost());
    var argon2id = new Argon2idHash();
    this.current =
        switch (settings.algorithm()) {
          case BCRYPT -> bcrypt;
          case ARGON2ID -> argon2id;
        };
    this.known = List.of(bcrypt, argon2id, new DjangoHash());
    this.random = random;
  }

  public PasswordHash hash(Password password) {
    return current.hash(password, random);
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
    } catch (IllegalArgumentException refused) {
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
