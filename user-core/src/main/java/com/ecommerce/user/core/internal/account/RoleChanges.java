package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.internal.event.JdbiSecurityLog;
import com.ecommerce.user.core.request.RequestContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Records each change of roles, and each new user with a role other than customer, in the event log
 * and the security log. Thread-safe.
 */
public final class RoleChanges implements AccountListener {
  private static final Set<Role> ORDINARY = Set.of(Role.CUSTOMER);

  private final EventLog events;
  private final JdbiSecurityLog security;

  public RoleChanges(EventLog events, JdbiSecurityLog security) {
    this.events = events;
    this.security = security;
  }

  /**
   * Returns the event for the roles of a new user, or empty for a customer. The line in the
   * security log is written when the transaction commits.
   */
  Optional<EventLog.Entry> ofCreation(Handle tx, RequestContext call, User user) {
    if (user.roles().equals(ORDINARY)) {
      return Optional.empty();
    }
    writeAfterCommit(tx, call, "User " + user.id() + " was created with " + text(user.roles()));
    return Optional.of(entry(call, user, "created with " + text(user.roles())));
  }

  @Override
  public void onUpdated(Handle tx, RequestContext call, User before, User after) {
    if (before.roles().equals(after.roles())) {
      return;
    }
    String change = "from " + text(before.roles()) + " to " + text(after.roles());
    events.append(tx, entry(call, after, change));
    writeAfterCommit(tx, call, "Roles of user " + after.id() + " were changed " + change);
  }

  @Override
  public void onImported(
      Handle tx, RequestContext call, Optional<User> before, User after, boolean sendsMails) {
    if (before.isPresent()) {
      onUpdated(tx, call, before.get(), after);
    } else {
      ofCreation(tx, call, after).ifPresent(entry -> events.append(tx, entry));
    }
  }

  private static EventLog.Entry entry(RequestContext call, User user, String reason) {
    return EventLog.Entry.of(
            call, user.audit().updatedAt(), EventType.USER_ROLES_CHANGED, user.id())
        .because(reason)
        .changing(List.of("roles"))
        .leadingTo(user.audit().version());
  }

  private void writeAfterCommit(Handle tx, RequestContext call, String what) {
    tx.afterCommit(() -> security.privileged(call, EventType.USER_ROLES_CHANGED, what));
  }

  private static String text(Set<Role> roles) {
    return roles.stream().sorted().map(Role::name).collect(Collectors.joining("+"));
  }
}
