package com.example.embedding;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.Migrations;
import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserFilter;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserSort;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.lang.reflect.Proxy;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The core as another project uses it: from outside its packages, with what is public. */
@ExtendWith(PostgresExtension.class)
class EmbeddingTest {
  @Test
  void embedder_runsUseCasesInItsOwnProcess(TestDatabase database) {
    try (var pool = database.pool(4);
        var core = UserCore.builder(pool).hashSettings(HashSettings.bcrypt(4)).build()) {
      core.start();

      User created = core.users().create(Call.system(), newUser("embedded@example.com"));
      var patch = UserPatch.builder().firstName("Augusta").build();
      core.users().update(Call.system(), created.id(), patch);

      User read = core.users().get(Call.system(), created.id());
      assertEquals("Augusta", read.firstName());
      assertEquals(2, read.audit().version());
      var page =
          core.directory()
              .list(Call.system(), UserFilter.ALL, UserSort.NEWEST_FIRST, PageRequest.FIRST);
      assertEquals(1, page.totalCount());
      core.users().delete(Call.system(), created.id(), "the test is over");
      var failure =
          assertThrows(
              UserServiceException.class, () -> core.users().get(Call.system(), created.id()));
      assertEquals(ErrorReason.USER_NOT_FOUND, failure.reason());
    }
  }

  @Test
  void build_doesNoInputOrOutputAndStartsNoThread() {
    var before = Thread.getAllStackTraces().keySet();

    try (var core = UserCore.builder(untouchable()).build()) {
      var after = Thread.getAllStackTraces().keySet();
      assertFalse(
          after.stream()
              .filter(thread -> !before.contains(thread))
              .anyMatch(thread -> thread.getName().matches("(password-hash|health-probe).*")));
      assertThrows(
          IllegalStateException.class,
          () -> core.users().getByEmail(Call.system(), Email.parse("ada@example.com")));
    }
  }

  @Test
  void start_isRefusedASecondTimeAndAfterTheEnd(TestDatabase database) {
    try (var pool = database.pool(4);
        var core = UserCore.builder(pool).build();
        var closed = UserCore.builder(pool).build()) {
      core.start();
      closed.close();

      assertThrows(IllegalStateException.class, core::start);
      assertThrows(IllegalStateException.class, closed::start);
    }
  }

  @Test
  void close_leavesOpenWhatTheEmbedderOpened(TestDatabase database) {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (var pool = database.pool(2)) {
      try (var core = UserCore.builder(pool).executor(executor).build()) {
        core.start();
        core.health().check().toCompletableFuture().join();
      }

      assertFalse(pool.isClosed());
      assertDoesNotThrow(() -> pool.getConnection().close());
      assertFalse(executor.isShutdown());
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void migrate_isACallOfItsOwnThatMayBeRepeated(TestDatabase database) {
    database.execute("create schema shop");
    var shop = new org.postgresql.ds.PGSimpleDataSource();
    shop.setUrl(database.jdbcUrl());
    shop.setCurrentSchema("shop,public");

    int applied = Migrations.migrate(shop);

    assertEquals(0, Migrations.migrate(shop));
    assertEquals(
        (long) applied,
        database
            .query("select count(*) as n from shop.user_schema_history where version <> '0'")
            .get(0)
            .get("n"));
  }

  private static NewUser newUser(String email) {
    return NewUser.builder()
        .email(email)
        .password("correct horse battery")
        .firstName("Ada")
        .lastName("Lovelace")
        .build();
  }

  /** Fails at every method, so that whoever touches it is seen. */
  private static DataSource untouchable() {
    return (DataSource)
        Proxy.newProxyInstance(
            EmbeddingTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              throw new IllegalStateException("the data source was touched: " + method.getName());
            });
  }
}
