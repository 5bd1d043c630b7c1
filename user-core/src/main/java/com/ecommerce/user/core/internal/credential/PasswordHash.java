package com.ecommerce.user.core.internal.credential;

import static java.util.Objects.requireNonNull;

/**
 * A stored hash, which says its scheme and cost: {@code $bcrypt-sha256$…}, {@code $argon2id$…} or,
 * from the service's predecessor, {@code pbkdf2_sha256$…}. Secret: {@link #toString} masks it.
 *
 * @param encoded the text that is stored
 */
public record PasswordHash(String encoded) {
  public PasswordHash {
    requireNonNull(encoded, "encoded");
  }

  @Override
  public String toString() {
    return "PasswordHash[masked]";
  }
}
