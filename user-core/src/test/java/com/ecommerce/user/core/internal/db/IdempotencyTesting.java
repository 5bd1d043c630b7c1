package com.ecommerce.user.core.internal.db;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.IdempotencyKey;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/** Two instances with one database, and calls with idempotency keys. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class IdempotencyTesting {
  static final RequestContext CALL = RequestContext.by(new Actor("service:shop"));
  static final Password PASSWORD = Password.parse(TestUsers.PASSWORD);

  final AtomicInteger numbers = new AtomicInteger();
  TestDatabase database;
  TestCore one;
  TestCore other;

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

  String aKey() {
    return "key-" + numbers.incrementAndGet();
  }

  String anEmail() {
    return "idem" + numbers.incrementAndGet() + "@example.com";
  }

  User aUser() {
    return one.core().users().create(CALL, TestUsers.aUser(anEmail()));
  }

  LoginResult login(RequestContext call, User user) {
    return one.core().sessions().login(call, user.email(), PASSWORD, "phone");
  }

  static RequestContext keyed(String key) {
    return keyed(CALL, key, "request");
  }

  static RequestContext keyed(RequestContext call, String key, String request) {
    return call.with(IdempotencyKey.of(key, "Method", request.getBytes(StandardCharsets.UTF_8)));
  }

  static UserServiceException failureOf(Executable call) {
    return assertThrows(UserServiceException.class, call);
  }

  long count(String sql, Object... arguments) {
    return ((Number) database.query(sql, arguments).get(0).get("count")).longValue();
  }

  static UserPatch name(String name) {
    return UserPatch.builder().firstName(name).build();
  }
}
