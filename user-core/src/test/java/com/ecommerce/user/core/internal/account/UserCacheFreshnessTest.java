package com.ecommerce.user.core.internal.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.event.EventFeed;
import com.ecommerce.user.core.testing.Interception;
import com.ecommerce.user.core.testing.Races;
import com.ecommerce.user.core.value.UserId;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests that no read returns a copy that is older than allowed, regardless of who changed the user.
 */
class UserCacheFreshnessTest extends UserCacheTesting {
  private UserCore other;
  private HikariDataSource otherPool;

  @BeforeEach
  void openOther() {
    otherPool = database.pool(8);
    other = build(new Interception(otherPool), UnaryOperator.identity());
    other.catchUp();
  }

  @AfterEach
  void closeOther() {
    other.close();
    otherPool.close();
  }

  private static User rename(UserCore by, UserId id, String name) {
    return by.users().update(CALL, id, UserPatch.builder().firstName(name).build());
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
    core.catchUp();
    goOn.countDown();

    assertEquals(ada, overtaken.join());
    assertEquals(renamed, users.get(CALL, ada.id()));
    assertCached(renamed);
  }

  /** Pauses the first query of a batched read between its snapshot and its answer. */
  private static Interception.Step onceOnAReader(CountDownLatch wasRead, CountDownLatch goOn) {
    var steps = new AtomicInteger();
    return () -> {
      if (Thread.currentThread().getName().startsWith("user-reader")
          && steps.incrementAndGet() == 1) {
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
    core.catchUp();
    assertEquals(renamed, users.get(CALL, ada.id()));
    assertCached(renamed);

    var closed = other.users().deactivate(CALL, ada.id(), "");
    core.catchUp();
    assertEquals(closed, users.get(CALL, ada.id()));

    var opened = other.users().reactivate(CALL, ada.id());
    core.catchUp();
    assertEquals(opened, users.get(CALL, ada.id()));

    var seen = other.sessions().signIn(CALL, ada.id(), "").user();
    core.catchUp();
    assertEquals(seen, users.get(CALL, ada.id()));

    other.users().delete(CALL, ada.id(), "");
    core.catchUp();
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

    passed.addAndGet(EventFeed.MAX_AGE.toNanos() + 1);

    assertEquals(renamed, users.get(CALL, ada.id()));
    assertNotCached(ada.id());
    assertTrue(core.userCacheStatistics().bypasses() > 0);
  }

  @Test
  void get_whenTheFeedIsBack_isAnsweredFromMemoryAgainAndNeverWithAnOldCopy() {
    var grace = aUser();
    users.get(CALL, ada.id());
    users.get(CALL, grace.id());
    passed.addAndGet(EventFeed.MAX_AGE.toNanos() + 1);
    var renamed = rename(other, ada.id(), "Augusta");

    core.catchUp();

    assertCached(grace);
    assertEquals(renamed, users.get(CALL, ada.id()));
    assertCached(renamed);
  }

  @Test
  void get_afterAGapOfTheFeed_usesNoCopyOfBefore() {
    users.get(CALL, ada.id());
    // The change has no event, so that only a gap can reveal it.
    database.execute("update users set first_name = 'Augusta' where id = ?", ada.id().value());
    assertCached(ada);
    database.execute(
        """
        insert into events (id, occurred_at, actor, type, user_id, reason, fields)
        select gen_random_uuid(), now(), '', 'user.created', gen_random_uuid(), '', '{}'
        from generate_series(1, 10001)
        """);

    core.catchUp();

    assertEquals("Augusta", users.get(CALL, ada.id()).firstName());
  }

  @Test
  void get_ofARowThatWasChangedByHand_showsItAfterAMinute() {
    users.get(CALL, ada.id());
    database.execute("update users set first_name = 'Augusta' where id = ?", ada.id().value());
    passed.addAndGet(UserCache.MAX_AGE.minus(Duration.ofSeconds(1)).toNanos());
    core.catchUp();
    assertCached(ada);

    passed.addAndGet(Duration.ofSeconds(1).toNanos());

    assertEquals("Augusta", users.get(CALL, ada.id()).firstName());
  }

  @Test
  void put_thatAChangeOvertakes_leavesNothingBehind() {
    var feed = new EventFeed(new Database(interception.dataSource()), passed::get);
    var cache = new UserCache(feed, 50_000_000, passed::get);
    for (int round = 0; round < 10; round++) {
      feed.catchUp();
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
    core.catchUp();
    cache.put(ada, cache.now());
    assertEquals(1, cache.statistics().entries());
  }

  private User likeAda() {
    return UserCodec.decode(new UserId(UUID.randomUUID()), UserCodec.encode(ada));
  }
}
