package com.ecommerce.user.core.internal.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/**
 * Tests two instances on a database that was restored from a dump into a newer cluster, whose
 * transaction ids are lower than those in the event log, or are assigned again.
 */
@ExtendWith(PostgresExtension.class)
class RestoredDatabaseTest {
  private static final RequestContext CALL = RequestContext.system();

  /**
   * Replaces the transaction ids, without the triggers, as a restore does. Makes events old enough
   * for their reasons to be cleared.
   */
  private static void replaceTransactionIds(TestDatabase database, String id) {
    database.execute(
        """
        do $$ begin
          set local session_replication_role = replica;
          update events e set transaction_id = (%s)::text::xid8, occurred_at = timestamptz '2020-01-01'
          from (select id, row_number() over (order by id) as number from events) as numbered
          where numbered.id = e.id;
        end $$
        """
            .formatted(id));
  }

  @Test
  void instances_withTransactionIdsFarAhead_followEachOther(TestDatabase database) {
    UserId user = beforeTheRestore(database, "ahead@restored.example.com");

    replaceTransactionIds(database, "900000000000 + number");

    assertInstancesFollowEachOther(database, user);
  }

  @Test
  void instances_withTransactionIdsThatAreAssignedAgain_followEachOther(TestDatabase database) {
    UserId user = beforeTheRestore(database, "again@restored.example.com");

    replaceTransactionIds(
        database, "pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 2 + number");

    assertInstancesFollowEachOther(database, user);
  }

  private static UserId beforeTheRestore(TestDatabase database, String email) {
    try (var core = TestCore.on(database)) {
      var users = core.core().users();
      UserId user = users.create(CALL, TestUsers.aUser(email)).id();
      for (int i = 0; i < 20; i++) {
        rename(core.core(), user, "Before " + i);
      }
      var closed = users.create(CALL, TestUsers.aUser("closed." + email));
      users.delete(CALL, closed.id(), "to be emptied");
      return user;
    }
  }

  private static void assertInstancesFollowEachOther(TestDatabase database, UserId user) {
    try (var first = TestCore.on(database);
        var second = TestCore.on(database)) {
      first.core().catchUp();
      second.core().catchUp();
      for (int i = 0; i < 30; i++) {
        read(first.core(), user);
        read(second.core(), user);
        String name = "After " + i;
        rename(i % 2 == 0 ? first.core() : second.core(), user, name);
        first.core().catchUp();
        second.core().catchUp();
        assertEquals(name, read(first.core(), user).firstName());
        assertEquals(name, read(second.core(), user).firstName());
      }
      assertTrue(first.core().userCacheStatistics().hits() > 0);
      assertTrue(isFound(second.core(), user, "After 29"));
      assertSessionsEnd(first.core(), second.core(), read(first.core(), user));
      assertTrue(first.core().purge() > 0);
      assertEquals(0, database.query("select from events where reason = 'to be emptied'").size());
      first.core().users().delete(CALL, user, "");
      second.core().catchUp();
      assertReason(ErrorReason.USER_NOT_FOUND, () -> read(second.core(), user));
    }
  }

  private static void rename(UserCore core, UserId user, String name) {
    core.users().update(CALL, user, UserPatch.builder().firstName(name).build());
  }

  private static User read(UserCore core, UserId user) {
    return core.users().get(CALL, user);
  }

  private static boolean isFound(UserCore core, UserId user, String name) {
    var search = new UserSearch(name, UserFilter.ALL, Optional.empty(), Optional.empty());
    return core.directory().search(CALL, search, PageRequest.FIRST).items().stream()
        .anyMatch(found -> found.id().equals(user));
  }

  private static void assertSessionsEnd(UserCore first, UserCore second, User user) {
    var signedIn = first.sessions().signIn(CALL, user.id(), "phone");
    String token = signedIn.tokens().accessToken();
    second.sessions().authenticate(token);

    first.sessions().revokeAll(CALL, user.id(), Optional.empty());
    second.catchUp();

    assertReason(ErrorReason.SESSION_ENDED, () -> second.sessions().authenticate(token));
  }

  private static void assertReason(ErrorReason reason, Executable call) {
    assertEquals(reason, assertThrows(UserServiceException.class, call).reason());
  }
}
