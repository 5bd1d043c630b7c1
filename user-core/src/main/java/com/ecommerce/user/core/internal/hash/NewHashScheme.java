package com.ecommerce.user.core.internal.hash;

import com.ecommerce.user.core.credential.Password;
import java.security.SecureRandom;

/** A scheme that new hashes can have. */
interface NewHashScheme extends HashScheme {
  PasswordHash hash(Password password, SecureRandom random);

  /** Returns whether a hash of this scheme is weaker than a new one would be. */
  boolean isWeak(PasswordHash hash);

  /** Returns a hash that matches no password, with the cost of new hashes. */
  PasswordHash unmatchable();
}
