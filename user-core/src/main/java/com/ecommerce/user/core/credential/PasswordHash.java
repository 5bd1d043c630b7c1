package com.ecommerce.user.core.credential;

/**
 * A stored hash, which says its scheme and cost: {@code $bcrypt-sha256$…}, {@code $argon2id$…} or,
 * from the service's predecessor, {@code pbkdf2_sha256$…}. Secret: {@link #toString} masks it.
 *
 * @param encoded the text that is stored
 */
public record PasswordHash(String encoded) {
  @Override
  public String toString() {
    return "PasswordHash[masked]";
  }
}
