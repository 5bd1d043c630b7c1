package com.ecommerce.user.core.internal.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.DatabaseSettings;
import com.ecommerce.user.core.Migrations;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.directory.UserSort;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** Tests a replica that is a different database, so that its users show which database was read. */
@ExtendWith(PostgresExtension.class)
class ReplicaTest {
  private static final UserSearch ALL =
      new UserSearch("example", UserFilter.ALL, Optional.empty(), Optional.empty());

  private static final UserSort BY_EMAIL = new UserSort(UserSort.Field.EMAIL, true);

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile boolean isAway;
  private TestCore core;

  @BeforeEach
  void start(TestDatabase database) {
    database.execute("drop schema if exists replica cascade");
    database.execute("create schema replica");
    database.execute("delete from users");
    var schema = new PGSimpleDataSource();
    schema.setUrl(database.jdbcUrl());
    schema.setCurrentSchema("replica");
    Migrations.migrate(schema);
    try (var other = TestCore.on(new TestDatabase(schema, database.jdbcUrl()))) {
      create(other, "replica1@example.com");
      create(other, "replica2@example.com");
    }
    core =
        TestCore.on(
            database,
            choices ->
                choices
                    .database(DatabaseSettings.DEFAULT.withReplica(watched(schema)))
                    .nanoTime(nanos::get));
    create(core, "main1@example.com");
    create(core, "main2@example.com");
  }

  @AfterEach
  void stop() {
    core.close();
  }

  private static void create(TestCore at, String email) {
    at.core().users().create(RequestContext.system(), TestUsers.aUser(email));
  }

  /** Counts requests for a connection, and refuses them while the replica is unavailable. */
  private DataSource watched(DataSource replica) {
    return (DataSource)
        Proxy.newProxyInstance(
            ReplicaTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              asked.incrementAndGet();
              if (isAway) {
                throw new SQLException("away", "08001");
              }
              return method.invoke(replica, arguments);
            });
  }

  private List<String> list() {
    return emails(new PageRequest(10, ""));
  }

  private List<String> emails(PageRequest page) {
    return core
        .core()
        .directory()
        .list(RequestContext.system(), UserFilter.ALL, BY_EMAIL, page)
        .items()
        .stream()
        .map(user -> user.email().address())
        .toList();
  }

  @Test
  void listsAndSearches_readTheReplica() {
    var found =
        core.core().directory().search(RequestContext.system(), ALL, new PageRequest(10, ""));

    assertEquals(List.of("replica1@example.com", "replica2@example.com"), list());
    assertEquals(2, found.totalCount());
    assertTrue(found.items().get(0).email().address().startsWith("replica"));
  }

  @Test
  void singleUsers_areReadFromTheMainDatabase() {
    var user =
        core.core().users().getByEmail(RequestContext.system(), Email.parse("main1@example.com"));

    assertEquals(user, core.core().users().get(RequestContext.system(), user.id()));
    assertEquals(0, asked.get());
  }

  @Test
  void aReplicaThatIsAway_isReplacedByTheMainDatabaseAndAskedAgainAfterAPause() {
    isAway = true;

    assertEquals(List.of("main1@example.com", "main2@example.com"), list());
    list();
    assertEquals(1, asked.get());

    isAway = false;
    nanos.addAndGet(Duration.ofSeconds(5).toNanos());
    assertEquals(List.of("replica1@example.com", "replica2@example.com"), list());
    list();
    assertEquals(3, asked.get());
  }

  @Test
  void aReplicaWithoutTheSchema_isReplacedByTheMainDatabase(TestDatabase database) {
    database.execute("drop schema replica cascade");

    assertEquals(List.of("main1@example.com", "main2@example.com"), list());
  }

  @Test
  void pageTokensOfTheReplica_workOnTheMainDatabase() {
    var first =
        core.core()
            .directory()
            .list(RequestContext.system(), UserFilter.ALL, BY_EMAIL, new PageRequest(1, ""));
    isAway = true;

    assertEquals(List.of(), emails(new PageRequest(1, first.nextToken().orElseThrow())));
    assertEquals(2, asked.get());
  }
}
