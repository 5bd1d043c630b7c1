package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.StatusRoleCode;
import com.ecommerce.user.core.account.UserStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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

  private static final Set<String> ROLE_NAMES = names();

  /**
   * Results by the text of the column. Those with unknown names are not kept, so the map stays
   * small.
   */
  private static final Map<String, StatusAndRoles> KNOWN = new ConcurrentHashMap<>();

  private static Set<String> names() {
    return Set.copyOf(List.of(Role.values()).stream().map(Role::name).toList());
  }

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
    var status = UserStatus.valueOf(names[0]);
    List<Role> roles = new ArrayList<>();
    boolean allKnown = true;
    for (int i = 1; i < names.length; i++) {
      if (ROLE_NAMES.contains(names[i])) {
        roles.add(Role.valueOf(names[i]));
      } else {
        allKnown = false;
      }
    }
    var shared = StatusRoleCode.shared(roles.isEmpty() ? Set.of(Role.CUSTOMER) : roles);
    var parsed = new StatusAndRoles(status, shared);
    if (allKnown) {
      KNOWN.put(column, parsed);
    }
    return parsed;
  }
}
