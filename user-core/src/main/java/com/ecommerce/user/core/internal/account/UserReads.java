package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.bulk.UserKeys;
import com.ecommerce.user.core.eventloop.EventLoopConnection;
import com.ecommerce.user.core.internal.batch.BatchLoader;
import com.ecommerce.user.core.internal.batch.EventLoopBatchLoader;
import com.ecommerce.user.core.internal.cache.EventInvalidatedCache.Moment;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.WorkObserver;
import com.ecommerce.user.core.value.UserId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads single users: from the cache if it has a current copy, else from the database. Reads that
 * do not block are batched into few queries, which are executed on the calling event loop if it has
 * a connection of its own. Thread-safe.
 */
public final class UserReads {
  private static final int MAX_BATCH = 100;

  private final Database database;
  private final UserCache cache;
  private final BatchLoader<UserId, Optional<User>> byId;
  private final BatchLoader<Email, Optional<User>> byEmail;

  /** Set on threads that are event loops with a connection. */
  private final ThreadLocal<Loop> loops = new ThreadLocal<>();

  private record Loop(
      EventLoopConnection connection,
      EventLoopBatchLoader<UserId, User> byId,
      EventLoopBatchLoader<Email, User> byEmail) {}

  /**
   * @param executor runs the queries
   * @param concurrency the maximum number of concurrent queries by id, and of those by email
   */
  public UserReads(Database database, UserCache cache, Executor executor, int concurrency) {
    this.database = database;
    this.cache = cache;
    this.byId =
        new BatchLoader<>(
            BatchLoader.reading(this::findAllCurrent), executor, executor, concurrency, MAX_BATCH);
    this.byEmail =
        new BatchLoader<>(
            BatchLoader.reading(this::loadAllByEmail), executor, executor, concurrency, MAX_BATCH);
  }

  /**
   * Reads users over this connection from now on, on the calling thread and whenever the connection
   * is ready.
   */
  public void useOnThisThread(EventLoopConnection connection) {
    loops.set(
        new Loop(
            connection,
            new EventLoopBatchLoader<>(
                connection, ids -> findAll(connection, ids), byId::load, MAX_BATCH),
            new EventLoopBatchLoader<>(
                connection,
                emails -> findAllByEmail(connection, emails),
                byEmail::load,
                MAX_BATCH)));
  }

  /** Finds a user. Never blocks; the stage is complete on return if the cache has the user. */
  CompletionStage<Optional<User>> findAsync(RequestContext call, UserId id) {
    var known = cache.find(id);
    if (known.isPresent()) {
      return CompletableFuture.completedStage(known);
    }
    var loop = loopFor(call);
    return loop.isPresent() ? loop.get().byId().load(call, id) : byId.load(call, id);
  }

  /** Does the same as {@link #findAsync(RequestContext, UserId)}, by email. */
  CompletionStage<Optional<User>> findAsync(RequestContext call, Email email) {
    var known = cache.find(email);
    if (known.isPresent()) {
      return CompletableFuture.completedStage(known);
    }
    var loop = loopFor(call);
    return loop.isPresent() ? loop.get().byEmail().load(call, email) : byEmail.load(call, email);
  }

  /**
   * Returns the loop of this thread if the call can use it. A call whose statements are observed
   * uses the pool, which reports them.
   */
  private Optional<Loop> loopFor(RequestContext call) {
    return Optional.ofNullable(loops.get())
        .filter(loop -> call.observer() == WorkObserver.NONE && loop.connection().isReady());
  }

  private CompletionStage<Map<UserId, User>> findAll(
      EventLoopConnection connection, Set<UserId> ids) {
    var began = cache.now();
    return connection
        .query(UserDao.BY_IDS_ON_LOOP, keys(ids), UserMapper::user)
        .thenApply(users -> kept(users, began));
  }

  private CompletionStage<Map<Email, User>> findAllByEmail(
      EventLoopConnection connection, Set<Email> emails) {
    var began = cache.now();
    return connection
        .query(UserDao.BY_EMAILS_ON_LOOP, addresses(emails), UserMapper::user)
        .thenApply(users -> keptByEmail(users, began));
  }

  Optional<User> find(RequestContext call, UserId id) {
    return cache.find(id).or(() -> findCurrent(call, id));
  }

  /** Finds the users with these ids; ids without a user are left out. */
  Map<UserId, User> findAll(RequestContext call, Set<UserId> ids) {
    Map<UserId, User> users = new HashMap<>();
    ids.forEach(id -> cache.find(id).ifPresent(user -> users.put(id, user)));
    var unknown = ids.stream().filter(id -> !users.containsKey(id)).collect(Collectors.toSet());
    if (!unknown.isEmpty()) {
      users.putAll(findAllCurrent(call, unknown));
    }
    return users;
  }

  /** Finds the current user in the database. */
  Optional<User> findCurrent(RequestContext call, UserId id) {
    return Optional.ofNullable(findAllCurrent(call, Set.of(id)).get(id));
  }

  Optional<User> find(RequestContext call, Email email) {
    return cache
        .find(email)
        .or(() -> Optional.ofNullable(loadAllByEmail(call, Set.of(email)).get(email)));
  }

  /** Finds the current users in the database; ids without a user are left out. */
  Map<UserId, User> findAllCurrent(RequestContext call, Set<UserId> ids) {
    var began = cache.now();
    return kept(database.read(call, handle -> new UserDao(handle).findAll(keys(ids))), began);
  }

  private Map<Email, User> loadAllByEmail(RequestContext call, Set<Email> emails) {
    var began = cache.now();
    return keptByEmail(
        database.read(call, handle -> new UserDao(handle).findAllByEmail(addresses(emails))),
        began);
  }

  /** Finds the current users with these keys in the database, each of them once. */
  List<User> findAllCurrent(RequestContext call, UserKeys keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    var began = cache.now();
    var users = database.read(call, handle -> new UserDao(handle).findAll(keys));
    users.forEach(user -> cache.putByEmail(user, began));
    return users;
  }

  private static UUID[] keys(Set<UserId> ids) {
    return ids.stream().map(UserId::value).toArray(UUID[]::new);
  }

  private static String[] addresses(Set<Email> emails) {
    return emails.stream().map(Email::address).toArray(String[]::new);
  }

  private Map<UserId, User> kept(List<User> users, Moment queryBegan) {
    users.forEach(user -> cache.put(user, queryBegan));
    return users.stream().collect(Collectors.toMap(User::id, Function.identity()));
  }

  private Map<Email, User> keptByEmail(List<User> users, Moment queryBegan) {
    users.forEach(user -> cache.putByEmail(user, queryBegan));
    return users.stream().collect(Collectors.toMap(User::email, Function.identity()));
  }

  UserCache cache() {
    return cache;
  }
}
