package com.ecommerce.user.core.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.call.Actor;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.call.Cancellation;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.internal.ServiceKeys;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.value.UserId;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(PostgresExtension.class)
class GuessGuardTest {
  private final MutableClock clock = MutableClock.atNoon();
  private final UserId user = new UserId(UUID.randomUUID());
  private final Call home = callFrom(UUID.randomUUID() + "/32");
  private final Call elsewhere = callFrom(UUID.randomUUID() + "/32");

  private TestDatabase testDatabase;
  private HikariDataSource pool;
  private Database database;
  private GuessGuard guard;

  @BeforeEach
  void start(TestDatabase ownDatabase) {
    testDatabase = ownDatabase;
    pool = ownDatabase.pool(8);
    database = new Database(pool);
    guard = new GuessGuard(clock, new ServiceKeys(database));
  }

  @AfterEach
  void stop() {
    pool.close();
  }

  @Test
  void fiveWrongOnes_areFree() {
    guessWrong(home, user, 5);

    assertTrue(isOpen(home, user));
    assertTrue(guess(home, user, true));
  }

  @ParameterizedTest
  @CsvSource({"6, 2", "7, 4", "8, 8", "14, 512", "15, 900", "16, 900", "40, 900"})
  void eachFurtherOne_closesTheDoorForLonger(int wrong, int seconds) {
    guessWrong(home, user, wrong);

    assertFalse(isOpen(home, user));
    clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
    assertFalse(isOpen(home, user));
    clock.advance(Duration.ofMillis(1));
    assertTrue(isOpen(home, user));
  }

  @Test
  void triesAtAClosedDoor_areRefusedAndDoNotProlongIt() {
    guessWrong(home, user, 6);
    for (int i = 0; i < 20; i++) {
      assertFalse(guess(home, user, false));
      assertFalse(guess(home, user, true));
    }

    clock.advance(Duration.ofSeconds(2));

    assertTrue(guess(home, user, true));
  }

  @Test
  void success_forgetsWhatWasCounted() {
    guessWrong(home, user, 5);
    assertTrue(guess(home, user, true));

    guessWrong(home, user, 5);

    assertTrue(isOpen(home, user));
  }

  @Test
  void fifteenQuietMinutes_forgetWhatWasCounted() {
    guessWrong(home, user, 5);
    clock.advance(Duration.ofMinutes(15));

    guessWrong(home, user, 5);

    assertTrue(isOpen(home, user));
  }

  @Test
  void quietMinutes_beginWhenTheDoorOpens() {
    guessWrong(home, user, 15);
    clock.advance(Duration.ofMinutes(15));
    assertFalse(guess(home, user, false));
    assertFalse(isOpen(home, user));
    clock.advance(Duration.ofMinutes(30));

    guessWrong(home, user, 5);

    assertTrue(isOpen(home, user));
  }

  @Test
  void otherNetworksAndAccounts_areNotAffected() {
    guessWrong(home, user, 10);

    assertFalse(isOpen(home, user));
    assertTrue(guess(elsewhere, user, true));
    assertTrue(guess(home, new UserId(UUID.randomUUID()), true));
  }

  @Test
  void aNetwork_hasFiftyFreeAcrossAccounts() {
    for (int i = 0; i < 50; i++) {
      assertFalse(guess(home, new UserId(UUID.randomUUID()), false));
    }
    assertTrue(isOpen(home, user));

    assertFalse(guess(home, new UserId(UUID.randomUUID()), false));

    assertFalse(isOpen(home, user));
    assertFalse(guess(home, user, true));
    assertTrue(guess(elsewhere, user, true));
    clock.advance(Duration.ofSeconds(2));
    assertTrue(guess(home, user, true));
  }

  @Test
  void success_takesItsOwnFailuresAloneOffTheNetwork() {
    for (int i = 0; i < 46; i++) {
      assertFalse(guess(home, new UserId(UUID.randomUUID()), false));
    }
    guessWrong(home, user, 4);
    assertTrue(guess(home, user, true));
    assertTrue(guess(home, user, true));

    for (int i = 0; i < 4; i++) {
      assertFalse(guess(home, new UserId(UUID.randomUUID()), false));
    }
    assertTrue(isOpen(home, user));
    assertFalse(guess(home, new UserId(UUID.randomUUID()), false));

    assertFalse(isOpen(home, user));
  }

  @Test
  void success_takesForgottenFailuresOffNothing() {
    guessWrong(home, user, 5);
    clock.advance(GuessGuard.QUIET_TIME);
    for (int i = 0; i < 50; i++) {
      assertFalse(guess(home, new UserId(UUID.randomUUID()), false));
    }
    assertTrue(guess(home, user, true));

    assertFalse(guess(home, new UserId(UUID.randomUUID()), false));

    assertFalse(isOpen(home, user));
  }

  @Test
  void atTheSameTime_onlyTheFreeOnesCountAndARightOneLeaksNothing() {
    var guesses =
        IntStream.range(0, 24)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> guess(home, user, false)))
            .toList();
    guesses.forEach(guess -> assertFalse(guess.join()));

    // It was tried beside them, before the door closed; it is settled after that.
    assertFalse(guess(home, user, true));
    assertEquals(6, failuresOf(home));
  }

  @Test
  void unknownAddress_isCountedLikeAnAccountAndNotKeptAsText() {
    for (int i = 0; i < 6; i++) {
      assertFalse(settle(home, "nobody@example.com", false));
    }

    assertFalse(settle(home, "nobody@example.com", true));
    assertTrue(
        testDatabase
            .query("select encode(account, 'escape') as text from password_guesses")
            .stream()
            .noneMatch(row -> row.get("text").toString().contains("nobody")));
  }

  @Test
  void forget_opensTheDoorFromEveryNetwork() {
    guessWrong(home, user, 9);
    guessWrong(elsewhere, user, 9);

    database.useTransaction(home, tx -> guard.forget(tx, user));

    assertTrue(guess(home, user, true));
    assertTrue(guess(elsewhere, user, true));
  }

  /** As many as that, each soon after the door opens: before anything is forgotten. */
  private void guessWrong(Call call, UserId account, int times) {
    for (int i = 0; i < times; i++) {
      for (int pause = 2; !isOpen(call, account); pause *= 2) {
        clock.advance(Duration.ofSeconds(pause));
      }
      assertFalse(guess(call, account, false));
    }
  }

  private boolean isOpen(Call call, UserId account) {
    return database.read(call, handle -> guard.isOpen(handle, guard.door(handle, call, account)));
  }

  private boolean guess(Call call, UserId account, boolean right) {
    return database.inTransaction(
        call, tx -> guard.settle(tx, guard.door(tx, call, account), right));
  }

  private boolean settle(Call call, String email, boolean right) {
    return database.inTransaction(call, tx -> guard.settle(tx, guard.door(tx, call, email), right));
  }

  private int failuresOf(Call call) {
    return (int)
        testDatabase
            .query(
                "select failures from password_guesses where network = ? and account <> ''",
                call.clientNetwork())
            .get(0)
            .get("failures");
  }

  private static Call callFrom(String network) {
    return new Call(new Actor("tester"), network, Cancellation.NEVER);
  }
}
