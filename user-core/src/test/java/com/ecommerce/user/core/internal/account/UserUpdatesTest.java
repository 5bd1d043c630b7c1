package com.ecommerce.user.core.internal.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.DatabaseSettings;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests updates that wait together, on an executor whose work the test runs. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UserUpdatesTest {
  private static final RequestContext CALL = RequestContext.by(new Actor("tester"));

  private final Queue<Runnable> held = new ArrayDeque<>();
  private TestDatabase database;
  private TestCore free;
  private TestCore holding;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    free = TestCore.on(database);
    holding =
        TestCore.on(
            database,
            choices ->
                choices
                    .workers(Workers.on(held::add))
                    .database(DatabaseSettings.DEFAULT.withReadConcurrency(1)));
  }

  @AfterAll
  void stop() {
    holding.close();
    free.close();
  }

  @Test
  void updateAsync_thatWaitTogether_shareATransaction() {
    var ada = aUser("ada@example.com");
    var grace = aUser("grace@example.com");
    assertEquals(1, holding.core().users().get(CALL, ada).audit().version(), "kept in memory");

    var first = update(RequestContext.by(new Actor("one")), ada, named("Augusta"));
    var second = update(RequestContext.by(new Actor("two")), grace, named("Grace"));
    var third = update(RequestContext.by(new Actor("three")), ada, lastNamed("King"));
    var nothing = update(RequestContext.by(new Actor("four")), grace, named("Grace"));
    runAll();

    assertEquals(List.of(2L, 2L, 3L, 2L), versions(List.of(first, second, third, nothing)));
    assertEquals("Augusta King", third.join().fullName());
    assertEquals(third.join(), holding.core().users().get(CALL, ada), "nobody reads the old copy");
    assertEquals(third.join(), free.core().users().getCurrent(CALL, ada));
    var events = events(ada, grace);
    assertEquals(
        List.of(
            Map.of("actor", "one", "user_id", ada.value(), "field", "first_name"),
            Map.of("actor", "three", "user_id", ada.value(), "field", "last_name"),
            Map.of("actor", "two", "user_id", grace.value(), "field", "first_name")),
        events);
    assertEquals(1, transactions(ada, grace));
  }

  @Test
  void updateAsync_thatFails_failsAlone() {
    var known = aUser("known@example.com");
    var stale = UserPatch.builder().firstName("Stale").expectedVersion(7).build();

    var good = update(CALL, known, named("Good"));
    var unknown = update(CALL, new UserId(UUID.randomUUID()), named("Nobody"));
    var late = update(CALL, known, stale);
    runAll();

    assertEquals("Good", good.join().firstName());
    assertEquals(ErrorReason.USER_NOT_FOUND, failureOf(unknown).reason());
    assertEquals(ErrorReason.VERSION_MISMATCH, failureOf(late).reason());
    assertEquals(2, free.core().users().getCurrent(CALL, known).audit().version());
  }

  @Test
  void updateAsync_thatWaitsForALock_keepsNobodyWaiting() throws SQLException {
    var locked = aUser("locked@example.com");
    var neighbour = aUser("neighbour@example.com");
    CompletableFuture<User> waiting;
    try (var connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      try (var lock = connection.prepareStatement("select from users where id = ? for update")) {
        lock.setObject(1, locked.value());
        lock.execute();
      }
      waiting = update(CALL, locked, named("Waits"));
      var passing = update(CALL, neighbour, named("Passes"));
      held.remove().run();

      assertEquals("Passes", passing.join().firstName());
      assertFalse(waiting.isDone());
      connection.rollback();
    }
    runAll();
    assertEquals("Waits", waiting.join().firstName());
  }

  @Test
  void updateAsync_ofAnEmail_goesAlone() {
    var owner = aUser("owner@example.com");
    var thief = aUser("thief@example.com");
    var taken = UserPatch.builder().email(Email.parse("owner@example.com")).build();

    var good = update(CALL, owner, named("Owner"));
    var refused = update(CALL, thief, taken);
    runAll();

    assertEquals("Owner", good.join().firstName());
    assertEquals(ErrorReason.EMAIL_TAKEN, failureOf(refused).reason());
  }

  @Test
  void updateAsync_ofFewUsersByMany_losesNoUpdate() {
    var users = IntStream.range(0, 3).mapToObj(i -> aUser("busy" + i + "@example.com")).toList();
    int each = 40;

    var updates =
        IntStream.range(0, users.size() * each)
            .parallel()
            .mapToObj(
                i ->
                    free.core()
                        .users()
                        .updateAsync(CALL, users.get(i % users.size()), named("n" + i))
                        .toCompletableFuture())
            .toList();
    updates.forEach(CompletableFuture::join);

    for (var user : users) {
      assertEquals(1 + each, free.core().users().get(CALL, user).audit().version());
      assertEquals(each, events(user).size());
    }
  }

  private UserId aUser(String email) {
    return free.core().users().create(CALL, TestUsers.aUser(email)).id();
  }

  private static UserPatch named(String firstName) {
    return UserPatch.builder().firstName(firstName).build();
  }

  private static UserPatch lastNamed(String lastName) {
    return UserPatch.builder().lastName(lastName).build();
  }

  private CompletableFuture<User> update(RequestContext call, UserId user, UserPatch patch) {
    return holding.core().users().updateAsync(call, user, patch).toCompletableFuture();
  }

  private void runAll() {
    while (!held.isEmpty()) {
      held.remove().run();
    }
  }

  private static List<Long> versions(List<CompletableFuture<User>> updates) {
    return updates.stream().map(update -> update.join().audit().version()).toList();
  }

  private List<Map<String, Object>> events(UserId... users) {
    return database.query(
        "select actor, user_id, fields[1] as field from events where type = 'user.updated'"
            + " and user_id::text = any (string_to_array(?, ',')) order by user_id, id",
        ids(users));
  }

  private int transactions(UserId... users) {
    return database
        .query(
            "select distinct transaction_id from events where type = 'user.updated'"
                + " and user_id::text = any (string_to_array(?, ','))",
            ids(users))
        .size();
  }

  private static String ids(UserId... users) {
    return Stream.of(users).map(UserId::toString).collect(Collectors.joining(","));
  }

  private static UserServiceException failureOf(CompletableFuture<?> update) {
    var failure = assertThrows(CompletionException.class, update::join);
    return (UserServiceException) failure.getCause();
  }
}
