package com.ecommerce.user.core.internal.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferencePatch;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.TestAddresses;
import com.ecommerce.user.core.testing.TestUsers;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests users who are deactivated and reactivated, or deleted, and the data that remains in events.
 */
class UserClosingTest extends UsersTesting {
  @Test
  void deactivate_closesOnceAndReactivateOpens() {
    User user = users.create(CALL, TestUsers.aUser("door@example.com"));

    User closed = users.deactivate(CALL, user.id(), "asked for it");
    User closedAgain = users.deactivate(CALL, user.id(), "asked again");
    User open = users.reactivate(CALL, user.id());

    assertEquals(UserStatus.DEACTIVATED, closed.status());
    assertEquals(closed, closedAgain);
    assertEquals(UserStatus.PENDING_VERIFICATION, open.status());
    assertEquals(open, users.reactivate(CALL, user.id()));
    assertEquals(
        List.of("user.created", "user.deactivated", "user.reactivated"), eventsOf(user.id()));
  }

  @Test
  void reactivate_verifiedUserIsActiveAgain() {
    User user = verified("active@example.com");
    users.deactivate(CALL, user.id(), "");

    assertEquals(UserStatus.ACTIVE, users.reactivate(CALL, user.id()).status());
  }

  @ParameterizedTest
  @EnumSource(
      value = UserStatus.class,
      names = {"SUSPENDED", "BANNED"})
  void deactivateAndReactivate_areRefusedForClosedByStaff(UserStatus status) {
    User user =
        users.create(
            CALL, TestUsers.aUser(status.name().toLowerCase(Locale.ROOT) + "@example.com"));
    users.update(CALL, user.id(), UserPatch.builder().status(status).build());
    var reason = ErrorReason.valueOf("USER_" + status);

    assertEquals(reason, failureOf(() -> users.deactivate(CALL, user.id(), "")).reason());
    assertEquals(reason, failureOf(() -> users.reactivate(CALL, user.id())).reason());
  }

  @Test
  void delete_removesEverythingButTheEvents() {
    User user = users.create(CALL, TestUsers.aUser("gone@example.com"));

    users.delete(CALL, user.id(), "asked for it");

    assertEquals(ErrorReason.USER_NOT_FOUND, failureOf(() -> users.get(CALL, user.id())).reason());
    assertEquals(
        ErrorReason.USER_NOT_FOUND, failureOf(() -> users.delete(CALL, user.id(), "")).reason());
    assertEquals(List.of("user.created", "user.deleted"), eventsOf(user.id()));
    users.create(CALL, TestUsers.aUser("gone@example.com"));
  }

  @Test
  @Timeout(60)
  void delete_leavesNoTraceInAnyTable() {
    var core = testCore.core();
    var email = Email.parse("traces@example.com");
    User user = users.create(CALL, TestUsers.aUser(email.address()));
    core.addresses().add(CALL, user.id(), TestAddresses.anAddress(AddressType.BOTH));
    core.preferences()
        .update(
            CALL,
            user.id(),
            PreferencePatch.builder().set(Preference.EMAIL_NEWSLETTER, true).build());
    core.sessions().signIn(CALL, user.id(), "phone");
    core.passwordResets().request(CALL, email);
    database.execute(
        "update mail_outbox set state = 'FAILED', finished_at = created_at where user_id is null");
    core.passwordResets().request(CALL, email);
    database.execute(
        """
        insert into user_sample (id, created_at, segment, search_text)
        select id, created_at, segment, search_text from user_directory where id = ? on conflict do nothing
        """,
        user.id().value());
    database.execute(
        """
        insert into webhook_deliveries (endpoint_id, event_id, user_id, occurred_at, position, type, state, created_at)
        select gen_random_uuid(), id, user_id, occurred_at, 1, type, 'WAITING', occurred_at from events where user_id = ?
        """,
        user.id().value());
    // Positions are assigned in the background.
    Await.until(() -> tablesThatTellOf(user).contains("event_positions"));
    var before = tablesThatTellOf(user);
    assertTrue(before.containsAll(tablesWithUserId()), before.toString());
    assertTrue(before.containsAll(Set.of("user_directory", "user_times", "user_sample")));

    users.delete(CALL, user.id(), "asked for it");

    assertEquals(Set.of("events", "event_positions", "webhook_deliveries"), tablesThatTellOf(user));
    assertEquals(
        List.of(),
        database.query(
            "select 1 from events e where user_id = ? and e::text ~ 'traces|Ada|Lovelace'",
            user.id().value()));
  }

  /** Returns the tables whose rows contain the user's id or email. */
  private Set<String> tablesThatTellOf(User user) {
    return tables("tables where table_type = 'BASE TABLE' and table_schema = 'public'").stream()
        .filter(
            table ->
                !database
                    .query(
                        "select 1 from %s t where t::text ~ ? or t::text ~ ?".formatted(table),
                        user.id().toString(),
                        user.email().address())
                    .isEmpty())
        .collect(Collectors.toSet());
  }

  private Set<String> tablesWithUserId() {
    return tables("columns where column_name = 'user_id' and table_schema = 'public'");
  }

  private Set<String> tables(String fromWhere) {
    String withoutPartitions =
        " and table_name not in (select relname from pg_inherits join pg_class c on c.oid = inhrelid)";
    return database
        .query("select table_name from information_schema." + fromWhere + withoutPartitions)
        .stream()
        .map(row -> row.get("table_name").toString())
        .collect(Collectors.toSet());
  }

  @Test
  void events_cannotBeChanged() {
    users.create(CALL, TestUsers.aUser("history@example.com"));

    assertThrows(RuntimeException.class, () -> database.execute("delete from events"));
    assertThrows(
        RuntimeException.class, () -> database.execute("update events set actor = 'nobody'"));
  }
}
