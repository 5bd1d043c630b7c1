package com.ecommerce.user.core.internal.bulk;

import com.ecommerce.user.core.bulk.ImportedUser;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.crypto.Digests;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A row of an import whose passwords have been checked, and hashed if necessary.
 *
 * @param index the place of the row among the rows of its call
 * @param row null if the row is refused
 * @param hash the password to store; empty to keep the current one
 * @param failure the failure with which the row is refused; empty if it is not refused
 */
record PreparedRow(
    int index,
    ImportedUser row,
    Optional<PasswordHash> hash,
    Optional<UserServiceException> failure) {
  private static final int DIGEST_BYTES = 16;

  /** Returns the digest of the hash that the other system has; null if the row has none. */
  byte[] passwordDigest() {
    return row.passwordHash().map(PreparedRow::digest).orElse(null);
  }

  private static byte[] digest(String hash) {
    return Arrays.copyOf(Digests.sha256(hash.getBytes(StandardCharsets.UTF_8)), DIGEST_BYTES);
  }

  /** Returns all keys by which the row may find a user. */
  Set<Object> keys() {
    Stream<Optional<?>> keys = Stream.of(row.id(), row.externalId(), Optional.of(row.email()));
    return keys.flatMap(Optional::stream).collect(Collectors.toSet());
  }
}
