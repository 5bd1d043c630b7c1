package com.ecommerce.user.core.internal.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.DatabaseSettings;
import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.Interception;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.zaxxer.hikari.HikariDataSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The base of tests of reads of single users. The cores are not started, so they do not poll; a
 * test decides when one catches up. The database is disconnected to show that a read came from
 * memory.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
abstract class UserCacheTesting {
  static final RequestContext CALL = RequestContext.system();

  final AtomicLong passed = new AtomicLong();
  TestDatabase database;
  Interception interception;
  UserCore core;
  Users users;
  User ada;
  private HikariDataSource pool;

  @BeforeEach
  void open(TestDatabase ownDatabase) {
    database = ownDatabase;
    pool = database.pool(8);
    interception = new Interception(pool);
    core = build(interception, UnaryOperator.identity());
    users = core.users();
    core.catchUp();
    ada = aUser();
  }

  UserCore build(Interception dataSource, UnaryOperator<UserCore.Builder> choices) {
    return choices
        .apply(
            UserCore.builder(dataSource.dataSource())
                .database(DatabaseSettings.DEFAULT.withFeed(dataSource.dataSource()))
                .passwords(TestCore.CHEAP_PASSWORDS)
                .nanoTime(passed::get))
        .build();
  }

  @AfterEach
  void close() {
    core.close();
    pool.close();
  }

  /** Creates a user with a core of its own, since only a started core hashes passwords. */
  User aUser() {
    try (var maker = TestCore.on(database)) {
      return maker.core().users().create(CALL, TestUsers.aUser(UUID.randomUUID() + "@example.com"));
    }
  }

  void assertCached(User expected) {
    interception.lose();
    try {
      assertEquals(expected, users.get(CALL, expected.id()));
      var stage = users.getAsync(CALL, expected.id()).toCompletableFuture();
      assertTrue(stage.isDone());
      assertEquals(expected, stage.join());
    } finally {
      interception.restore();
    }
  }

  void assertNotCached(UserId id) {
    interception.lose();
    try {
      assertEquals(ErrorReason.DATABASE_UNAVAILABLE, reasonOfGet(id));
    } finally {
      interception.restore();
    }
  }

  ErrorReason reasonOfGet(UserId id) {
    return assertThrows(UserServiceException.class, () -> users.get(CALL, id)).reason();
  }
}
