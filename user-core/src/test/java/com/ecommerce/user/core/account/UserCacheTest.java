package com.ecommerce.user.core.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventFeed;
import com.ecommerce.user.core.testing.Interception;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.Races;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What reads of single users show. Nothing polls by itself here: the cores are not started, and a
 * test says when one catches up. Whether a read came from memory is told by losing the database.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class UserCacheTest {
  private static final Call CALL = Call.system();

  private final AtomicLong passed = new AtomicLong();
  private TestDatabase database;
  private HikariDataSource pool;
  private HikariDataSource otherPool;
  private Interception interception;
  private UserCore core;
  private UserCore other;
  private Users users;
  private User ada;

  @BeforeEach
  void open(TestDatabase ownDatabase) {
    database = ownDatabase;
    pool = database.pool(8);
    otherPool = database.pool(8);
    interception = new Interception(pool);
    core = build(interception, UnaryOperator.identity());
    other = build(new Interception(otherPool), UnaryOperator.identity());
    users = core.users();
    core.eventFeed().catchUp();
    other.eventFeed().catchUp();
    ada = aUser();
  }

  private UserCore build(Interception dataSource, UnaryOperator<UserCore.Builder> choices) {
    return choices
        .apply(
            UserCore.builder(dataSource.dataSource())
                .probeDataSource(dataSource.dataSource())
                .hashSettings(TestCore.CHEAP_HASHES)
                .nanoTime(() -> System.nanoTime() + passed.get()))
        .build();
  }

  @AfterEach
  void close() {
    core.close();
    other.close();
    pool.close();
    otherPool.close();
  }

  /** Made by a core of its own, since passwords are hashed by started ones only. */
  private User aUser() {
    try (var maker = TestCore.on(database)) {
      return maker.core().users().create(CALL, TestUsers.aUser(UUID.randomUUID() + "@example.com"));
    }
  }

  private static User rename(UserCore by, UserId id, String name) {
    return by.users().update(CALL, id, UserPatch.builder().firstName(name).build());
  }

  private void assertCached(User expected) {
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

  private void assertNotCached(UserId id) {
    interception.lose();
    try {
      assertEquals(ErrorReason.DATABASE_UNAVAILABLE, reasonOfGet(id));
    } finally {
      interception.restore();
    }
  }

  private ErrorReason reasonOfGet(UserId id) {
    return assertThrows(UserServiceException.class, () -> users.get(CALL, id)).reason();
  }

  @Test
  void get_isAnsweredFromMemoryTheSecondTime() {
    assertNotCached(ada.id());

    assertEquals(ada, users.getAsync(CALL, ada.id()).toCompletableFuture().join());

    assertCached(ada);
  }

  @Test
  void getByEmail_isAnsweredFromMemoryTheSecondTime() {
    assertEquals(ada, users.getByEmail(CALL, ada.email()));

    interception.lose();

    assertEquals(ada, users.getByEmail(CALL, ada.email()));
    assertEquals(ada, users.get(CALL, ada.id()));
    var stage = users.getByEmailAsync(CALL, ada.email()).toCompletableFuture();
    assertTrue(stage.isDone());
    assertEquals(ada, stage.join());
  }

  @Test
  void getByEmail_ofAnEmailThatWentToSomebodyElse_findsThem() {
    var email = users.getByEmail(CALL, ada.email()).email();
    users.update(
        CALL, ada.id(), UserPatch.builder().email(Email.parse("new-" + email.address())).build());
    assertEquals(ErrorReason.USER_NOT_FOUND, reasonOfGetByEmail(email));
    var grace = aUser();
    var moved = users.update(CALL, grace.id(), UserPatch.builder().email(email).build());

    assertEquals(moved, users.getByEmail(CALL, email));
    interception.lose();
    assertEquals(moved, users.getByEmail(CALL, email));
  }

  private ErrorReason reasonOfGetByEmail(Email email) {
    return assertThrows(UserServiceException.class, () -> users.getByEmail(CALL, email)).reason();
  }

  @Test
  void ownChanges_showAtOnce() {
    users.get(CALL, ada.id());
    assertEquals(rename(core, ada.id(), "Augusta"), users.get(CALL, ada.id()));

    assertEquals(users.deactivate(CALL, ada.id(), ""), users.get(CALL, ada.id()));
    assertEquals(users.reactivate(CALL, ada.id()), users.get(CALL, ada.id()));
    assertCached(users.get(CALL, ada.id()));

    users.delete(CALL, ada.id(), "");
    assertEquals(ErrorReason.USER_NOT_FOUND, reasonOfGet(ada.id()));
    assertEquals(ErrorReason.USER_NOT_FOUND, reasonOfGetByEmail(ada.email()));
  }

  @Test
  void ownLogin_showsAtOnce() {
    users.get(CALL, ada.id());

    var seen = core.sessions().signIn(CALL, ada.id(), "").user();

    assertEquals(seen, users.get(CALL, ada.id()));
    assertTrue(seen.lastLoginAt().isPresent());
  }

  @Test
  void ownChange_whoseCommitGotNoAnswer_showsAtOnce() {
    users.get(CALL, ada.id());
    interception.afterCommit(
        () -> {
          throw new SQLException("the connection broke", "08006");
        });

    var failed =
        assertThrows(UserServiceException.class, () -> rename(core, ada.id(), "Augusta")).reason();

    assertEquals(ErrorReason.DATABASE_UNAVAILABLE, failed);
    interception.afterCommit(() -> {});
    assertEquals("Augusta", users.get(CALL, ada.id()).firstName());
  }

  @Test
  void read_thatIsOvertakenByAnOwnChange_leavesNoOldCopy() throws InterruptedException {
    var wasRead = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    interception.afterExecute(onceOnAReader(wasRead, goOn));
    var overtaken = users.getAsync(CALL, ada.id()).toCompletableFuture();
    wasRead.await();

    var renamed = rename(core, ada.id(), "Augusta");
    goOn.countDown();

    assertEquals(ada, overtaken.join());
    assertEquals(renamed, users.get(CALL, ada.id()));
    assertCached(renamed);
  }

  @Test
  void read_thatIsOvertakenByAnotherInstance_leavesNoOldCopy() throws InterruptedException {
    var wasRead = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    interception.afterExecute(onceOnAReader(wasRead, goOn));
    var overtaken = users.getAsync(CALL, ada.id()).toCompletableFuture();
    wasRead.await();

    var renamed = rename(other, ada.id(), "Augusta");
    core.eventFeed().catchUp();
    goOn.countDown();

    assertEquals(ada, overtaken.join());
    assertEquals(renamed, users.get(CALL, ada.id()));
    assertCached(renamed);
  }

  /** Keeps the first query of a gathered read between its snapshot and its answer. */
  private static Interception.Step onceOnAReader(CountDownLatch wasRead, CountDownLatch goOn) {
    var steps = new AtomicInteger();
    return () -> {
      if (Thread.currentThread().getName().equals("user-reader") && steps.incrementAndGet() == 1) {
        wasRead.countDown();
        try {
          goOn.await();
        } catch (InterruptedException interrupted) {
          throw new SQLException("interrupted", interrupted);
        }
      }
    };
  }

  @Test
  void changesOfAnotherInstance_showOnceTheFeedHasCaughtUp() {
    users.get(CALL, ada.id());

    var renamed = rename(other, ada.id(), "Augusta");
    core.eventFeed().catchUp();
    assertEquals(renamed, users.get(CALL, ada.id()));
    assertCached(renamed);

    var closed = other.users().deactivate(CALL, ada.id(), "");
    core.eventFeed().catchUp();
    assertEquals(closed, users.get(CALL, ada.id()));

    var opened = other.users().reactivate(CALL, ada.id());
    core.eventFeed().catchUp();
    assertEquals(opened, users.get(CALL, ada.id()));

    var seen = other.sessions().signIn(CALL, ada.id(), "").user();
    core.eventFeed().catchUp();
    assertEquals(seen, users.get(CALL, ada.id()));

    other.users().delete(CALL, ada.id(), "");
    core.eventFeed().catchUp();
    assertEquals(ErrorReason.USER_NOT_FOUND, reasonOfGet(ada.id()));
  }

  @Test
  void getCurrent_isNeverAnsweredFromMemory() {
    users.get(CALL, ada.id());

    var renamed = rename(other, ada.id(), "Augusta");

    assertEquals(renamed, users.getCurrent(CALL, ada.id()));
  }

  @Test
  void get_withoutTheFeedForThreeSeconds_readsTheDatabase() {
    users.get(CALL, ada.id());
    var renamed = rename(other, ada.id(), "Augusta");

    passed.addAndGet(EventFeed.MAX_AGE.toNanos());

    assertEquals(renamed, users.get(CALL, ada.id()));
    assertNotCached(ada.id());
    assertTrue(core.userCacheStatistics().bypasses() > 0);
  }

  @Test
  void get_whenTheFeedIsBack_isAnsweredFromMemoryAgainAndNeverWithAnOldCopy() {
    var grace = aUser();
    users.get(CALL, ada.id());
    users.get(CALL, grace.id());
    passed.addAndGet(EventFeed.MAX_AGE.toNanos());
    var renamed = rename(other, ada.id(), "Augusta");

    core.eventFeed().catchUp();

    assertCached(grace);
    assertEquals(renamed, users.get(CALL, ada.id()));
    assertCached(renamed);
  }

  @Test
  void get_afterAGapOfTheFeed_usesNoCopyOfBefore() {
    users.get(CALL, ada.id());
    // Past the event log, so that only a gap can tell of it.
    database.execute("update users set first_name = 'Augusta' where id = ?", ada.id().value());
    assertCached(ada);
    database.execute(
        """
        insert into events (id, occurred_at, actor, type, user_id, reason, fields)
        select gen_random_uuid(), now(), '', 'user.created', gen_random_uuid(), '', '{}'
        from generate_series(1, 10001)
        """);

    core.eventFeed().catchUp();

    assertEquals("Augusta", users.get(CALL, ada.id()).firstName());
  }

  @Test
  void get_ofARowThatWasChangedByHand_showsItAfterAMinute() {
    users.get(CALL, ada.id());
    database.execute("update users set first_name = 'Augusta' where id = ?", ada.id().value());
    passed.addAndGet(UserCache.MAX_AGE.minus(Duration.ofSeconds(1)).toNanos());
    core.eventFeed().catchUp();
    assertCached(ada);

    passed.addAndGet(Duration.ofSeconds(1).toNanos());

    assertEquals("Augusta", users.get(CALL, ada.id()).firstName());
  }

  @Test
  void unknownUsers_areAskedForEachTime() {
    var id = new UserId(UUID.randomUUID());
    assertEquals(ErrorReason.USER_NOT_FOUND, reasonOfGet(id));

    assertNotCached(id);
  }

  @Test
  void cacheOfNoBytes_keepsNothing() {
    try (var uncached = build(interception, builder -> builder.cacheBytes(0))) {
      uncached.eventFeed().catchUp();
      uncached.users().get(CALL, ada.id());
      uncached.users().getByEmail(CALL, ada.email());

      interception.lose();

      assertThrows(UserServiceException.class, () -> uncached.users().get(CALL, ada.id()));
      assertThrows(
          UserServiceException.class, () -> uncached.users().getByEmail(CALL, ada.email()));
    } finally {
      interception.restore();
    }
  }

  @Test
  void cache_staysWithinItsBytes() {
    try (var small = build(interception, builder -> builder.cacheBytes(5_000))) {
      small.eventFeed().catchUp();
      database.execute(
          """
          insert into users (id, email, display_name, first_name, last_name, avatar_url, status, roles, email_verified,
            phone_verified, bio, gender, language, currency, timezone, company, website, social_link_names,
            social_link_urls, created_at, updated_at, created_by, updated_by, version)
          select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, n || '@many.example.com', 'Many', '', '',
            '', 'ACTIVE', '{CUSTOMER}', true, false, '', '', '', '', '', '', '', '{}', '{}', now(), now(), '', '', 1
          from generate_series(1, 100) as n
          """);

      IntStream.rangeClosed(1, 100)
          .forEach(n -> small.users().getByEmail(CALL, Email.parse(n + "@many.example.com")));

      var statistics = small.userCacheStatistics();
      assertEquals(100, statistics.misses());
      assertTrue(statistics.bytes() <= 5_000, statistics::toString);
      assertTrue(statistics.entries() >= 10, statistics::toString);
      assertEquals(100 - statistics.entries(), statistics.evictions());
    }
  }

  @Test
  void put_thatAChangeOvertakes_leavesNothingBehind() {
    var cache = new UserCache(core.eventFeed(), 50_000_000, System::nanoTime);
    for (int round = 0; round < 10; round++) {
      core.eventFeed().catchUp();
      var copies = Stream.generate(this::likeAda).limit(2_000).toList();
      var began = cache.now();
      var progress = new AtomicInteger();
      List<Supplier<Boolean>> both =
          List.of(
              () -> {
                for (User copy : copies) {
                  progress.incrementAndGet();
                  cache.put(copy, began);
                }
                return true;
              },
              () -> {
                for (int i = 0; i < copies.size(); i++) {
                  while (progress.get() <= i) {
                    Thread.onSpinWait();
                  }
                  cache.forget(copies.get(i).id());
                }
                return true;
              });

      Races.run(both).forEach(CompletableFuture::join);

      assertEquals(0, cache.statistics().entries());
    }
    core.eventFeed().catchUp();
    cache.put(ada, cache.now());
    assertEquals(1, cache.statistics().entries());
  }

  private User likeAda() {
    return UserCodec.decode(new UserId(UUID.randomUUID()), UserCodec.encode(ada));
  }

  @Test
  void statistics_tellHitsAndMisses() {
    users.get(CALL, ada.id());
    users.get(CALL, ada.id());
    users.getAsync(CALL, ada.id());

    var statistics = core.userCacheStatistics();

    assertEquals(2, statistics.hits());
    assertEquals(1, statistics.misses());
    assertEquals(0, statistics.bypasses());
    assertEquals(1, statistics.entries());
  }

  @Test
  void coreThatWasNotStarted_readsTheDatabase() {
    try (var idle = build(interception, UnaryOperator.identity())) {
      idle.users().get(CALL, ada.id());
      interception.lose();

      assertThrows(UserServiceException.class, () -> idle.users().get(CALL, ada.id()));
    } finally {
      interception.restore();
    }
  }
}
