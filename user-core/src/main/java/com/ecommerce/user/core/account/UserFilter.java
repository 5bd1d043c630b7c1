package com.ecommerce.user.core.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which users a list shows: those with any of the statuses and any of the roles. An empty set
 * filters nothing.
 */
public record UserFilter(Set<UserStatus> statuses, Set<Role> roles) {
  public static final UserFilter ALL = new UserFilter(Set.of(), Set.of());

  public UserFilter {
    statuses = Set.copyOf(statuses);
    roles = Set.copyOf(roles);
  }

  /**
   * The numbers of the column {@code segment} that this filter admits; the SQL function
   * user_segment is its twin.
   */
  Short[] segments() {
    int wanted = roles.stream().mapToInt(role -> 1 << role.ordinal()).sum();
    List<Short> segments = new ArrayList<>();
    for (UserStatus status : UserStatus.values()) {
      for (int roleSet = 1; roleSet < 1 << Role.values().length; roleSet++) {
        boolean statusFits = statuses.isEmpty() || statuses.contains(status);
        boolean rolesFit = wanted == 0 || (roleSet & wanted) != 0;
        if (statusFits && rolesFit) {
          segments.add((short) (status.ordinal() * 16 + roleSet));
        }
      }
    }
    return segments.toArray(Short[]::new);
  }

  /** The same text for the same filter, to bind page tokens to it. */
  String fingerprint() {
    return statuses.stream().sorted().toList() + "" + roles.stream().sorted().toList();
  }
}
