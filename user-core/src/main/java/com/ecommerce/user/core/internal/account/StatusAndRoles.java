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
 * A user's status and roles as a row of {@code users} has them: by name.
 *
 * <p>A name of a role that this version does not know is left out: while instances of a newer
 * version run beside this one, it takes such a user for one without that role, and since only what
 * has changed is written, the role stays in the row.
 *
 * @param roles never empty; {@code CUSTOMER}, which has no rights over others, where all are
 *     unknown
 */
record StatusAndRoles(UserStatus status, Set<Role> roles) {
  /** The status, and the roles behind it, with a space before each. */
  static final String COLUMN = "status || ' ' || array_to_string(roles, ' ')";

  private static final Set<String> ROLE_NAMES = names();

  /** Results by column text. Texts with unknown names are not kept, so the map stays small. */
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
