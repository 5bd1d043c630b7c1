package com.ecommerce.user.core.internal.account;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/** The base of tests of users: a started core, and common queries. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class UsersTesting {
  static final RequestContext CALL = RequestContext.by(new Actor("tester"));

  TestDatabase database;
  TestCore testCore;
  Users users;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    testCore = TestCore.on(database);
    users = testCore.core().users();
  }

  @AfterAll
  void stop() {
    testCore.close();
  }

  User verified(String email) {
    User user = users.create(CALL, TestUsers.aUser(email));
    database.execute(
        "update users set email_verified = true, status = 'ACTIVE' where id = ?",
        user.id().value());
    return users.get(CALL, user.id());
  }

  List<String> eventsOf(UserId id) {
    return database
        .query("select type from events where user_id = ? order by id", id.value())
        .stream()
        .map(row -> row.get("type").toString())
        .toList();
  }

  static UserServiceException failureOf(Executable call) {
    return assertThrows(UserServiceException.class, call);
  }
}
