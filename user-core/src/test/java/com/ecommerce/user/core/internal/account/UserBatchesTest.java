package com.ecommerce.user.core.internal.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.bulk.FoundUsers;
import com.ecommerce.user.core.bulk.UserKeys;
import com.ecommerce.user.core.testing.ExplainedStatements;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UserBatchesTest extends UsersTesting {
  private static final UserId NOBODY = UserId.parse("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e");

  private User create(String email) {
    return users.create(CALL, TestUsers.aUser(email));
  }

  private User withExternalId(String email, String externalId) {
    var user = create(email);
    database.execute(
        "update users set external_id = ? where id = ?", externalId, user.id().value());
    return user;
  }

  private FoundUsers get(UserKeys keys) {
    return testCore.core().userBatches().get(CALL, keys);
  }

  private static UserKeys ids(UserId... ids) {
    return new UserKeys(List.of(ids), List.of(), List.of());
  }

  private static List<UserId> idsOf(FoundUsers found) {
    return found.users().stream().map(User::id).toList();
  }

  @Test
  void get_keepsTheOrderOfTheKeysAndNamesTheMissingOnes() {
    var first = create("first@example.com");
    var second = create("second@example.com");
    var third = withExternalId("third@example.com", "crm-3");
    var nobody = Email.parse("nobody@example.com");
    var unknown = ExternalId.parse("crm-4");

    var found =
        get(
            new UserKeys(
                List.of(second.id(), NOBODY, first.id(), second.id()),
                List.of(nobody, third.email(), first.email()),
                List.of(unknown, ExternalId.parse("crm-3"))));

    assertEquals(
        List.of(second.id(), first.id(), second.id(), third.id(), first.id(), third.id()),
        idsOf(found));
    assertEquals(new UserKeys(List.of(NOBODY), List.of(nobody), List.of(unknown)), found.missing());
  }

  @Test
  void get_withoutKeys_findsNobody() {
    var none = new UserKeys(List.of(), List.of(), List.of());

    assertEquals(new FoundUsers(List.of(), none), get(none));
  }

  @Test
  void get_findsUsersInAnyStatusAndNoPendingEmails() {
    var closed = verified("closed@example.com");
    database.execute(
        "update users set pending_email = 'later@example.com' where id = ?", closed.id().value());
    users.deactivate(CALL, closed.id(), "");
    var pending = Email.parse("later@example.com");

    var found = get(new UserKeys(List.of(closed.id()), List.of(pending), List.of()));

    assertEquals(List.of(closed.id()), idsOf(found));
    assertEquals(List.of(pending), found.missing().emails());
  }

  @Test
  void get_showsAChangeAtOnce() {
    var user = create("changes@example.com");
    assertEquals("Ada", get(ids(user.id())).users().get(0).firstName());
    var patch = UserPatch.builder().firstName("Augusta").build();
    users.update(CALL, user.id(), patch);

    assertEquals("Augusta", get(ids(user.id())).users().get(0).firstName());
    users.delete(CALL, user.id(), "");
    assertEquals(List.of(user.id()), get(ids(user.id())).missing().ids());
  }

  @Test
  void get_readsWhatIsNotInMemoryWithOneQueryByIndexes() {
    var first = create("indexed.first@example.com");
    var second = create("indexed.second@example.com");
    var third = withExternalId("indexed.third@example.com", "crm-indexed");
    try (var pool = aConnection()) {
      var explained = new ExplainedStatements(pool);
      try (var core = UserCore.builder(explained.dataSource()).build()) {
        var keys =
            new UserKeys(
                List.of(first.id()),
                List.of(second.email()),
                List.of(ExternalId.parse("crm-indexed")));
        assertEquals(
            List.of(first.id(), second.id(), third.id()),
            idsOf(core.userBatches().get(CALL, keys)));
      }
      var plans = explained.takePlans();

      assertEquals(1, plans.size(), plans::toString);
      for (String index : List.of("users_pkey", "users_email_key", "users_external_id_key")) {
        assertTrue(plans.get(0).contains(index), plans::toString);
      }
    }
  }

  /** A connection that sees the few rows of a test as if they were many. */
  private HikariDataSource aConnection() {
    var config = new HikariConfig();
    config.setDataSource(database.dataSource());
    config.setMaximumPoolSize(1);
    config.setConnectionInitSql("set enable_seqscan = off");
    return new HikariDataSource(config);
  }

  @Test
  void keys_areLimitedInAll() {
    var ids = Collections.nCopies(60, new UserId(new UUID(7, 1)));
    var emails = Collections.nCopies(40, Email.parse("a@example.com"));

    assertEquals(60, get(new UserKeys(ids, emails, List.of())).missing().ids().size());
    assertThrows(
        IllegalArgumentException.class,
        () -> new UserKeys(ids, emails, List.of(ExternalId.parse("one more"))));
  }

  @Test
  void externalIds_areReadWithOtherUsersFromMemory() {
    var user = withExternalId("memory@example.com", "crm-memory");
    try (var cold = TestCore.on(database)) {
      var keys = new UserKeys(List.of(), List.of(), List.of(ExternalId.parse("crm-memory")));
      assertEquals(List.of(user.id()), idsOf(cold.core().userBatches().get(CALL, keys)));
    }
  }
}
