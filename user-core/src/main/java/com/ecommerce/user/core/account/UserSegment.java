package com.ecommerce.user.core.account;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One number for a status and a set of roles, as the column {@code segment} has it; the SQL
 * function user_segment is its twin.
 */
final class UserSegment {
  private static final List<UserStatus> STATUSES = List.of(UserStatus.values());
  private static final List<Role> ROLES = List.of(Role.values());
  private static final int ROLE_SETS = 1 << ROLES.size();

  private static final List<Set<Role>> SETS =
      IntStream.range(0, ROLE_SETS).mapToObj(UserSegment::roleSet).toList();

  private UserSegment() {}

  private static Set<Role> roleSet(int bits) {
    var roles = EnumSet.noneOf(Role.class);
    ROLES.stream().filter(role -> (bits & bit(role)) != 0).forEach(roles::add);
    return Collections.unmodifiableSet(roles);
  }

  private static int bit(Role role) {
    return 1 << role.ordinal();
  }

  private static int bits(Collection<Role> roles) {
    int bits = 0;
    for (Role role : roles) {
      bits |= bit(role);
    }
    return bits;
  }

  /** The numbers of all users with any of the statuses and any of the roles; no set admits all. */
  static Short[] ofAny(Set<UserStatus> statuses, Set<Role> roles) {
    int wanted = roles.isEmpty() ? ROLE_SETS - 1 : bits(roles);
    return STATUSES.stream()
        .filter(status -> statuses.isEmpty() || statuses.contains(status))
        .flatMap(
            status ->
                IntStream.range(1, ROLE_SETS)
                    .filter(roleSet -> (roleSet & wanted) != 0)
                    .mapToObj(roleSet -> number(status, roleSet)))
        .toArray(Short[]::new);
  }

  static short of(UserStatus status, Set<Role> roles) {
    return number(status, bits(roles));
  }

  private static short number(UserStatus status, int roleSet) {
    return (short) (status.ordinal() * ROLE_SETS + roleSet);
  }

  static UserStatus status(int segment) {
    return STATUSES.get(segment / ROLE_SETS);
  }

  /** Immutable, and the same object for the same roles. */
  static Set<Role> roles(int segment) {
    return SETS.get(segment % ROLE_SETS);
  }

  /** An equal set that is immutable, and the same object for the same roles. */
  static Set<Role> shared(Collection<Role> roles) {
    return SETS.get(bits(roles));
  }
}
