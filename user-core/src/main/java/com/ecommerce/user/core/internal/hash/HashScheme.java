package com.ecommerce.user.core.internal.hash;

import com.ecommerce.user.core.credential.Password;

/** A scheme of password hashes that stored hashes use. Implementations are thread-safe. */
interface HashScheme {
  /** Returns whether this scheme wrote the hash. */
  boolean owns(PasswordHash hash);

  /**
   * Checks that the hash has the form of this scheme and costs no more than is allowed. Does not
   * hash.
   *
   * @throws RefusedHashException if it is not allowed
   */
  void check(PasswordHash hash);

  /**
   * Returns whether the password matches the hash. Takes the same time for both answers.
   *
   * @throws RefusedHashException before any hashing, as {@link #check} does
   */
  boolean verify(Password password, PasswordHash hash);
}
