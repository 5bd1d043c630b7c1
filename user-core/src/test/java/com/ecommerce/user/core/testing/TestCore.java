package com.ecommerce.user.core.testing;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.credential.HashSettings;
import com.zaxxer.hikari.HikariDataSource;
import java.util.function.UnaryOperator;

/**
 * A started {@link UserCore} with a clock to move and the cheapest hashes, on a test class's own
 * database.
 */
public final class TestCore implements AutoCloseable {
  /** The least cost that the service accepts: tests need many users, not safe ones. */
  public static final HashSettings CHEAP_HASHES = HashSettings.bcrypt(4);

  private final HikariDataSource pool;
  private final MutableClock clock = MutableClock.atNoon();
  private final UserCore core;

  private TestCore(TestDatabase database, UnaryOperator<UserCore.Builder> choices) {
    pool = database.pool(16);
    core = choices.apply(UserCore.builder(pool).clock(clock).hashSettings(CHEAP_HASHES)).build();
    core.start();
  }

  public static TestCore on(TestDatabase database) {
    return new TestCore(database, UnaryOperator.identity());
  }

  /** With other choices than the tests' usual ones. */
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
