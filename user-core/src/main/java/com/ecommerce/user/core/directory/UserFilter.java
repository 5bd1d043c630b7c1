package com.ecommerce.user.core.directory;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.StatusRoleCode;
import com.ecommerce.user.core.account.UserStatus;
import java.util.Set;

/**
 * Which users a list shows: those with any of the statuses and any of the roles. An empty set
 * filters nothing.
 */
public record UserFilter(Set<UserStatus> statuses, Set<Role> roles) {
  public static final UserFilter ALL = new UserFilter(Set.of(), Set.of());

  public UserFilter {
    requireNonNull(statuses, "statuses");
    requireNonNull(roles, "roles");
    statuses = Set.copyOf(statuses);
    roles = Set.copyOf(roles);
  }

  /** The numbers of the column {@code segment} that this filter admits. */
  public Short[] segments() {
    return StatusRoleCode.ofAny(statuses, roles);
  }

  /** The same text for the same filter, to bind page tokens to it. */
  public String fingerprint() {
    return statuses.stream().sorted().toList() + "" + roles.stream().sorted().toList();
  }
}
