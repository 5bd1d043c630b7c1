package com.ecommerce.user.core.account;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A single number for a status and a set of roles, as stored in the column {@code segment}: the
 * code of the status plus those of the roles. Filters, counts and copies in memory use it; a row is
 * read by its names. The SQL function user_segment has the same codes.
 *
 * <p>Codes never change, since the column is stored: a new constant takes an unused code and leaves
 * the others alone. Statuses are multiples of 16 up to 240, roles the other powers of 2 up to
 * 16,384; the next role is 256.
 */
public final class StatusRoleCode {
  private static final int STATUS_MASK = 0xF0;
  private static final UserStatus[] STATUSES = statuses();

  /** The sets of roles; the index of a set is the sum of the codes of its roles. */
  private static final List<Set<Role>> SETS = sets();

  private StatusRoleCode() {}

  private static UserStatus[] statuses() {
    var statuses = new UserStatus[STATUS_MASK + 1];
    for (UserStatus status : UserStatus.values()) {
      statuses[code(status)] = status;
    }
    return statuses;
  }

  private static List<Set<Role>> sets() {
    int size = code(EnumSet.allOf(Role.class)) + 1;
    return IntStream.range(0, size).mapToObj(StatusRoleCode::set).toList();
  }

  private static Set<Role> set(int code) {
    var roles = EnumSet.allOf(Role.class);
    roles.removeIf(role -> (code(role) & code) == 0);
    return Collections.unmodifiableSet(roles);
  }

  static int code(UserStatus status) {
    return switch (status) {
      case ACTIVE -> 0;
      case PENDING_VERIFICATION -> 16;
      case DEACTIVATED -> 32;
      case SUSPENDED -> 48;
      case BANNED -> 64;
    };
  }

  static int code(Role role) {
    return switch (role) {
      case CUSTOMER -> 1;
      case SELLER -> 2;
      case ADMIN -> 4;
      case SUPPORT -> 8;
    };
  }

  private static int code(Collection<Role> roles) {
    int code = 0;
    for (Role role : roles) {
      code |= code(role);
    }
    return code;
  }

  /**
   * Returns the numbers of all users with any of the statuses and any of the roles; an empty set
   * admits all.
   */
  public static Short[] ofAny(Set<UserStatus> statuses, Set<Role> roles) {
    var wanted = roles.isEmpty() ? EnumSet.allOf(Role.class) : roles;
    return Stream.of(UserStatus.values())
        .filter(status -> statuses.isEmpty() || statuses.contains(status))
        .flatMap(
            status ->
                SETS.stream()
                    .filter(set -> !Collections.disjoint(set, wanted))
                    .distinct()
                    .map(set -> of(status, set)))
        .toArray(Short[]::new);
  }

  /** Returns the number for a status and a set of roles. */
  public static short of(UserStatus status, Set<Role> roles) {
    return (short) (code(status) | code(roles));
  }

  /** Returns the status that the number contains. */
  public static UserStatus status(int segment) {
    return STATUSES[segment & STATUS_MASK];
  }

  /**
   * Returns the roles that the number contains: an immutable set, the same object for the same
   * roles.
   */
  public static Set<Role> roles(int segment) {
    return SETS.get(segment & ~STATUS_MASK);
  }

  /** Returns an equal set that is immutable, and the same object for the same roles. */
  public static Set<Role> shared(Collection<Role> roles) {
    return SETS.get(code(roles));
  }
}
