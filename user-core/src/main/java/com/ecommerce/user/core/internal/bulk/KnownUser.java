package com.ecommerce.user.core.internal.bulk;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;

/**
 * A user who has a key of a row, with the digests that the last import has stored.
 *
 * @param rowDigest the digest of the row that the user was last imported from; null if there is
 *     none
 * @param passwordDigest the digest of the password hash in that row; null if there is none
 */
record KnownUser(
    UserId id,
    Email email,
    Optional<ExternalId> externalId,
    byte[] rowDigest,
    byte[] passwordDigest,
    Optional<PasswordHash> hash) {}
