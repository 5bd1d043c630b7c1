package com.ecommerce.user.core.internal.verification;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestMailbox;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.verification.EmailVerifications;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/**
 * The base of tests of mailed links: a started core with a mailbox, and common actions and queries.
 */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MailedLinksTesting {
  static final RequestContext CALL = RequestContext.by(new Actor("tester"));

  TestDatabase database;
  TestCore testCore;
  TestMailbox mailbox;
  Users users;
  EmailVerifications verifications;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    testCore = TestCore.on(database);
    mailbox = TestMailbox.of(database, testCore.clock());
    users = testCore.core().users();
    verifications = testCore.core().emailVerifications();
  }

  @AfterAll
  void stop() {
    mailbox.close();
    testCore.close();
  }

  User verified(String email) {
    User user = users.create(CALL, TestUsers.aUser(email));
    verifications.confirm(CALL, mailbox.newestTokenTo(email));
    return users.get(CALL, user.id());
  }

  void changeEmail(User user, String wanted) {
    users.update(CALL, user.id(), UserPatch.builder().email(Email.parse(wanted)).build());
  }

  int eventsOf(UserId id, String type) {
    return rowsOf("events where user_id = ? and type = ?", id.value(), type);
  }

  int rowsOf(String fromWhere, Object... arguments) {
    return database.query("select 1 from " + fromWhere, arguments).size();
  }

  static UserServiceException failureOf(Executable call) {
    return assertThrows(UserServiceException.class, call);
  }
}
