package com.ecommerce.user.core.internal.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.StatusRoleCode;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the stored codes of statuses and roles, and their names. */
@ExtendWith(PostgresExtension.class)
class StatusRoleCodeTest {
  private static final RequestContext CALL = RequestContext.by(new Actor("tester"));

  /** The statuses in the order in which version 1.0.0 decodes the column. */
  private static final List<String> FIRST_STATUSES =
      List.of("ACTIVE", "PENDING_VERIFICATION", "DEACTIVATED", "SUSPENDED", "BANNED");

  private static final List<String> FIRST_ROLES = List.of("CUSTOMER", "SELLER", "ADMIN", "SUPPORT");

  @Test
  void of_agreesWithTheDatabase(TestDatabase database) {
    for (UserStatus status : UserStatus.values()) {
      for (Set<Role> roles : roleSets()) {
        assertEquals(inDatabase(database, status, roles), StatusRoleCode.of(status, roles));
      }
    }
  }

  @Test
  void version1_readsTheSameStatusAndRoles(TestDatabase database) {
    for (UserStatus status : UserStatus.values()) {
      for (Set<Role> roles : roleSets()) {
        int segment = inDatabase(database, status, roles);
        assertEquals(status.name(), FIRST_STATUSES.get(segment / 16));
        assertEquals(
            roles.stream().map(Role::name).collect(Collectors.toSet()),
            IntStream.range(0, 4)
                .filter(bit -> (segment % 16 >> bit & 1) != 0)
                .mapToObj(FIRST_ROLES::get)
                .collect(Collectors.toSet()));
      }
    }
  }

  @Test
  void decoding_givesBackWhatWasEncoded() {
    for (UserStatus status : UserStatus.values()) {
      for (Set<Role> roles : roleSets()) {
        int segment = StatusRoleCode.of(status, roles);
        assertEquals(status, StatusRoleCode.status(segment));
        assertEquals(roles, StatusRoleCode.roles(segment));
      }
    }
  }

  @Test
  void ofAny_namesEachNumberOnce() {
    assertEquals(75, StatusRoleCode.ofAny(Set.of(), Set.of()).length);
    assertEquals(
        Set.of(
            (short) 8,
            (short) 9,
            (short) 10,
            (short) 11,
            (short) 12,
            (short) 13,
            (short) 14,
            (short) 15),
        Set.of(StatusRoleCode.ofAny(Set.of(UserStatus.ACTIVE), Set.of(Role.SUPPORT))));
  }

  /** An instance of a newer version has given the user a role that this version does not know. */
  @Test
  void unknownRole_isLeftOutAndStaysInTheRow(TestDatabase database) {
    try (var core = TestCore.on(database)) {
      var users = core.core().users();
      var user = users.create(CALL, TestUsers.aUser("courier@example.com"));
      database.execute("alter table users drop constraint users_roles_check");
      database.execute(
          "update users set roles = array['COURIER', 'SELLER'] where id = ?", user.id().value());

      assertEquals(Set.of(Role.SELLER), users.getCurrent(CALL, user.id()).roles());

      users.update(
          CALL,
          user.id(),
          UserPatch.builder()
              .firstName("Ada")
              .status(UserStatus.SUSPENDED)
              .email(Email.parse("other@example.com"))
              .build());

      var row = database.query("select roles::text from users where id = ?", user.id().value());
      assertEquals("{COURIER,SELLER}", row.get(0).get("roles"));
    }
  }

  @Test
  void rolesThatAreAllUnknown_readAsCustomer() {
    assertEquals(
        new StatusAndRoles(UserStatus.ACTIVE, Set.of(Role.CUSTOMER)),
        StatusAndRoles.parse("ACTIVE COURIER"));
  }

  private static int inDatabase(TestDatabase database, UserStatus status, Set<Role> roles) {
    String names = roles.stream().map(Role::name).collect(Collectors.joining(",", "{", "}"));
    var row =
        database.query(
            "select user_segment(?, ?::text[])::integer as segment", status.name(), names);
    return (Integer) row.get(0).get("segment");
  }

  private static Collection<Set<Role>> roleSets() {
    Set<Set<Role>> sets = Stream.of(Role.values()).map(EnumSet::of).collect(Collectors.toSet());
    for (Role role : Role.values()) {
      List.copyOf(sets)
          .forEach(
              set -> {
                var more = EnumSet.copyOf(set);
                more.add(role);
                sets.add(more);
              });
    }
    return sets;
  }
}
