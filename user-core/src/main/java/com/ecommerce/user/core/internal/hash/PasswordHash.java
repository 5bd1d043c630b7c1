package com.ecommerce.user.core.internal.hash;

import static java.util.Objects.requireNonNull;

import java.util.stream.Stream;

/**
 * A stored hash. Its text begins with the scheme and the cost: {@code $bcrypt-sha256$…}, {@code
 * $argon2id$…}, or the form of a hash that another system made, such as Django's {@code
 * pbkdf2_sha256$…}. Secret: {@link #toString} masks it.
 *
 * @param encoded the text that is stored
 */
public record PasswordHash(String encoded) {
  public PasswordHash {
    requireNonNull(encoded, "encoded");
  }

  boolean startsWith(String... prefixes) {
    return Stream.of(prefixes).anyMatch(encoded::startsWith);
  }

  @Override
  public String toString() {
    return "PasswordHash[masked]";
  }
}
