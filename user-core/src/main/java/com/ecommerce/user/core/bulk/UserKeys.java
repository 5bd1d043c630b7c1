package com.ecommerce.user.core.bulk;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.value.UserId;
import java.util.List;

/**
 * Keys of users to read together, of any kinds. Immutable.
 *
 * @param ids ids of users
 * @param emails current emails; a pending one finds nobody
 * @param externalIds ids in another system
 */
public record UserKeys(List<UserId> ids, List<Email> emails, List<ExternalId> externalIds) {
  /** The maximum number of keys, of all kinds together. */
  public static final int MAX = 100;

  /**
   * Checks the number of keys.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX}
   */
  public UserKeys {
    ids = List.copyOf(ids);
    emails = List.copyOf(emails);
    externalIds = List.copyOf(externalIds);
    int count = ids.size() + emails.size() + externalIds.size();
    if (count > MAX) {
      throw new IllegalArgumentException(count + " keys (expected: at most " + MAX + ")");
    }
  }

  /** Returns whether there are no keys. */
  public boolean isEmpty() {
    return ids.isEmpty() && emails.isEmpty() && externalIds.isEmpty();
  }
}
