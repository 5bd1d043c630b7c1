package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.credential.Password;
import java.security.SecureRandom;

/** One way to hash a password. Implementations are stateless. */
interface HashScheme {
  /** Returns whether this scheme wrote the hash. */
  boolean owns(PasswordHash hash);

  PasswordHash hash(Password password, SecureRandom random);

  /**
   * Returns whether the password matches the hash. Takes the same time for both answers.
   *
   * @throws IllegalArgumentException before any hashing, when the hash is malformed or costs more
   *     than is allowed
   */
  boolean verify(Password password, PasswordHash hash);

  /** Returns whether a hash of this scheme is weaker than a new one would be. */
  boolean isWeak(PasswordHash hash);

  /** A hash at the cost of new ones that no password has. */
  PasswordHash unmatchable();
}
