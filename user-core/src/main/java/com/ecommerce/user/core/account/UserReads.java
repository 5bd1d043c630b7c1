package com.ecommerce.user.core.account;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.internal.Gatherer;
import com.ecommerce.user.core.value.UserId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads of single users that never block, gathered into few queries. Thread-safe. */
public final class UserReads {
  private static final int MAX_BATCH = 100;

  private final Database database;
  private final Gatherer<UserId, User> byId;
  private final Gatherer<Email, User> byEmail;

  /**
   * For {@code UserCore}, which is the way to get one.
   *
   * @param executor runs the queries
   * @param lanes how many queries of a kind run at once
   */
  public UserReads(Database database, Executor executor, int lanes) {
    this.database = database;
    this.byId = new Gatherer<>(this::findAll, executor, lanes, MAX_BATCH);
    this.byEmail = new Gatherer<>(this::findAllByEmail, executor, lanes, MAX_BATCH);
  }

  CompletionStage<Optional<User>> byId(Call call, UserId id) {
    return byId.read(call, id);
  }

  CompletionStage<Optional<User>> byEmail(Call call, Email email) {
    return byEmail.read(call, email);
  }

  private Map<UserId, User> findAll(Call call, Set<UserId> ids) {
    var keys = ids.stream().map(UserId::value).toArray(UUID[]::new);
    return database.read(call, handle -> handle.attach(UserDao.class).findAll(keys)).stream()
        .collect(Collectors.toMap(User::id, Function.identity()));
  }

  private Map<Email, User> findAllByEmail(Call call, Set<Email> emails) {
    var keys = emails.stream().map(Email::address).toArray(String[]::new);
    return database.read(call, handle -> handle.attach(UserDao.class).findAllByEmail(keys)).stream()
        .collect(Collectors.toMap(User::email, Function.identity()));
  }
}
