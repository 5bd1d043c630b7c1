package com.ecommerce.user.core.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/** The base of tests of addresses: a user without addresses for each test, and common queries. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AddressesTesting {
  static final RequestContext CALL = RequestContext.by(new Actor("tester"));

  TestDatabase database;
  TestCore testCore;
  Users users;
  Addresses addresses;
  UserId ada;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    testCore = TestCore.on(database);
    users = testCore.core().users();
    addresses = testCore.core().addresses();
  }

  @AfterAll
  void stop() {
    testCore.close();
  }

  @BeforeEach
  void createAda() {
    ada = newUser("Ada", "Lovelace").id();
  }

  User newUser(String firstName, String lastName) {
    String email = UUID.randomUUID() + "@example.com";
    return users.create(CALL, TestUsers.aUser(email, firstName, lastName));
  }

  List<Address> all() {
    return addresses.list(CALL, ada, Optional.empty());
  }

  Address current(Address address) {
    return all().stream().filter(each -> each.id().equals(address.id())).findFirst().orElseThrow();
  }

  /** Returns the type, address and changed fields of the events since the user was created. */
  List<String> events() {
    return database
        .query(
            """
            select concat_ws(' ', type, object_id, nullif(array_to_string(fields, ','), '')) as line
            from events where user_id = ? and type like 'address.%' order by id
            """,
            ada.value())
        .stream()
        .map(row -> row.get("line").toString())
        .toList();
  }

  String lastEvent() {
    var events = events();
    return events.get(events.size() - 1);
  }

  static void assertFails(ErrorReason reason, Executable call) {
    assertEquals(reason, failureOf(call).reason());
  }

  static UserServiceException failureOf(Executable call) {
    return assertThrows(UserServiceException.class, call);
  }
}
