package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.Arrays;
import java.util.Optional;

/** The actions that admins can apply to many users at once. */
enum BulkAction {
  SUSPEND("Suspend", Operation.UPDATE_ROLES_AND_STATUS),
  BAN("Ban", Operation.UPDATE_ROLES_AND_STATUS),
  REACTIVATE("Reactivate", Operation.UPDATE_ROLES_AND_STATUS),
  DEACTIVATE("Deactivate", Operation.DEACTIVATE_USER),
  END_SESSIONS("End the sessions of", Operation.REVOKE_ALL_SESSIONS),
  VERIFY("Send the verification again to", Operation.VERIFY_EMAIL),
  DELETE("Delete", Operation.DELETE_USER);

  private final String title;
  private final Operation operation;

  BulkAction(String title, Operation operation) {
    this.title = title;
    this.operation = operation;
  }

  /**
   * Returns the action with this name.
   *
   * @throws UserServiceException with {@code INVALID_REQUEST} if there is none
   */
  static BulkAction parse(String name) {
    return Arrays.stream(values())
        .filter(action -> Labels.lower(action).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                UserServiceException.invalid(
                    ErrorReason.INVALID_REQUEST, "action", "unknown (expected: one of the list)"));
  }

  /** Returns the verb of labels and headings, which the number of users follows. */
  String title() {
    return title;
  }

  /** Returns the operation that the admin must be allowed to perform on each user. */
  Operation operation() {
    return operation;
  }

  /** Returns whether the action cannot be undone. */
  boolean isFinal() {
    return this == DELETE;
  }

  /** Applies the action to one user. */
  void apply(UserCore core, RequestContext call, UserId id) {
    switch (this) {
      case SUSPEND -> change(StatusChange.SUSPEND, core, call, id);
      case BAN -> change(StatusChange.BAN, core, call, id);
      case REACTIVATE -> change(StatusChange.REACTIVATE, core, call, id);
      case DEACTIVATE -> change(StatusChange.DEACTIVATE, core, call, id);
      case END_SESSIONS -> core.sessions().revokeAll(call, id, Optional.empty());
      case VERIFY -> core.emailVerifications().request(call, id);
      case DELETE -> core.usersWithAdmin().delete(call, id, "");
    }
  }

  private static void change(StatusChange change, UserCore core, RequestContext call, UserId id) {
    change.applyToCurrent(core.usersWithAdmin(), call, id);
  }
}
