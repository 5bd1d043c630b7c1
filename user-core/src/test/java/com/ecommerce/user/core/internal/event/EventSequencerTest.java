package com.ecommerce.user.core.internal.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

@ExtendWith(PostgresExtension.class)
class EventSequencerTest {
  private static final AtomicInteger lastId = new AtomicInteger();

  private TestDatabase database;
  private EventSequencer sequencer;

  @BeforeEach
  void begin(TestDatabase ownDatabase) {
    database = ownDatabase;
    sequencer = sequencer();
    sequencer.advance();
  }

  private EventSequencer sequencer() {
    return new EventSequencer(new Database(database.dataSource()), new Random());
  }

  private Connection transaction() throws SQLException {
    var connection = database.dataSource().getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  /** Returns an id above all earlier ones. */
  private static UUID nextId() {
    return new UUID(0x0190_0000_0000_7000L, lastId.incrementAndGet());
  }

  private static UUID append(Connection connection, UUID user, Long version) throws SQLException {
    UUID id = nextId();
    try (var insert =
        connection.prepareStatement(
            """
            insert into events (id, occurred_at, actor, type, user_id, reason, fields, user_version)
            values (?, '2026-03-01', 'system', 'user.updated', ?, '', '{}', ?)
            """)) {
      insert.setObject(1, id);
      insert.setObject(2, user);
      insert.setObject(3, version);
      insert.executeUpdate();
    }
    return id;
  }

  private UUID append(UUID user, Long version) throws SQLException {
    try (var connection = database.dataSource().getConnection()) {
      return append(connection, user, version);
    }
  }

  /** Returns the ids of the events after the position, in their order. */
  private List<Object> after(long position) {
    return database
        .query(
            "select event_id from event_positions where position > ? order by position", position)
        .stream()
        .map(row -> row.get("event_id"))
        .toList();
  }

  @Test
  void call_leavesALongBacklogToTheBackground() throws SQLException {
    long start = sequencer.advanceQuickly().position();
    database.execute(
        """
        insert into events (id, occurred_at, actor, type, user_id, reason, fields)
        select gen_random_uuid(), '2026-03-01', 'system', 'user.imported', gen_random_uuid(), '', '{}'
        from generate_series(1, ?)
        """,
        EventSequencer.MAX_QUICK + 1);

    var state = sequencer.advanceQuickly();

    assertEquals(start, state.position());
    assertTrue(state.isBehind());
    assertEquals(start + EventSequencer.MAX_QUICK + 1, sequencer.advance().position());
    append(UUID.randomUUID(), null);
    assertEquals(start + EventSequencer.MAX_QUICK + 2, sequencer.advanceQuickly().position());
    // Other tests put events in the order of their ids.
    database.execute(
        """
        do $$ begin
          set local session_replication_role = replica;
          delete from events where type = 'user.imported';
        end $$
        """);
  }

  /** A client that has changed a user finds the event while another instance assigns positions. */
  @Test
  void call_waitsForAShortBatchOfAnotherInstance() throws Exception {
    long start = sequencer.advanceQuickly().position();
    try (var another = transaction();
        var statement = another.createStatement()) {
      statement.execute("select from event_sequence for update");
      append(UUID.randomUUID(), null);
      // Connections read the state, find the row locked, read the state again, and then find it
      // unlocked.
      var connections = new AtomicInteger();
      var dataSource =
          new PGSimpleDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
              if (connections.incrementAndGet() == 3) {
                another.commit();
              }
              return super.getConnection();
            }
          };
      dataSource.setUrl(database.jdbcUrl());

      var state = new EventSequencer(new Database(dataSource), new Random()).advanceQuickly();

      assertEquals(start + 1, state.position());
    }
  }

  @Test
  void call_doesNotWaitForALongBatchOfAnotherInstance() throws Exception {
    long start = sequencer.advanceQuickly().position();
    try (var another = transaction();
        var statement = another.createStatement()) {
      statement.execute("select from event_sequence for update");
      append(UUID.randomUUID(), null);

      var state = sequencer.advanceQuickly();

      assertEquals(start, state.position());
      assertTrue(state.isBehind());
    }
  }

  @Test
  void event_ofALongTransaction_comesAfterThoseThatWereCommittedBefore() throws SQLException {
    long start = sequencer.advance().position();
    try (var slow = transaction();
        var fast = transaction()) {
      UUID first = append(slow, UUID.randomUUID(), null);
      UUID second = append(fast, UUID.randomUUID(), null);
      fast.commit();
      long reached = sequencer.advance().position();
      assertEquals(List.of(second), after(start));

      slow.commit();
      sequencer.advance();

      assertEquals(List.of(first), after(reached));
      assertEquals(List.of(second, first), after(start));
    }
  }

  @Test
  void eventsOfAUser_areInTheOrderOfTheVersions_whateverTheIdsOfTheirTransactions()
      throws SQLException {
    long start = sequencer.advance().position();
    UUID user = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    try (var early = transaction();
        var late = transaction()) {
      // The first transaction gets its id, and an id for its event, before the second one.
      UUID ofOther = append(early, other, 1L);
      UUID third = nextId();
      UUID second = append(late, user, 2L);
      late.commit();
      try (var insert =
          early.prepareStatement(
              """
              insert into events (id, occurred_at, actor, type, user_id, reason, fields, user_version)
              values (?, '2026-03-01', 'system', 'user.updated', ?, '', '{}', 3)
              """)) {
        insert.setObject(1, third);
        insert.setObject(2, user);
        insert.executeUpdate();
      }
      UUID withoutVersion = append(early, user, null);
      early.commit();

      sequencer.advance();

      assertEquals(List.of(ofOther, second, third, withoutVersion), after(start));
    }
  }

  @Test
  void events_getPositions_evenIfThatTakesLongerThanOtherStatementsMay() throws Exception {
    var dataSource = new PGSimpleDataSource();
    dataSource.setUrl(database.jdbcUrl());
    dataSource.setSocketTimeout(5);
    var limited = new EventSequencer(new Database(dataSource), new Random());
    long start = limited.advance().position();
    append(UUID.randomUUID(), null);
    try (var blocker = transaction();
        var statement = blocker.createStatement()) {
      statement.execute("lock table event_positions in share mode");
      var advanced = CompletableFuture.supplyAsync(limited::advance);
      statement.execute("select pg_sleep(6)");
      blocker.commit();

      assertEquals(start + 1, advanced.get().position());
    }
  }

  @Test
  void rolledBackEvent_getsNoPosition() throws SQLException {
    long start = sequencer.advance().position();
    try (var connection = transaction()) {
      append(connection, UUID.randomUUID(), null);
      sequencer.advance();
      connection.rollback();
    }

    assertFalse(sequencer.advance().isBehind());
    assertEquals(List.of(), after(start));
  }

  @Test
  void sequencersOfSeveralInstances_giveEachEventOnePosition() throws Exception {
    long start = sequencer.advance().position();
    int writers = 4;
    int each = 50;
    var threads = Executors.newFixedThreadPool(2 * writers);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        UUID user = UUID.randomUUID();
        running.add(
            threads.submit(
                () -> {
                  for (long version = 1; version <= each; version++) {
                    append(user, version);
                  }
                  return null;
                }));
        var another = sequencer();
        running.add(
            threads.submit(
                () -> {
                  for (int round = 0; round < each; round++) {
                    another.advance();
                  }
                }));
      }
      for (var one : running) {
        one.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    long end = sequencer.advance().position();

    assertEquals(start + writers * each, end);
    assertEquals(writers * each, after(start).stream().distinct().count());
    assertEquals(
        List.of(),
        database.query(
            """
            select * from (
              select e.user_version, lag(e.user_version) over (partition by e.user_id order by p.position) as earlier
              from event_positions p join events e on e.id = p.event_id where p.position > ?) as pairs
            where earlier >= user_version
            """,
            start));
  }

  @Test
  void anotherServer_beginsATimeline_whereTheLastOneEnded() throws SQLException {
    append(UUID.randomUUID(), null);
    var before = sequencer.advance();
    database.execute("update event_sequence set server = 'before the failover'");
    append(UUID.randomUUID(), null);

    var after = sequencer.advance();

    assertNotEquals(before.timeline(), after.timeline());
    assertEquals(before.position() + 1, after.position());
    assertEquals(
        before.position(),
        database
            .query("select begins_after from event_timelines order by number desc limit 1")
            .get(0)
            .get("begins_after"));
  }

  @Test
  void restoredEvents_whoseIdsAreAboveThoseOfTheNewCluster_getPositionsOnce() throws SQLException {
    restored("900000000000");
  }

  @Test
  void restoredEvents_whoseIdsAreAssignedAgain_getPositionsOnce() throws SQLException {
    restored(
        database
            .query("select (pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 3)::text as id")
            .get(0)
            .get("id")
            .toString());
  }

  /**
   * Makes events look as they do after a restore into another cluster: some have positions, and one
   * was committed after the last batch of the old cluster.
   */
  private void restored(String firstId) throws SQLException {
    append(UUID.randomUUID(), null);
    append(UUID.randomUUID(), null);
    long start = sequencer.advance().position();
    UUID without = append(UUID.randomUUID(), null);
    database.execute(
        """
        do $$ begin
          set local session_replication_role = replica;
          update events e set transaction_id = (%1$s + number)::text::xid8
          from (select id, row_number() over (order by id) as number from events) as numbered where numbered.id = e.id;
          update event_sequence set cluster = 'another', server = 'another',
            seen = ((select max(transaction_id)::text from events) || ':'
              || (select max(transaction_id)::text from events) || ':')::pg_snapshot;
        end $$
        """
            .formatted(firstId));
    UUID written = append(UUID.randomUUID(), null);

    sequencer.advance();

    assertEquals(List.of(without, written), after(start));
    // The ids of restored events are assigned again by these.
    List<UUID> more = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      more.add(append(UUID.randomUUID(), null));
      sequencer.advance();
    }
    var all = new ArrayList<Object>(List.of(without, written));
    all.addAll(more);
    assertEquals(all, after(start));
    assertTrue(
        database
            .query("select event_id from event_positions group by event_id having count(*) > 1")
            .isEmpty());
  }
}
