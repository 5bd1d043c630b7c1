package com.ecommerce.user.core.testing;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.PasswordSettings;
import com.zaxxer.hikari.HikariDataSource;
import java.util.function.UnaryOperator;

/**
 * A started {@link UserCore} with a mutable clock and the cheapest hashes, on the test class's own
 * database.
 */
public final class TestCore implements AutoCloseable {
  /** The minimum cost that the service accepts, since tests need many users. */
  public static final PasswordSettings CHEAP_PASSWORDS =
      PasswordSettings.DEFAULT.withHash(HashSettings.bcrypt(HashSettings.MIN_BCRYPT_COST));

  private final HikariDataSource pool;
  private final MutableClock clock = MutableClock.atNoon();
  private final UserCore core;

  private TestCore(TestDatabase database, UnaryOperator<UserCore.Builder> choices) {
    pool = database.pool(16);
    core = choices.apply(UserCore.builder(pool).clock(clock).passwords(CHEAP_PASSWORDS)).build();
    core.start();
  }

  public static TestCore on(TestDatabase database) {
    return new TestCore(database, UnaryOperator.identity());
  }

  /** Starts a core with other settings than the usual ones of tests. */
  public static TestCore on(TestDatabase database, UnaryOperator<UserCore.Builder> choices) {
    return new TestCore(database, choices);
  }

  public UserCore core() {
    return core;
  }

  public MutableClock clock() {
    return clock;
  }

  @Override
  public void close() {
    core.close();
    pool.close();
  }
}
