package com.ecommerce.user.core.internal.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.ServiceKeys;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.internal.event.JdbiSecurityLog;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.Races;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import com.zaxxer.hikari.HikariDataSource;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(PostgresExtension.class)
class LoginThrottleTest {
  private final MutableClock clock = MutableClock.atNoon();
  private final UserId user = new UserId(UUID.randomUUID());
  private final RequestContext home = callFrom(UUID.randomUUID() + "/32");
  private final RequestContext elsewhere = callFrom(UUID.randomUUID() + "/32");

  private TestDatabase testDatabase;
  private HikariDataSource pool;
  private Database database;
  private SignInOrigins origins;
  private LoginThrottle throttle;
  private final List<UserId> told = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start(TestDatabase ownDatabase) {
    testDatabase = ownDatabase;
    pool = ownDatabase.pool(8);
    database = new Database(pool);
    var keys = new ServiceKeys(database);
    origins = new SignInOrigins(clock, keys);
    throttle =
        new LoginThrottle(clock, keys, origins, security(database, clock), List.of(new Told()));
  }

  static JdbiSecurityLog security(Database database, Clock clock) {
    return new JdbiSecurityLog(database, clock, new EventLog(new Uuids(clock, new SecureRandom())));
  }

  private final class Told implements SignInListener {
    @Override
    public void onNewOrigin(Handle tx, RequestContext call, UserId account, String deviceName) {
      throw new AssertionError("the throttle signs nobody in");
    }

    @Override
    public void onGuessing(Handle tx, RequestContext call, UserId account) {
      told.add(account);
    }
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
  void eachFurtherOne_throttlesForLonger(int wrong, int seconds) {
    guessWrong(home, user, wrong);

    assertFalse(isOpen(home, user));
    clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
    assertFalse(isOpen(home, user));
    clock.advance(Duration.ofMillis(1));
    assertTrue(isOpen(home, user));
  }

