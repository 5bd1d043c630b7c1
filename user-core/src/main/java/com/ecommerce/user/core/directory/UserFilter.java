package com.ecommerce.user.core.directory;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.StatusRoleCode;
import com.ecommerce.user.core.account.UserStatus;
import java.util.Set;

/**
 * A filter for users with any of the statuses and any of the roles. An empty set admits all.
 * Immutable.
 */
public record UserFilter(Set<UserStatus> statuses, Set<Role> roles) {
  /** The filter that admits all users. */
  public static final UserFilter ALL = new UserFilter(Set.of(), Set.of());

  public UserFilter {
    requireNonNull(statuses, "statuses");
    requireNonNull(roles, "roles");
    statuses = Set.copyOf(statuses);
    roles = Set.copyOf(roles);
  }

  /** Returns the values of the column {@code segment} that this filter admits. */
  public Short[] segments() {
    return StatusRoleCode.ofAny(statuses, roles);
  }

  /** Returns a text that equal filters share, to bind page tokens to the filter. */
  public String fingerprint() {
    return statuses.stream().sorted().toList() + "" + roles.stream().sorted().toList();
  }
}
