package com.ecommerce.user.core.internal.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.ExplainedStatements;
import com.ecommerce.user.core.testing.Interception;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestPostgres;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;

@ExtendWith(PostgresExtension.class)
class EventFeedTest {
  private static TestPostgres otherServer;

  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1);
  private final List<UUID> changed = new ArrayList<>();
  private int gaps;
  private TestDatabase database;
  private Interception interception;
  private EventFeed feed;

  @BeforeAll
  static void startOtherServer() {
    otherServer = TestPostgres.start();
  }

  @AfterAll
  static void stopOtherServer() {
    otherServer.close();
  }

  @BeforeEach
  void follow(TestDatabase ownDatabase) {
    database = ownDatabase;
    interception = new Interception(database.dataSource());
    feed = feedOn(interception.dataSource());
    feed.catchUp();
    assertEquals(1, gaps);
    gaps = 0;
  }

  private EventFeed feedOn(DataSource dataSource) {
    var made = new EventFeed(new Database(dataSource), nanoTime::get);
    made.subscribe(
        Set.of(EventType.USER_UPDATED, EventType.USER_DELETED),
        new EventFeed.Listener() {
          @Override
          public void onEvent(UUID user) {
            changed.add(user);
          }

          @Override
          public void onGap() {
            gaps++;
          }
        });
    return made;
  }

  private static UUID append(Connection connection, EventType type) throws SQLException {
    UUID user = UUID.randomUUID();
    try (var insert =
        connection.prepareStatement(
            "insert into events (id, occurred_at, actor, type, user_id, reason, fields) values (?, now(), '', ?, ?, '', '{}')")) {
      insert.setObject(1, UUID.randomUUID());
      insert.setString(2, type.code());
      insert.setObject(3, user);
      insert.executeUpdate();
    }
    return user;
  }

  private UUID append(EventType type) throws SQLException {
    try (var connection = database.dataSource().getConnection()) {
      return append(connection, type);
    }
  }

  private List<UUID> caughtUp() {
    changed.clear();
    feed.catchUp();
    return List.copyOf(changed);
  }

  @Test
  void catchUp_tellsEachEventOnceOfTheTypesThatWereAskedFor() throws SQLException {
    UUID updated = append(EventType.USER_UPDATED);
    UUID deleted = append(EventType.USER_DELETED);
    append(EventType.ADDRESS_ADDED);

    assertEquals(Set.of(updated, deleted), Set.copyOf(caughtUp()));
    assertEquals(List.of(), caughtUp());
    assertEquals(0, gaps);
  }

  @Test
  void catchUp_passesOverEventsThatAreToBeSkipped() throws SQLException {
    UUID known = append(EventType.USER_UPDATED);
    UUID news = append(EventType.USER_UPDATED);
    feed.skip(
        database.query("select id from events where user_id = ?", known).stream()
            .map(row -> (UUID) row.get("id"))
            .toList());

    assertEquals(List.of(news), caughtUp());
  }

  @Test
  void catchUp_missesNoTransactionThatWasOvertakenByLaterOnes() throws SQLException {
    try (var slow = database.dataSource().getConnection();
        var aborted = database.dataSource().getConnection()) {
      slow.setAutoCommit(false);
      aborted.setAutoCommit(false);
      UUID late = append(slow, EventType.USER_UPDATED);
      append(aborted, EventType.USER_UPDATED);
      UUID early = append(EventType.USER_UPDATED);

      assertEquals(List.of(early), caughtUp());
      UUID next = append(EventType.USER_UPDATED);
      assertEquals(List.of(next), caughtUp());
      assertEquals(List.of(), caughtUp());

      aborted.rollback();
      slow.commit();
      assertEquals(List.of(late), caughtUp());
      assertEquals(List.of(), caughtUp());
      assertEquals(0, gaps);
    }
  }

  @Test
  void catchUp_afterALostDatabase_missesNothing() throws SQLException {
    interception.lose();
    var lost = assertThrows(UserServiceException.class, feed::catchUp);
    assertEquals(ErrorReason.DATABASE_UNAVAILABLE, lost.reason());
    UUID meanwhile = append(EventType.USER_UPDATED);
    nanoTime.addAndGet(Duration.ofSeconds(59).toNanos());
    assertFalse(feed.isCurrent());

    interception.restore();

    assertEquals(List.of(meanwhile), caughtUp());
    assertTrue(feed.isCurrent());
    assertEquals(0, gaps);
  }

  @Test
  void start_afterAnError_pollsOn() throws InterruptedException {
    var gaps = new CountDownLatch(2);
    try (var follower = new EventFeed(new Database(database.dataSource()), nanoTime::get)) {
      follower.subscribe(
          Set.of(),
          new EventFeed.Listener() {
            @Override
            public void onEvent(UUID user) {}

            @Override
            public void onGap() {
              gaps.countDown();
              if (gaps.getCount() > 0) {
                throw new Error("once");
              }
            }
          });

      follower.start();

      assertTrue(gaps.await(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void catchUp_afterALongTime_tellsAGap() throws SQLException {
    append(EventType.USER_UPDATED);
    nanoTime.addAndGet(Duration.ofSeconds(61).toNanos());

    assertEquals(List.of(), caughtUp());
    assertEquals(1, gaps);
    UUID next = append(EventType.USER_UPDATED);
    assertEquals(List.of(next), caughtUp());
  }

  @Test
  void catchUp_withAFlood_tellsAGap() {
    database.execute(
        """
        insert into events (id, occurred_at, actor, type, user_id, reason, fields)
        select gen_random_uuid(), now(), '', 'user.updated', gen_random_uuid(), '', '{}'
        from generate_series(1, 10001)
        """);

    assertEquals(List.of(), caughtUp());
    assertEquals(1, gaps);
    assertEquals(List.of(), caughtUp());
    assertEquals(1, gaps);
  }

  @Test
  void catchUp_onAnotherServer_tellsAGap() {
    var current = new AtomicReference<>(database.dataSource());
    var failingOver = new Failover(current);
    var follower = feedOn(failingOver.dataSource());
    follower.catchUp();
    gaps = 0;

    current.set(otherServer.newDatabase().dataSource());
    follower.catchUp();

    assertEquals(1, gaps);
  }

  @Test
  @Timeout(60)
  void catchUp_afterACrashOfTheServer_tellsAGap() {
    var crashing = otherServer.newDatabase();
    var follower = feedOn(crashing.dataSource());
    follower.catchUp();
    gaps = 0;
    follower.catchUp();
    assertEquals(0, gaps);

    killABackend(crashing);
    // The server may notice the end only after another query, and then refuses connections until
    // it has recovered.
    Await.until(() -> !isAway(follower) && gaps > 0);

    assertEquals(1, gaps);
  }

  /** Kills a backend, which makes PostgreSQL restart all of its processes. */
  private static void killABackend(TestDatabase database) {
    try (var connection = database.dataSource().getConnection()) {
      int process = connection.unwrap(PGConnection.class).getBackendPID();
      ProcessHandle.of(process).orElseThrow().destroyForcibly();
      assertThrows(SQLException.class, () -> waitForTheEnd(connection));
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static void waitForTheEnd(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("select pg_sleep(60)");
    }
  }

  private static boolean isAway(EventFeed follower) {
    try {
      follower.catchUp();
      return false;
    } catch (UserServiceException away) {
      return true;
    }
  }

  /** A data source that returns connections of the current data source. */
  private record Failover(AtomicReference<DataSource> current) {
    DataSource dataSource() {
      return (DataSource)
          Proxy.newProxyInstance(
              EventFeedTest.class.getClassLoader(),
              new Class<?>[] {DataSource.class},
              (self, method, arguments) -> method.invoke(current.get(), arguments));
    }
  }

  @Test
  void catchUp_afterTheDatabaseWasRestored_tellsAGap() {
    caughtUp();
    assertEquals(0, gaps);
    database.execute("alter table events rename to events_before");
    database.execute("create table events (like events_before including all)");
    try {
      assertEquals(List.of(), caughtUp());
      assertEquals(1, gaps);
      caughtUp();
      assertEquals(1, gaps);
    } finally {
      database.execute("drop table events");
      database.execute("alter table events_before rename to events");
    }
  }

  @Test
  void catchUp_ignoresIdsThatThisServerHasNotGivenYet() {
    database.execute(
        """
        insert into events (id, occurred_at, actor, type, user_id, reason, fields, transaction_id)
        select gen_random_uuid(), now(), '', 'user.updated', gen_random_uuid(), '', '{}', '999999999999'::xid8
        from generate_series(1, 10)
        """);

    assertEquals(List.of(), caughtUp());
    assertEquals(0, gaps);
  }

  @Test
  void catchUp_readsByIndexHoweverManyEventsThereAre() throws SQLException {
    database.execute(
        """
        insert into events (id, occurred_at, actor, type, user_id, reason, fields)
        select gen_random_uuid(), now(), '', 'user.created', gen_random_uuid(), '', '{}'
        from generate_series(1, 50000)
        """);
    var explained = new ExplainedStatements(database.dataSource());
    var follower = feedOn(explained.dataSource());
    follower.catchUp();
    explained.takePlans();
    UUID updated = append(EventType.USER_UPDATED);
    changed.clear();

    follower.catchUp();

    assertEquals(List.of(updated), changed);
    String plan = explained.takePlans().get(0);
    assertFalse(plan.contains("Seq Scan on events"), plan);
    assertTrue(plan.contains("events_first_by_transaction"), plan);
  }

  @Test
  void isCurrent_isTrueForThreeSecondsAfterAPollBegan() {
    assertTrue(feed.isCurrent());

    nanoTime.addAndGet(EventFeed.MAX_AGE.toNanos());
    assertTrue(feed.isCurrent());
    assertEquals(Optional.of(EventFeed.MAX_AGE), feed.age());

    nanoTime.incrementAndGet();
    assertFalse(feed.isCurrent());
    feed.catchUp();
    assertTrue(feed.isCurrent());

    feed.close();
    assertFalse(feed.isCurrent());
  }

  @Test
  void isCurrent_isFalseBeforeTheFirstPoll() {
    assertFalse(feedOn(database.dataSource()).isCurrent());
    assertEquals(Optional.empty(), feedOn(database.dataSource()).age());
  }
}
