package com.ecommerce.user.core.internal.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.value.UserId;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests which reads are answered from memory, the size of the cache, and its counters. */
class UserCacheTest extends UserCacheTesting {
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
  void unknownUsers_areAskedForEachTime() {
    var id = new UserId(UUID.randomUUID());
    assertEquals(ErrorReason.USER_NOT_FOUND, reasonOfGet(id));

    assertNotCached(id);
  }

  @Test
  void cacheOfNoBytes_keepsNothing() {
    try (var uncached = build(interception, builder -> builder.cacheBytes(0))) {
      uncached.catchUp();
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
      small.catchUp();
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
