package com.ecommerce.user.core.internal.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.patch.VersionCondition;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferencePatch;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.IdempotencyKey;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.core.request.WorkObserver;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.testing.Interception;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.Races;
import com.ecommerce.user.core.testing.TestAddresses;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestMailbox;
import com.ecommerce.user.core.testing.TestUsers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests repeated calls with an idempotency key, on two instances with one database. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdempotentWritesTest {
  private static final RequestContext CALL = RequestContext.by(new Actor("service:shop"));
  private static final Password PASSWORD = Password.parse(TestUsers.PASSWORD);
  private static final int AT_ONCE = 50;

  private final AtomicInteger numbers = new AtomicInteger();
  private TestDatabase database;
  private TestCore one;
  private TestCore other;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    one = TestCore.on(database);
    other = TestCore.on(database, builder -> builder.clock(one.clock()));
  }

  @AfterAll
  void stop() {
    other.close();
    one.close();
  }

  private String aKey() {
    return "key-" + numbers.incrementAndGet();
  }

  private String anEmail() {
    return "idem" + numbers.incrementAndGet() + "@example.com";
  }

  private User aUser() {
    return one.core().users().create(CALL, TestUsers.aUser(anEmail()));
  }

  private static RequestContext keyed(String key) {
    return keyed(CALL, key, "request");
  }

  private static RequestContext keyed(RequestContext call, String key, String request) {
    return call.with(IdempotencyKey.of(key, "Method", request.getBytes(StandardCharsets.UTF_8)));
  }

  private static UserServiceException failureOf(Executable call) {
    return assertThrows(UserServiceException.class, call);
  }

  private long count(String sql, Object... arguments) {
    return ((Number) database.query(sql, arguments).get(0).get("count")).longValue();
  }

  private long eventsOf(User user) {
    return count("select count(*) from events where user_id = ?", user.id().value());
  }

  private static UserPatch name(String name) {
    return UserPatch.builder().firstName(name).build();
  }

  @Test
  void create_isDoneOnceAndGetsTheSameAnswer() {
    var email = anEmail();
    String key = aKey();
    var first = keyed(key);
    User created = one.core().users().create(first, TestUsers.aUser(email));
    one.core().users().update(CALL, created.id(), name("Later"));

    var again = keyed(key);
    User repeated = other.core().users().create(again, TestUsers.aUser(email));

    assertFalse(first.isReplayed());
    assertTrue(again.isReplayed());
    assertEquals(created, repeated);
    assertEquals(1, count("select count(*) from users where email = ?", email));
  }

  @Test
  void key_belongsToItsCallerAndMethod() {
    User user = aUser();
    String key = aKey();
    var users = one.core().users();
    users.update(keyed(key), user.id(), name("A"));

    var byAnother = keyed(RequestContext.by(new Actor("service:desk")), key, "request");
    var ofAnother = CALL.with(IdempotencyKey.of(key, "Other", new byte[] {1}));

    assertEquals(3, users.update(byAnother, user.id(), name("B")).audit().version());
    assertEquals(4, users.update(ofAnother, user.id(), name("C")).audit().version());
  }

  @Test
  void key_isRefusedForAnotherRequest() {
    User user = aUser();
    String key = aKey();
    one.core().users().update(keyed(key), user.id(), name("A"));

    var failure =
        failureOf(
            () ->
                other
                    .core()
                    .users()
                    .update(keyed(CALL, key, "another request"), user.id(), name("B")));

    assertEquals(ErrorReason.IDEMPOTENCY_KEY_REUSED, failure.reason());
    assertEquals("A", one.core().users().getCurrent(CALL, user.id()).firstName());
  }

  @Test
  void everyKindOfChange_hasOneEffect() {
    User user = aUser();
    var users = one.core().users();
    var addresses = one.core().addresses();
    requireOnce(user, call -> users.update(call, user.id(), name("Once")));
    requireOnce(
        user,
        call ->
            users
                .updateAsync(call, user.id(), current -> name(current.firstName() + "+"))
                .toCompletableFuture()
                .join());
    requireOnce(
        user,
        call -> users.updateAsync(call, user.id(), name("Plain")).toCompletableFuture().join());
    var address =
        requireOnce(
            user,
            call -> addresses.add(call, user.id(), TestAddresses.anAddress(AddressType.SHIPPING)));
    requireOnce(
        user,
        call ->
            addresses.setDefault(
                call, user.id(), address.id(), AddressType.SHIPPING, VersionCondition.ANY));
    requireOnce(
        user,
        call -> {
          addresses.delete(call, user.id(), address.id(), VersionCondition.ANY);
          return true;
        });
    requireOnce(
        user,
        call ->
            one.core()
                .preferences()
                .update(
                    call,
                    user.id(),
                    PreferencePatch.builder().set(Preference.values()[0], false).build()));
    login(CALL, user);
    login(CALL, user);
    Integer ended =
        requireOnce(
            user, call -> one.core().sessions().revokeAll(call, user.id(), Optional.empty()));
    assertEquals(2, ended.intValue());
    requireOnce(user, call -> users.deactivate(call, user.id(), "", VersionCondition.ANY));
    requireOnce(user, call -> users.reactivate(call, user.id(), VersionCondition.ANY));
    requireOnce(
        user,
        call -> {
          users.delete(call, user.id(), "", VersionCondition.ANY);
          return true;
        });
  }

  /** Makes a call twice, and returns its answer. */
  private <T> T requireOnce(User user, Function<RequestContext, T> change) {
    String key = aKey();
    T answer = change.apply(keyed(key));
    long events = eventsOf(user);
    var again = keyed(key);
    assertEquals(answer, change.apply(again));
    assertTrue(again.isReplayed());
    assertEquals(events, eventsOf(user));
    return answer;
  }

  @Test
  void manyCallsAtOnce_haveOneEffectAndOneAnswer() {
    User user = aUser();
    String key = aKey();
    List<Supplier<UUID>> calls =
        IntStream.range(0, AT_ONCE).<Supplier<UUID>>mapToObj(i -> () -> add(user, key, i)).toList();

    var outcomes = Races.run(calls);

    var ids = outcomes.stream().map(outcome -> outcome.join()).collect(Collectors.toSet());
    assertEquals(1, ids.size());
    assertEquals(1, count("select count(*) from addresses where user_id = ?", user.id().value()));
  }

  /** Adds an address, and tries again while a call with the key runs. */
  private UUID add(User user, String key, int number) {
    var core = (number % 2 == 0 ? one : other).core();
    for (int attempt = 0; attempt < 10_000; attempt++) {
      try {
        return core.addresses()
            .add(keyed(key), user.id(), TestAddresses.anAddress(AddressType.BILLING))
            .id()
            .value();
      } catch (UserServiceException failed) {
        assertEquals(ErrorReason.REQUEST_IN_PROGRESS, failed.reason());
        assertTrue(failed.retryAfter().isPresent());
        Thread.onSpinWait();
      }
    }
    throw new AssertionError("the first call never ended");
  }

  @Test
  void runningCall_makesAnotherOneFailAtOnce() throws Exception {
    User user = aUser();
    String key = aKey();
    var locked = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var thread = Executors.newSingleThreadExecutor();
    try {
      var running =
          thread.submit(
              () ->
                  one.core()
                      .users()
                      .updateAsync(
                          keyed(key),
                          user.id(),
                          current -> {
                            locked.countDown();
                            await(release);
                            return name("Slow");
                          })
                      .toCompletableFuture()
                      .join());
      await(locked);

      var failure =
          failureOf(() -> other.core().users().update(keyed(key), user.id(), name("Slow")));

      assertEquals(ErrorReason.REQUEST_IN_PROGRESS, failure.reason());
      assertEquals(Optional.of(Duration.ofSeconds(1)), failure.retryAfter());
      release.countDown();
      assertEquals("Slow", running.get(30, TimeUnit.SECONDS).firstName());
      var again = keyed(key);
      assertEquals("Slow", other.core().users().update(again, user.id(), name("Slow")).firstName());
      assertTrue(again.isReplayed());
    } finally {
      release.countDown();
      thread.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Test
  void connectionLostAfterTheCommit_leavesOneEffectAndOneAnswer() {
    try (var pool = database.pool(4)) {
      var interception = new Interception(pool);
      try (var core =
          UserCore.builder(interception.dataSource())
              .clock(one.clock())
              .passwords(TestCore.CHEAP_PASSWORDS)
              .build()) {
        core.start();
        var newUser = TestUsers.aUser(anEmail());
        String key = aKey();
        interception.afterCommit(
            () -> {
              throw new SQLException("the connection is lost", "08006");
            });
        var lost = failureOf(() -> core.users().create(keyed(key), newUser));
        interception.afterCommit(() -> {});

        var again = keyed(key);
        User created = other.core().users().create(again, newUser);

        assertEquals(ErrorReason.DATABASE_UNAVAILABLE, lost.reason());
        assertTrue(again.isReplayed());
        assertEquals(created, other.core().users().get(CALL, created.id()));
      }
    }
  }

  @Test
  void connectionLostBeforeTheCommit_leavesNothing() {
    try (var pool = database.pool(4)) {
      var interception = new Interception(pool);
      try (var core =
          UserCore.builder(interception.dataSource())
              .clock(one.clock())
              .passwords(TestCore.CHEAP_PASSWORDS)
              .build()) {
        core.start();
        var newUser = TestUsers.aUser(anEmail());
        String key = aKey();
        interception.afterExecute(
            () -> {
              throw new SQLException("the connection is lost", "08006");
            });
        var lost = failureOf(() -> core.users().create(keyed(key), newUser));
        interception.afterExecute(() -> {});

        var again = keyed(key);
        core.users().create(again, newUser);

        assertEquals(ErrorReason.DATABASE_UNAVAILABLE, lost.reason());
        assertFalse(again.isReplayed());
      }
    }
  }

  @Test
  void failure_isKept() {
    String email = aUser().email().address();
    String key = aKey();
    var first = failureOf(() -> one.core().users().create(keyed(key), TestUsers.aUser(email)));
    database.execute("update users set email = ? where email = ?", anEmail(), email);

    var again = keyed(key);
    var second = failureOf(() -> other.core().users().create(again, TestUsers.aUser(email)));

    assertTrue(again.isReplayed());
    assertEquals(ErrorReason.EMAIL_TAKEN, second.reason());
    assertEquals(first.getMessage(), second.getMessage());
    assertEquals(first.resource(), second.resource());
  }

  @Test
  void versionMismatch_isKeptWithTheVersionOfThatTime() {
    User user = aUser();
    String key = aKey();
    var users = one.core().users();
    var patch = UserPatch.builder().firstName("Old").condition(VersionCondition.is(7)).build();
    var first = failureOf(() -> users.update(keyed(key), user.id(), patch));
    users.update(CALL, user.id(), name("New"));

    var second = failureOf(() -> users.update(keyed(key), user.id(), patch));

    assertEquals("1", first.metadata().get("current_version"));
    assertEquals(first.metadata(), second.metadata());
    assertEquals(first.getMessage(), second.getMessage());
  }

  @Test
  void repeatedUpdateWithAVersion_isAnsweredAlthoughTheVersionHasChanged() {
    User user = aUser();
    String key = aKey();
    var patch = UserPatch.builder().firstName("New").condition(VersionCondition.is(1)).build();
    one.core().users().update(keyed(key), user.id(), patch);

    User again = other.core().users().update(keyed(key), user.id(), patch);

    assertEquals(2, again.audit().version());
  }

  @Test
  void passwordChange_isRepeatedWithThePasswordThatWasReplaced() {
    User user = aUser();
    String key = aKey();
    var next = Password.parse("another horse battery");
    one.core().passwords().change(keyed(key), user.id(), PASSWORD, next);

    var again = keyed(key);
    other.core().passwords().change(again, user.id(), PASSWORD, next);

    assertTrue(again.isReplayed());
    assertThrows(
        UserServiceException.class,
        () -> one.core().passwords().change(keyed(aKey()), user.id(), PASSWORD, next));
  }

  @Test
  void passwordReset_isRepeatedWithItsUsedToken() {
    User user = aUser();
    one.core().passwordResets().request(CALL, user.email());
    String token = TestMailbox.of(database, one.clock()).newestTokenTo(user.email().address());
    String key = aKey();
    var next = Password.parse("another horse battery");
    one.core().passwordResets().reset(keyed(key), token, next);

    var again = keyed(key);
    other.core().passwordResets().reset(again, token, next);

    assertTrue(again.isReplayed());
    var without = failureOf(() -> one.core().passwordResets().reset(CALL, token, next));
    assertEquals(ErrorReason.TOKEN_INVALID, without.reason());
  }

  private LoginResult login(RequestContext call, User user) {
    return one.core().sessions().login(call, user.email(), PASSWORD, "phone");
  }

  @Test
  void login_isRepeatedWithNewTokensOfTheSameSession() {
    User user = aUser();
    String key = aKey();
    var first = login(keyed(key), user);

    var again = login(keyed(key), user);

    assertEquals(first.session().id(), again.session().id());
    assertNotEquals(first.tokens().refreshToken(), again.tokens().refreshToken());
    assertEquals(1, count("select count(*) from sessions where user_id = ?", user.id().value()));
    assertEquals(
        first.session().id(),
        other.core().sessions().refresh(CALL, again.tokens().refreshToken()).session().id());
  }

  @Test
  void login_isNotRepeatedWithAWrongPassword() {
    User user = aUser();
    String key = aKey();
    login(keyed(key), user);

    var failure =
        failureOf(
            () ->
                one.core()
                    .sessions()
                    .login(
                        keyed(key),
                        user.email(),
                        Password.parse("a wrong horse battery"),
                        "phone"));

    assertEquals(ErrorReason.CREDENTIALS_INVALID, failure.reason());
  }

  @Test
  void refresh_isRepeatedLongAfterThePreviousTokenHasExpired() {
    User user = aUser();
    var signedIn = login(CALL, user);
    String key = aKey();
    var first = one.core().sessions().refresh(keyed(key), signedIn.tokens().refreshToken());
    one.clock().advance(Duration.ofHours(1));

    var again = other.core().sessions().refresh(keyed(key), signedIn.tokens().refreshToken());

    assertEquals(first.tokens().refreshToken(), again.tokens().refreshToken());
  }

  @Test
  void key_isKeptForADay() {
    User user = aUser();
    String key = aKey();
    one.core().users().update(keyed(key), user.id(), name("A"));
    one.clock().advance(IdempotentWrites.LIFETIME.minusSeconds(1));
    var inTime = keyed(key);
    one.core().users().update(inTime, user.id(), name("A"));
    one.clock().advance(Duration.ofSeconds(1));

    var late = keyed(CALL, key, "another request");
    User changed = one.core().users().update(late, user.id(), name("B"));

    assertTrue(inTime.isReplayed());
    assertFalse(late.isReplayed());
    assertEquals(3, changed.audit().version());
  }

  @Test
  void purge_deletesKeysAfterADay() {
    one.core().users().update(keyed(aKey()), aUser().id(), name("A"));
    one.clock().advance(IdempotentWrites.LIFETIME);

    one.core().purge();

    assertEquals(0, count("select count(*) from idempotency_keys"));
  }

  @Test
  void key_costsOneStatement() {
    User user = aUser();
    var users = one.core().users();
    var addresses = one.core().addresses();
    // Reads the secret of the digests, and fills the cache.
    users.update(keyed(aKey()), user.id(), name("Warm"));
    users.get(CALL, user.id());
    List<Function<RequestContext, Object>> changes =
        List.of(
            call ->
                users
                    .updateAsync(call, user.id(), name("Name " + numbers.incrementAndGet()))
                    .toCompletableFuture()
                    .join(),
            call -> users.create(call, TestUsers.aUser(anEmail())),
            call ->
                addresses.add(call, user.id(), TestAddresses.anAddress(AddressType.BILLING, "Ada")),
            call -> users.deactivate(call, aUser().id(), "", VersionCondition.ANY));

    for (var change : changes) {
      users.get(CALL, user.id());
      int without = statementsOf(CALL, change);
      users.get(CALL, user.id());
      assertEquals(without + 1, statementsOf(keyed(aKey()), change));
    }
  }

  private static int statementsOf(RequestContext call, Function<RequestContext, Object> change) {
    List<String> statements = Collections.synchronizedList(new ArrayList<>());
    change.apply(
        call.observedBy(
            new WorkObserver() {
              @Override
              public void onStatement(Statement statement) {
                statements.add(statement.sql());
              }

              @Override
              public Work begin(String name) {
                return () -> {};
              }

              @Override
              public Optional<TraceParent> traceParent() {
                return Optional.empty();
              }

              @Override
              public WorkObserver together(List<WorkObserver> others) {
                return this;
              }
            }));
    return statements.size();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "tab\t", "é", "line\n"})
  void invalidKey_isRefused(String text) {
    assertThrows(InvalidValueException.class, () -> IdempotencyKey.of(text, "Method", new byte[0]));
  }

  @Test
  void longestKey_isAccepted() {
    assertEquals(255, IdempotencyKey.of("x".repeat(255), "Method", new byte[0]).text().length());
    assertThrows(
        InvalidValueException.class,
        () -> IdempotencyKey.of("x".repeat(256), "Method", new byte[0]));
  }
}