  @Test
  void triesWhileThrottled_areRefusedAndProlongNothing() {
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
  void quietMinutes_beginWhenThrottlingEnds() {
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
  void aNetwork_hasFiftyFreeAcrossAccountsAndThenACheckASecond() {
    guessWrongAtOthers(home, 50);
    assertTrue(isOpen(home, user));

    guessWrongAtOthers(home, 1);

    assertFalse(isOpen(home, user));
    assertFalse(guess(home, user, true));
    assertTrue(guess(elsewhere, user, true));
    clock.advance(Duration.ofSeconds(1));
    assertTrue(guess(home, user, true));
    assertFalse(guess(home, user, true));
  }

  @Test
  void aNetworkThatGuessesOn_isNeverShutOutForLonger() {
    for (int i = 0; i < 300; i++) {
      clock.advance(Duration.ofSeconds(1));
      guessWrongAtOthers(home, 1);
    }

    assertFalse(isOpen(home, user));
    clock.advance(Duration.ofSeconds(1));
    assertTrue(isOpen(home, user));
  }

  @Test
  void turnsOfANetwork_areTakenBeforeAnythingIsHashed() {
    guessWrongAtOthers(home, 51);
    clock.advance(Duration.ofSeconds(1));

    var admissions = Races.run(Collections.nCopies(8, () -> admission(home, user)));

    assertEquals(
        1,
        admissions.stream().filter(one -> one.join() == LoginThrottle.Admission.HAS_TURN).count());
    assertEquals(
        7,
        admissions.stream().filter(one -> one.join() == LoginThrottle.Admission.REFUSED).count());
  }

  @Test
  void aTryWithItsTurn_isSettledThoughTheTurnIsTaken() {
    guessWrongAtOthers(home, 50);
    var admission = admission(home, user);

    assertEquals(LoginThrottle.Admission.HAS_TURN, admission);
    assertFalse(isOpen(home, user));
    assertTrue(settle(home, user, admission, true));
  }

  @Test
  void anAccountThatSignedInFromTheNetworkThisMonth_needsNoTurn() {
    UserId neighbour = aUser();
    signIn(home, neighbour);
    clock.advance(Duration.ofDays(29));
    guessWrongAtOthers(home, 51);

    assertFalse(isOpen(home, user));
    assertTrue(guess(home, neighbour, true));
    assertTrue(guess(home, neighbour, true));
    clock.advance(Duration.ofDays(1));
    guessWrongAtOthers(home, 51);
    assertFalse(isOpen(home, neighbour));
  }

  @Test
  void aTurnThatIsFreeAtTheSettlement_isTakenThen() {
    var unjudged = LoginThrottle.Admission.FREE;
    guessWrongAtOthers(home, 50);

    assertTrue(settle(home, user, unjudged, true));
    assertFalse(settle(home, user, unjudged, true));
  }

  @Test
  void anAccount_hasAHundredFreeOverAllNetworksInAnHour() {
    UserId victim = aUser();
    signIn(home, victim);

    guessWrongFromOthers(victim, 99);
    assertTrue(isOpen(elsewhere, victim));
    assertEquals(List.of(), told);
    guessWrongFromOthers(victim, 1);

    assertFalse(isOpen(elsewhere, victim));
    assertFalse(guess(elsewhere, victim, true));
    assertTrue(isOpen(home, victim));
    assertTrue(guess(home, victim, true));
    assertEquals(List.of(victim), told);
    assertTrue(guess(elsewhere, user, true));
  }

  @Test
  void refusalsForAnAccount_endAnHourAfterTheFirstWrongPassword() {
    UserId victim = aUser();
    guessWrongFromOthers(victim, 1);
    clock.advance(Duration.ofMinutes(30));
    guessWrongFromOthers(victim, 99);
    clock.advance(Duration.ofMinutes(30).minusMillis(1));
    assertFalse(guess(elsewhere, victim, false));
    assertFalse(isOpen(elsewhere, victim));

    clock.advance(Duration.ofMillis(1));

    assertTrue(isOpen(elsewhere, victim));
    assertTrue(guess(elsewhere, victim, true));
  }

  @Test
  void ownFailures_areTakenOffTheAccountByARightPassword() {
    UserId victim = aUser();
    guessWrongFromOthers(victim, 95);
    guessWrong(home, victim, 4);
    assertTrue(guess(home, victim, true));

    guessWrongFromOthers(victim, 4);
    assertTrue(isOpen(elsewhere, victim));
    guessWrongFromOthers(victim, 1);

    assertFalse(isOpen(elsewhere, victim));
  }

  @Test
  void anUnknownAddress_isRefusedLikeAnAccount() {
    String nobody = UUID.randomUUID() + "@example.com";
    for (int i = 0; i < 100; i++) {
      assertFalse(settle(callFrom(UUID.randomUUID() + "/32"), nobody, false));
    }

    var admission =
        database.read(home, handle -> throttle.check(handle, throttle.key(handle, home, nobody)));

    assertEquals(LoginThrottle.Admission.REFUSED, admission);
    assertEquals(List.of(), told);
  }

  @Test
  void guessesAtTheSameTimeFromManyNetworks_areCountedOnceEach() {
    UserId victim = aUser();
    var guesses =
        Races.run(
            IntStream.range(0, 40)
                .<Supplier<Boolean>>mapToObj(
                    i ->
                        () -> {
                          guessWrongFromOthers(victim, 5);
                          return true;
                        })
                .toList());
    guesses.forEach(CompletableFuture::join);

    assertEquals(
        100,
        testDatabase
            .query(
                "select failures from password_guesses where network = '*' and failures >= 90"
                    + " order by failures desc limit 1")
            .get(0)
            .get("failures"));
    assertEquals(List.of(victim), told);
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
    clock.advance(LoginThrottle.TURN);
    assertTrue(isOpen(home, user));
    assertFalse(guess(home, new UserId(UUID.randomUUID()), false));

    assertFalse(isOpen(home, user));
  }

  @Test
  void success_takesForgottenFailuresOffNothing() {
    guessWrong(home, user, 5);
    clock.advance(LoginThrottle.QUIET_TIME);
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

    // This attempt was admitted together with the others, but is settled when the free attempts are
    // used up.
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
  void forget_endsThrottlingOfEveryNetwork() {
    guessWrong(home, user, 9);
    guessWrong(elsewhere, user, 9);

    database.useTransaction(home, tx -> throttle.forget(tx, user));

    assertTrue(guess(home, user, true));
    assertTrue(guess(elsewhere, user, true));
  }

  /**
   * Tries that many wrong passwords, each as soon as attempts are admitted again, before any count
   * is reset.
   */
  private void guessWrong(RequestContext call, UserId account, int times) {
    for (int i = 0; i < times; i++) {
      for (int pause = 2; !isOpen(call, account); pause *= 2) {
        clock.advance(Duration.ofSeconds(pause));
      }
      assertFalse(guess(call, account, false));
    }
  }

  private void guessWrongAtOthers(RequestContext call, int times) {
    for (int i = 0; i < times; i++) {
      assertFalse(guess(call, new UserId(UUID.randomUUID()), false));
    }
  }

  private void guessWrongFromOthers(UserId account, int times) {
    for (int i = 0; i < times; i++) {
      assertFalse(guess(callFrom(UUID.randomUUID() + "/32"), account, false));
    }
  }

  private UserId aUser() {
    var id = new UserId(UUID.randomUUID());
    testDatabase.execute(
        """
        insert into users (id, email, display_name, first_name, last_name, avatar_url, status, roles, email_verified,
          phone_verified, bio, gender, language, currency, timezone, company, website, social_link_names,
          social_link_urls, created_at, updated_at, created_by, updated_by, version)
        values (?, ?, '', '', '', '', 'ACTIVE', '{CUSTOMER}', true, false, '', '', '', '', '', '', '', '{}', '{}',
          '2026-01-01', '2026-01-01', 'system', 'system', 1)
        """,
        id.value(),
        id + "@example.com");
    return id;
  }

  private void signIn(RequestContext call, UserId account) {
    database.useTransaction(call, tx -> origins.note(tx, call, account, "phone"));
  }

  /** Settles an attempt as the password checks do. */
  private LoginThrottle.Admission admission(RequestContext call, UserId account) {
    var looked =
        database.read(call, handle -> throttle.check(handle, throttle.key(handle, call, account)));
    return looked == LoginThrottle.Admission.NEEDS_TURN
        ? database.inStatement(
            call, handle -> throttle.takeTurn(handle, throttle.key(handle, call, account)))
        : looked;
  }

  private boolean isOpen(RequestContext call, UserId account) {
    return database.read(
            call, handle -> throttle.check(handle, throttle.key(handle, call, account)))
        != LoginThrottle.Admission.REFUSED;
  }

  private boolean guess(RequestContext call, UserId account, boolean right) {
    return settle(call, account, LoginThrottle.Admission.FREE, right);
  }

  private boolean settle(
      RequestContext call, UserId account, LoginThrottle.Admission admission, boolean right) {
    return database.inTransaction(
        call, tx -> throttle.settle(tx, call, throttle.key(tx, call, account), admission, right));
  }

  private boolean settle(RequestContext call, String email, boolean right) {
    return database.inTransaction(
        call,
        tx ->
            throttle.settle(
                tx, call, throttle.key(tx, call, email), LoginThrottle.Admission.FREE, right));
  }

  private int failuresOf(RequestContext call) {
    return (int)
        testDatabase
            .query(
                "select failures from password_guesses where network = ? and account <> ''",
                call.clientNetwork())
            .get(0)
            .get("failures");
  }

  private static RequestContext callFrom(String network) {
    return new RequestContext(new Actor("tester"), network, Cancellation.NEVER);
  }
}
