package com.ecommerce.user.rest;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.rest.RestFixture.Member;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The base of tests with a running API and an admin who calls it. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class UserRoutesTesting {
  RestFixture fixture;
  Member admin;

  @BeforeAll
  void start(TestDatabase database) {
    fixture = RestFixture.on(database);
    admin = fixture.member(Role.ADMIN);
  }

  @AfterAll
  void stop() {
    fixture.close();
  }
}
