package com.ecommerce.user.core.internal.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.directory.DirectorySummary;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class DirectorySummaryTest {
  private static final RequestContext CALL = RequestContext.system();

  @Test
  @Timeout(60)
  void summary_countsUsersRegistrationsAndSignIns(TestDatabase database) {
    try (var testCore = TestCore.on(database)) {
      var core = testCore.core();
      core.users().create(CALL, TestUsers.aUser("first@example.com"));
      testCore.clock().advance(Duration.ofDays(2));
      var ada = core.users().create(CALL, TestUsers.aUser("ada@example.com"));
      core.users().create(CALL, TestUsers.aUser("grace@example.com"));
      core.users().deactivate(CALL, ada.id(), "");
      core.users().reactivate(CALL, ada.id());
      core.sessions().login(CALL, ada.email(), Password.parse(TestUsers.PASSWORD), "");
      database.execute(
          """
          insert into events (id, occurred_at, actor, type, user_id, reason, fields)
          values (gen_random_uuid(), ?::timestamptz, 'system', 'login.failed', ?, '', '{}')
          """,
          testCore.clock().instant().toString(),
          ada.id().value());

      // Events are counted once they have a position.
      Await.until(() -> core.directory().summary(CALL, 3).failedAccounts() > 0);
      var summary = core.directory().summary(CALL, 3);

      assertEquals(3, summary.users());
      assertEquals(0, summary.statuses().getOrDefault(UserStatus.DEACTIVATED, 0L));
      assertEquals(
          List.of(1L, 0L, 2L),
          summary.registrations().stream().map(DirectorySummary.Day::users).toList());
      assertEquals(1, summary.signedIn());
      assertEquals(1, summary.failedAccounts());
    }
  }
}
