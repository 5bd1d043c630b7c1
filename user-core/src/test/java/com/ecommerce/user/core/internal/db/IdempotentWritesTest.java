package com.ecommerce.user.core.internal.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.patch.VersionCondition;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferencePatch;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.IdempotencyKey;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.core.request.WorkObserver;
import com.ecommerce.user.core.testing.TestAddresses;
import com.ecommerce.user.core.testing.TestUsers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Tests repeated calls with an idempotency key. */
class IdempotentWritesTest extends IdempotencyTesting {
  private long eventsOf(User user) {
    return count("select count(*) from events where user_id = ?", user.id().value());
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
}
