package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.StatusRoleCode;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Refuses changes after which there would be no active admin, and more than one first admin.
 *
 * <p>The transactions that this class guards run one after the other from the check on, by a lock
 * that they keep until they end: of two admins who demote each other at the same time, the second
 * one finds that no other admin is left. Each check is a statement of its own, so at READ COMMITTED
 * it sees what the holder of the lock before has committed. The count is a sum of few rows.
 */
public final class AdminGuard implements AccountListener {
  private static final Set<Role> ADMIN = Set.of(Role.ADMIN);
  private static final Short[] ADMINS = StatusRoleCode.ofAny(Set.of(), ADMIN);
  private static final Short[] ACTIVE_ADMINS =
      StatusRoleCode.ofAny(Set.of(UserStatus.ACTIVE), ADMIN);

  @Override
  public void onUpdated(Handle tx, RequestContext call, User before, User after) {
    if (isActiveAdmin(before) && !isActiveAdmin(after)) {
      requireMoreThan(tx, 0);
    }
  }

  @Override
  public void onDeleted(Handle tx, RequestContext call, User user) {
    if (isActiveAdmin(user)) {
      requireMoreThan(tx, 1);
    }
  }

  private static boolean isActiveAdmin(User user) {
    return user.status() == UserStatus.ACTIVE && user.roles().contains(Role.ADMIN);
  }

  private static void requireMoreThan(Handle tx, int count) {
    if (count(tx, ACTIVE_ADMINS) <= count) {
      throw UserServiceException.of(
          ErrorReason.LAST_ADMIN,
          "the user is the only active admin (expected: another active admin)");
    }
  }

  /**
   * Checks that there is no admin, whatever the status.
   *
   * @throws UserServiceException with {@code ACCESS_DENIED} if there is one
   */
  static void requireNone(Handle tx) {
    if (count(tx, ADMINS) > 0) {
      throw UserServiceException.of(
          ErrorReason.ACCESS_DENIED, "there is an admin already (expected: none)");
    }
  }

  private static long count(Handle tx, Short[] segments) {
    var dao = new UserDao(tx);
    dao.lockAdmins();
    return dao.count(segments);
  }
}
