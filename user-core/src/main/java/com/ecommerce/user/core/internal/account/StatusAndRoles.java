package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.StatusRoleCode;
import com.ecommerce.user.core.account.UserStatus;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The status and the roles of a user, which are stored by name.
 *
 * <p>Unknown names of roles are ignored, since instances of a newer version may be running. To this
 * version, the user does not have such a role. The role stays in the row, since only changed
 * columns are written.
 *
 * @param roles never empty; {@code CUSTOMER}, which has no rights over others, if all names are
 *     unknown
 */
record StatusAndRoles(UserStatus status, Set<Role> roles) {
  /** The SQL expression for the status, followed by the roles, all separated by spaces. */
  static final String COLUMN = "status || ' ' || array_to_string(roles, ' ')";

  /** Those without unknown names by the text of the column, whose roles are sorted. */
  private static final Map<String, StatusAndRoles> KNOWN =
      Stream.of(StatusRoleCode.ofAny(Set.of(), Set.of()))
          .map(code -> new StatusAndRoles(StatusRoleCode.status(code), StatusRoleCode.roles(code)))
          .collect(Collectors.toUnmodifiableMap(StatusAndRoles::column, known -> known));

  private static final Set<String> ROLE_NAMES =
      Stream.of(Role.values()).map(Role::name).collect(Collectors.toUnmodifiableSet());

  /**
   * Reads {@link #COLUMN}.
   *
   * @throws IllegalArgumentException when the status is unknown
   */
  static StatusAndRoles parse(String column) {
    var known = KNOWN.get(column);
    return known == null ? read(column) : known;
  }

  private static StatusAndRoles read(String column) {
    String[] names = column.split(" ");
    var roles = Stream.of(names).skip(1).filter(ROLE_NAMES::contains).map(Role::valueOf).toList();
    return new StatusAndRoles(
        UserStatus.valueOf(names[0]),
        StatusRoleCode.shared(roles.isEmpty() ? Set.of(Role.CUSTOMER) : roles));
  }

  private String column() {
    return status + " " + roles.stream().map(Role::name).collect(Collectors.joining(" "));
  }
}
