package com.ecommerce.user.core.account;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.internal.Gatherer;
import com.ecommerce.user.core.value.UserId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Reads of single users: from memory where a copy may serve, else from the database, where those
 * that do not block are gathered into few queries. Thread-safe.
 */
public final class UserReads {
  private static final int MAX_BATCH = 100;

  private final Database database;
  private final UserCache cache;
  private final Gatherer<UserId, Optional<User>> byId;
  private final Gatherer<Email, Optional<User>> byEmail;

  /**
   * For {@code UserCore}, which is the way to get one.
   *
   * @param executor runs the queries
   * @param lanes how many queries of a kind run at once
   */
  public UserReads(Database database, UserCache cache, Executor executor, int lanes) {
    this.database = database;
    this.cache = cache;
    this.byId =
        new Gatherer<>(
            Gatherer.reading(this::findAllCurrent), executor, executor, lanes, MAX_BATCH);
    this.byEmail =
        new Gatherer<>(
            Gatherer.reading(this::loadAllByEmail), executor, executor, lanes, MAX_BATCH);
  }

  /** Never blocks; a user from memory is there at once. */
  CompletionStage<Optional<User>> findAsync(Call call, UserId id) {
    var known = cache.find(id);
    return known.isPresent() ? CompletableFuture.completedStage(known) : byId.ask(call, id);
  }

  /** As {@link #findAsync(Call, UserId)}. */
  CompletionStage<Optional<User>> findAsync(Call call, Email email) {
    var known = cache.find(email);
    return known.isPresent() ? CompletableFuture.completedStage(known) : byEmail.ask(call, email);
  }

  Optional<User> find(Call call, UserId id) {
    return cache.find(id).or(() -> findCurrent(call, id));
  }

  /** Those who exist. */
  Map<UserId, User> findAll(Call call, Set<UserId> ids) {
    Map<UserId, User> users = new HashMap<>();
    ids.forEach(id -> cache.find(id).ifPresent(user -> users.put(id, user)));
    var unknown = ids.stream().filter(id -> !users.containsKey(id)).collect(Collectors.toSet());
    if (!unknown.isEmpty()) {
      users.putAll(findAllCurrent(call, unknown));
    }
    return users;
  }

  /** As of now, from the database. */
  Optional<User> findCurrent(Call call, UserId id) {
    return Optional.ofNullable(findAllCurrent(call, Set.of(id)).get(id));
  }

  Optional<User> find(Call call, Email email) {
    return cache
        .find(email)
        .or(() -> Optional.ofNullable(loadAllByEmail(call, Set.of(email)).get(email)));
  }

  /** As {@link #findAll}, as of now, from the database. */
  Map<UserId, User> findAllCurrent(Call call, Set<UserId> ids) {
    var keys = ids.stream().map(UserId::value).toArray(UUID[]::new);
    var began = cache.now();
    var users = database.read(call, handle -> UserDao.findAll(handle, keys));
    users.forEach(user -> cache.put(user, began));
    return users.stream().collect(Collectors.toMap(User::id, Function.identity()));
  }

  private Map<Email, User> loadAllByEmail(Call call, Set<Email> emails) {
    var keys = emails.stream().map(Email::address).toArray(String[]::new);
    var began = cache.now();
    var users = database.read(call, handle -> UserDao.findAllByEmail(handle, keys));
    users.forEach(user -> cache.putByEmail(user, began));
    return users.stream().collect(Collectors.toMap(User::email, Function.identity()));
  }

  /** For each change of a user: no copy of before serves once the transaction has ended. */
  void forgetAtEnd(Handle tx, UserId id) {
    cache.forgetAtEnd(tx, id);
  }

  /** To be taken before the users are read of whose changes {@link #replace} shall keep copies. */
  UserCache.Moment now() {
    return cache.now();
  }

  /** As {@link UserCache#replace}. */
  void replace(User user, UserCache.Moment changeBegan, Collection<UUID> events) {
    cache.replace(user, changeBegan, events);
  }

  /** As {@link UserCache#forget}. */
  void forget(UserId id) {
    cache.forget(id);
  }
}
