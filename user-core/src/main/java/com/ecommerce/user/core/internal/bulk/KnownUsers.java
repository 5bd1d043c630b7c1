package com.ecommerce.user.core.internal.bulk;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.bulk.ImportedUser;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.value.UserId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The users whom the keys of some rows find, by their keys. */
final class KnownUsers {
  private final Map<UserId, KnownUser> byId = new HashMap<>();
  private final Map<Email, KnownUser> byEmail = new HashMap<>();
  private final Map<ExternalId, KnownUser> byExternalId = new HashMap<>();

  KnownUsers(List<KnownUser> users) {
    for (var user : users) {
      byId.put(user.id(), user);
      byEmail.put(user.email(), user);
      user.externalId().ifPresent(id -> byExternalId.put(id, user));
    }
  }

  /** Returns the user whom the row updates; empty if it creates one or conflicts with others. */
  Optional<KnownUser> target(ImportedUser row) {
    if (row.id().isPresent()) {
      return row.id().map(byId::get);
    }
    return row.externalId()
        .map(byExternalId::get)
        .or(() -> Optional.ofNullable(byEmail.get(row.email())));
  }

  /**
   * Checks that no user other than the target has a key of the row.
   *
   * @param target the user whom the row updates; empty if there is none
   * @throws UserServiceException with {@code EMAIL_TAKEN} or {@code EXTERNAL_ID_TAKEN}
   */
  void requireNoConflict(ImportedUser row, Optional<KnownUser> target) {
    var own = target.map(KnownUser::id);
    if (row.externalId().map(byExternalId::get).filter(user -> !isUser(own, user)).isPresent()) {
      throw UserServiceException.alreadyExists(
          ErrorReason.EXTERNAL_ID_TAKEN,
          "external_id",
          "external_id: taken (expected: one that no other user has)");
    }
    var owner = Optional.ofNullable(byEmail.get(row.email()));
    if (owner.filter(user -> !isUser(own, user) || isAnother(row, user)).isPresent()) {
      throw UserServiceException.alreadyExists(
          ErrorReason.EMAIL_TAKEN,
          "email",
          "email: taken (expected: an address that no other user has)");
    }
  }

  private static boolean isUser(Optional<UserId> id, KnownUser user) {
    return id.equals(Optional.of(user.id()));
  }

  /** Returns whether the row and the user have different external ids, and the row has no id. */
  private static boolean isAnother(ImportedUser row, KnownUser user) {
    return row.id().isEmpty()
        && row.externalId().isPresent()
        && user.externalId().isPresent()
        && !user.externalId().equals(row.externalId());
  }
}
