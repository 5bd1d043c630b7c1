package com.ecommerce.user.core.internal.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the keys of several instances on one database. */
@ExtendWith(PostgresExtension.class)
class JweCookieSealTest {
  private static final String COOKIE = "__Host-session";
  private static final Duration SHORTLY = Duration.ofMinutes(9);

  private final MutableClock clock = MutableClock.atNoon();
  private TestDatabase database;
  private JweCookieSeal seal;
  private JweCookieSeal other;

  @BeforeEach
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    database.execute("delete from cookie_keys");
    seal = anInstance();
    other = anInstance();
  }

  private JweCookieSeal anInstance() {
    return new JweCookieSeal(new Database(database.dataSource()), clock, new SecureRandom());
  }

  private int keys() {
    return database.query("select number from cookie_keys").size();
  }

  /** Returns the part of a sealed value that names the key. */
  private static String keyOf(String sealed) {
    return sealed.substring(0, sealed.indexOf('.'));
  }

  @Test
  void value_isOpenedByEveryInstanceUnderItsCookieOnly() {
    String sealed = seal.seal(COOKIE, "value");

    assertEquals(Optional.of("value"), other.open(COOKIE, sealed));
    assertEquals(Optional.empty(), other.open("__Host-console", sealed));
    assertEquals(Optional.empty(), other.open(COOKIE, "value"));
    assertEquals(1, keys());
  }

  @Test
  void nextKey_sealsOnlyWhenAllInstancesHaveReadIt() {
    String before = seal.seal(COOKIE, "before");
    clock.advance(JweCookieSeal.MAX_AGE.minus(SHORTLY));
    other.load();
    clock.advance(SHORTLY);
    seal.load();
    assertEquals(2, keys());
    assertTrue(other.isReady());

    String announced = seal.seal(COOKIE, "announced");

    assertEquals(keyOf(before), keyOf(announced));
    assertEquals(Optional.of("announced"), other.open(COOKIE, announced));

    clock.advance(JweCookieSeal.ANNOUNCEMENT);
    assertFalse(other.isReady());
    other.load();
    String after = seal.seal(COOKIE, "after");

    assertNotEquals(keyOf(before), keyOf(after));
    assertEquals(Optional.of("after"), other.open(COOKIE, after));
    assertEquals(Optional.of("before"), other.open(COOKIE, before));
    assertEquals(2, keys());
  }

  @Test
  void instances_thatNeedAKeyAtTheSameTime_createOne() {
    IntStream.range(0, 8)
        .mapToObj(i -> CompletableFuture.runAsync(anInstance()::load))
        .toList()
        .forEach(CompletableFuture::join);

    assertEquals(1, keys());
  }

  @Test
  void replacedKey_isDeletedWhenNoCookieOfItCanBeValid() {
    String sealed = seal.seal(COOKIE, "value");
    clock.advance(JweCookieSeal.MAX_AGE);
    seal.load();
    clock.advance(TokenSettings.MAX_SESSION_LIFETIME.plus(JweCookieSeal.ANNOUNCEMENT));
    purge();
    assertEquals(Optional.of("value"), anInstance().open(COOKIE, sealed));

    clock.advance(Duration.ofDays(1));
    purge();

    assertEquals(Optional.empty(), anInstance().open(COOKIE, sealed));
  }

  private void purge() {
    new Database(database.dataSource())
        .useTransaction(
            RequestContext.system(), tx -> JweCookieSeal.purge(tx, clock.instant(), 100));
  }

  @Test
  void keysThatAnOperatorDeletes_openNothingAfterTenMinutes() {
    String sealed = seal.seal(COOKIE, "value");
    database.execute("delete from cookie_keys");
    clock.advance(JweCookieSeal.MAX_UNSEEN);
    assertFalse(seal.isReady());

    seal.load();

    assertEquals(Optional.empty(), seal.open(COOKIE, sealed));
    assertEquals(Optional.of("next"), seal.open(COOKIE, seal.seal(COOKIE, "next")));
  }
}
