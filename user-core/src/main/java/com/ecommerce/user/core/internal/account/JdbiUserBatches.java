package com.ecommerce.user.core.internal.account;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.bulk.FoundUsers;
import com.ecommerce.user.core.bulk.UserBatches;
import com.ecommerce.user.core.bulk.UserKeys;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Implements {@link UserBatches} with Jdbi. */
public final class JdbiUserBatches implements UserBatches {
  private final UserReads reads;

  public JdbiUserBatches(UserReads reads) {
    this.reads = reads;
  }

  @Override
  public FoundUsers get(RequestContext call, UserKeys keys) {
    requireNonNull(call, "call");
    requireNonNull(keys, "keys");
    Map<UserId, User> byId = inMemory(keys.ids(), reads.cache()::find);
    Map<Email, User> byEmail = inMemory(keys.emails(), reads.cache()::find);
    Map<ExternalId, User> byExternalId = new HashMap<>();
    var unknown =
        new UserKeys(
            unknown(keys.ids(), byId), unknown(keys.emails(), byEmail), keys.externalIds());
    reads
        .findAllCurrent(call, unknown)
        .forEach(
            user -> {
              byId.putIfAbsent(user.id(), user);
              byEmail.putIfAbsent(user.email(), user);
              user.externalId().ifPresent(id -> byExternalId.put(id, user));
            });
    return found(keys, byId, byEmail, byExternalId);
  }

  private static <K> Map<K, User> inMemory(List<K> keys, Function<K, Optional<User>> memory) {
    Map<K, User> known = new HashMap<>();
    keys.forEach(key -> memory.apply(key).ifPresent(user -> known.put(key, user)));
    return known;
  }

  private static <K> List<K> unknown(List<K> keys, Map<K, User> known) {
    return keys.stream().filter(key -> !known.containsKey(key)).distinct().toList();
  }

  private static FoundUsers found(
      UserKeys keys,
      Map<UserId, User> byId,
      Map<Email, User> byEmail,
      Map<ExternalId, User> byExternalId) {
    List<User> users = new ArrayList<>();
    var missing =
        new UserKeys(
            addFound(keys.ids(), byId, users),
            addFound(keys.emails(), byEmail, users),
            addFound(keys.externalIds(), byExternalId, users));
    return new FoundUsers(users, missing);
  }

  /** Adds the users of the keys, and returns the keys without one. */
  private static <K> List<K> addFound(List<K> keys, Map<K, User> known, List<User> users) {
    List<K> missing = new ArrayList<>();
    for (K key : keys) {
      Optional.ofNullable(known.get(key)).ifPresentOrElse(users::add, () -> missing.add(key));
    }
    return missing;
  }
}
