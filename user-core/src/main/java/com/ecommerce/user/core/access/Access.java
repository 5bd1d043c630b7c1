package com.ecommerce.user.core.access;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;

/** Checks callers against the table of rights, {@link Operation}. Stateless. */
public final class Access {
  private Access() {}

  /**
   * Returns if the caller may perform the operation, and throws otherwise. The check knows only the
   * id of the target, so that a refusal does not reveal whether such a user exists.
   *
   * @param target the user that the operation concerns; empty if it concerns no user or the request
   *     names none
   * @throws UserServiceException with {@code CREDENTIALS_MISSING} if the caller is anonymous, and
   *     with {@code ACCESS_DENIED} if the caller is known but lacks the right
   */
  public static void require(Caller caller, Operation operation, Optional<UserId> target) {
    requireNonNull(caller, "caller");
    requireNonNull(operation, "operation");
    requireNonNull(target, "target");
    if (allows(caller, operation, target)) {
      return;
    }
    throw caller instanceof Caller.Anonymous
        ? UserServiceException.of(
            ErrorReason.CREDENTIALS_MISSING, "no credentials (expected: a bearer access token)")
        : denied();
  }

  /**
   * Does the same as {@link #require} for an additional right that a part of the request needs. The
   * caller may make such a call without that part, so even an anonymous caller is denied instead of
   * being asked for credentials.
   *
   * @throws UserServiceException with {@code ACCESS_DENIED}
   */
  public static void requireAlso(Caller caller, Operation operation, Optional<UserId> target) {
    requireNonNull(caller, "caller");
    requireNonNull(operation, "operation");
    requireNonNull(target, "target");
    if (!allows(caller, operation, target)) {
      throw denied();
    }
  }

  private static UserServiceException denied() {
    return UserServiceException.of(
        ErrorReason.ACCESS_DENIED, "not allowed (expected: a caller with the right to do this)");
  }

  /** Returns whether {@link #require} would pass. */
  public static boolean isAllowed(Caller caller, Operation operation, Optional<UserId> target) {
    requireNonNull(caller, "caller");
    requireNonNull(operation, "operation");
    requireNonNull(target, "target");
    return allows(caller, operation, target);
  }

  private static boolean allows(Caller caller, Operation operation, Optional<UserId> target) {
    if (operation.who() == Operation.Who.ANYONE || caller instanceof Caller.Service) {
      return true;
    }
    return caller instanceof Caller.User user
        && (user.roles().contains(Role.ADMIN) || allows(user, operation, target));
  }

  private static boolean allows(Caller.User user, Operation operation, Optional<UserId> target) {
    boolean isOwner = target.equals(Optional.of(user.id()));
    boolean isSupport = user.roles().contains(Role.SUPPORT);
    return switch (operation.who()) {
      case ANYONE, SIGNED_IN -> true;
      case OWNER -> isOwner;
      case OWNER_AND_SUPPORT -> isOwner || isSupport;
      case SUPPORT -> isSupport;
      case ADMINS -> false;
    };
  }
}
