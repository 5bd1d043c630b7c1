package com.ecommerce.user.core.internal.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the keys of several instances on one database. */
@ExtendWith(PostgresExtension.class)
class SigningKeysTest {
  private final MutableClock clock = MutableClock.atNoon();
  private TestDatabase database;
  private TestCore testCore;
  private UserId user;

  @BeforeEach
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    database.execute("delete from signing_keys");
    database.execute("delete from users");
    testCore = anInstance();
    user =
        testCore
            .core()
            .users()
            .create(RequestContext.system(), TestUsers.aUser("ada@example.com"))
            .id();
  }

  @AfterEach
  void stop() {
    testCore.close();
  }

  private TestCore anInstance() {
    return TestCore.on(database, builder -> builder.clock(clock));
  }

  private LoginResult signIn(TestCore core) {
    return core.core().sessions().signIn(RequestContext.system(), user, "");
  }

  private String token(TestCore core) {
    return signIn(core).tokens().accessToken();
  }

  private static String keyOf(String token) throws ParseException {
    return SignedJWT.parse(token).getHeader().getKeyID();
  }

  private static boolean isValid(TestCore core, String token) {
    return core.core().sessions().validate(token).valid();
  }

  private static void assertInvalid(TestCore core, String token) {
    var failure =
        assertThrows(UserServiceException.class, () -> core.core().sessions().authenticate(token));
    assertEquals(ErrorReason.CREDENTIALS_INVALID, failure.reason());
  }

  private List<JWK> publishedKeys() throws ParseException {
    return JWKSet.parse(testCore.core().sessions().jwkSetJson()).getKeys();
  }

  @Test
  void keys_ofInstancesThatStartAtTheSameTime_areOne() throws ParseException {
    var instances = IntStream.range(0, 6).mapToObj(i -> anInstance()).toList();
    try {
      var published =
          instances.stream()
              .map(
                  instance ->
                      CompletableFuture.supplyAsync(() -> instance.core().sessions().jwkSetJson()))
              .toList();

      assertEquals(1, published.stream().map(CompletableFuture::join).distinct().count());
      assertEquals(1, publishedKeys().size());
      assertFalse(testCore.core().sessions().jwkSetJson().contains("\"d\""));
    } finally {
      instances.forEach(TestCore::close);
    }
  }

  @Test
  void keys_areAnnouncedAtAnAgeAndSignADayLater() throws ParseException {
    String first = keyOf(token(testCore));
    clock.advance(SigningKeys.MAX_AGE.minusSeconds(1));
    assertEquals(first, keyOf(token(testCore)));
    assertEquals(1, publishedKeys().size());
    clock.advance(Duration.ofSeconds(1));

    assertEquals(first, keyOf(token(testCore)));
    assertEquals(2, publishedKeys().size());
    clock.advance(Duration.ofDays(1).minusSeconds(1));
    assertEquals(first, keyOf(token(testCore)));
    clock.advance(Duration.ofSeconds(1));

    String second = keyOf(token(testCore));
    assertNotEquals(first, second);
    assertEquals(second, keyOf(token(testCore)));
  }

  @Test
  void keys_thatWereReadASecondBeforeAChange_verifyWhatIsSignedAfterIt() throws ParseException {
    String first = token(testCore);
    var peer = anInstance();
    try {
      for (var pause : List.of(SigningKeys.MAX_AGE, Duration.ofDays(1))) {
        clock.advance(pause.minusSeconds(1));
        // The token has expired, but the keys were read.
        assertInvalid(peer, first);
        clock.advance(Duration.ofSeconds(1));

        assertTrue(isValid(peer, token(testCore)));
      }
      assertNotEquals(keyOf(first), keyOf(token(testCore)));
    } finally {
      peer.close();
    }
  }

  @Test
  void keys_verifyUntilTheirLastTokenIsOver() throws ParseException {
    token(testCore);
    clock.advance(SigningKeys.MAX_AGE);
    token(testCore);
    clock.advance(Duration.ofDays(1).minusSeconds(1));
    String last = token(testCore);
    clock.advance(Duration.ofSeconds(1));
    String next = token(testCore);

    clock.advance(Duration.ofMinutes(14));
    assertTrue(isValid(testCore, last));
    assertTrue(isValid(testCore, next));
    assertEquals(2, publishedKeys().size());
    clock.advance(Duration.ofMinutes(1).plus(SigningKeys.OVERLAP));
    assertEquals(1, publishedKeys().size());
    testCore.core().purge();
    assertEquals(1, database.query("select 1 from signing_keys").size());
  }

  @Test
  void keys_ofInstancesThatReadAtDifferentTimes_changeAtTheSameTime() throws ParseException {
    var other = anInstance();
    try {
      assertEquals(keyOf(token(testCore)), keyOf(token(other)));
      clock.advance(SigningKeys.MAX_AGE);
      token(testCore);
      clock.advance(Duration.ofDays(1).minusSeconds(30));
      token(other);
      clock.advance(Duration.ofSeconds(30));

      assertEquals(keyOf(token(testCore)), keyOf(token(other)));
      assertEquals(2, publishedKeys().size());
    } finally {
      other.close();
    }
  }

  @Test
  void keys_ofInstancesThatReplaceOneAtTheSameTime_areOne() throws ParseException {
    var instances = IntStream.range(0, 6).mapToObj(i -> anInstance()).toList();
    try {
      instances.forEach(instance -> instance.core().sessions().jwkSetJson());
      clock.advance(SigningKeys.MAX_AGE);

      var published =
          instances.stream()
              .map(
                  instance ->
                      CompletableFuture.supplyAsync(() -> instance.core().sessions().jwkSetJson()))
              .toList();
      published.forEach(CompletableFuture::join);

      assertEquals(2, publishedKeys().size());
      assertEquals(
          List.of(Map.of("current", 1L)),
          database.query(
              "select count(*) as current from signing_keys where verifies_until is null"));
    } finally {
      instances.forEach(TestCore::close);
    }
  }

  @Test
  void keys_areReadAgainAlsoWhenTheWorkersAreBusy() throws Exception {
    Executor busy =
        task -> {
          throw new RejectedExecutionException("full");
        };
    try (var instance =
        TestCore.on(database, builder -> builder.clock(clock).workers(Workers.on(busy)))) {
      String token = token(instance);
      clock.advance(Duration.ofMinutes(1));

      var caller = instance.core().sessions().authenticateAsync(RequestContext.system(), token);

      assertTrue(caller.toCompletableFuture().get(30, TimeUnit.SECONDS).ownSession().isPresent());
    }
  }

  @Test
  void keys_thatWereTakenAway_stopToVerifyWithinAMinute() {
    String token = token(testCore);
    assertTrue(isValid(testCore, token));

    database.execute("delete from signing_keys");
    clock.advance(Duration.ofMinutes(1));

    assertInvalid(testCore, token);
    assertTrue(isValid(testCore, token(testCore)));
  }
}
