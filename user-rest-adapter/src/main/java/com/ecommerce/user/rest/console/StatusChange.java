package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.patch.VersionCondition;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The changes of a user's status that admins make. */
enum StatusChange {
  REACTIVATE(
      "Reactivate",
      Notice.REACTIVATED,
      EnumSet.of(UserStatus.DEACTIVATED, UserStatus.SUSPENDED, UserStatus.BANNED)),
  SUSPEND(
      "Suspend",
      Notice.SUSPENDED,
      EnumSet.of(UserStatus.ACTIVE, UserStatus.PENDING_VERIFICATION, UserStatus.DEACTIVATED)),
  BAN("Ban", Notice.BANNED, EnumSet.complementOf(EnumSet.of(UserStatus.BANNED))),
  DEACTIVATE(
      "Deactivate",
      Notice.DEACTIVATED,
      EnumSet.of(UserStatus.ACTIVE, UserStatus.PENDING_VERIFICATION));

  private final String title;
  private final Notice notice;
  private final Set<UserStatus> from;

  StatusChange(String title, Notice notice, Set<UserStatus> from) {
    this.title = title;
    this.notice = notice;
    this.from = from;
  }

  /**
   * Returns the change with this name.
   *
   * @throws UserServiceException with {@code INVALID_REQUEST} if there is none
   */
  static StatusChange parse(String name) {
    return Arrays.stream(values())
        .filter(change -> Labels.lower(change).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                UserServiceException.invalid(
                    ErrorReason.INVALID_REQUEST, "change", "unknown (expected: a button)"));
  }

  /** Returns the changes that are possible from a status. */
  static List<StatusChange> of(UserStatus status) {
    return Arrays.stream(values()).filter(change -> change.from.contains(status)).toList();
  }

  /** Returns the label of the button. */
  String title() {
    return title;
  }

  Notice notice() {
    return notice;
  }

  /** Changes the status of a user. */
  void apply(
      Users users, RequestContext call, UserId id, String reason, VersionCondition condition) {
    switch (this) {
      case REACTIVATE -> reactivate(users, call, id, condition);
      case SUSPEND -> update(users, call, id, UserStatus.SUSPENDED, condition);
      case BAN -> update(users, call, id, UserStatus.BANNED, condition);
      case DEACTIVATE -> users.deactivate(call, id, reason, condition);
    }
  }

  /**
   * Changes the status of a user whose page nobody has seen. A user who has the status keeps it.
   *
   * @throws UserServiceException with {@code USER_BANNED} if the user is banned, since a ban is
   *     lifted only on the user's own page
   */
  void applyToCurrent(Users users, RequestContext call, UserId id) {
    var user = users.getCurrent(call, id);
    if (user.status() == UserStatus.BANNED && this != BAN) {
      throw UserServiceException.of(
          ErrorReason.USER_BANNED, "a banned user (expected: a change on the user's own page)");
    }
    apply(users, call, id, "", VersionCondition.is(user.audit().version()));
  }

  /** Opens a deactivated, suspended or banned account. */
  private static void reactivate(
      Users users, RequestContext call, UserId id, VersionCondition condition) {
    var user = users.getCurrent(call, id);
    if (user.status() == UserStatus.SUSPENDED || user.status() == UserStatus.BANNED) {
      update(users, call, id, open(user), condition);
    } else {
      users.reactivate(call, id, condition);
    }
  }

  private static UserStatus open(User user) {
    return user.emailVerified() ? UserStatus.ACTIVE : UserStatus.PENDING_VERIFICATION;
  }

  private static void update(
      Users users, RequestContext call, UserId id, UserStatus status, VersionCondition condition) {
    users.update(call, id, UserPatch.builder().status(status).condition(condition).build());
  }
}
