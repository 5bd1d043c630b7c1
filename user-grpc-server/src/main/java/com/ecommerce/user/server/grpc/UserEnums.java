package com.ecommerce.user.server.grpc;

import com.ecommerce.common.v1.SortOrder;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.v1.UserRole;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Converts between the enums of {@code user.v1} and those of the core. */
final class UserEnums {
  private UserEnums() {}

  static com.ecommerce.user.v1.UserStatus status(UserStatus status) {
    return switch (status) {
      case ACTIVE -> com.ecommerce.user.v1.UserStatus.USER_STATUS_ACTIVE;
      case PENDING_VERIFICATION ->
          com.ecommerce.user.v1.UserStatus.USER_STATUS_PENDING_VERIFICATION;
      case DEACTIVATED -> com.ecommerce.user.v1.UserStatus.USER_STATUS_DEACTIVATED;
      case SUSPENDED -> com.ecommerce.user.v1.UserStatus.USER_STATUS_SUSPENDED;
      case BANNED -> com.ecommerce.user.v1.UserStatus.USER_STATUS_BANNED;
    };
  }

  /**
   * Returns the status.
   *
   * @throws InvalidValueException with rule {@code UNKNOWN_VALUE}
   */
  static UserStatus status(com.ecommerce.user.v1.UserStatus status) {
    return switch (status) {
      case USER_STATUS_ACTIVE -> UserStatus.ACTIVE;
      case USER_STATUS_PENDING_VERIFICATION -> UserStatus.PENDING_VERIFICATION;
      case USER_STATUS_DEACTIVATED -> UserStatus.DEACTIVATED;
      case USER_STATUS_SUSPENDED -> UserStatus.SUSPENDED;
      case USER_STATUS_BANNED -> UserStatus.BANNED;
      case USER_STATUS_UNSPECIFIED, UNRECOGNIZED -> throw unknown("a UserStatus");
    };
  }

  static UserRole role(Role role) {
    return switch (role) {
      case CUSTOMER -> UserRole.USER_ROLE_CUSTOMER;
      case SELLER -> UserRole.USER_ROLE_SELLER;
      case ADMIN -> UserRole.USER_ROLE_ADMIN;
      case SUPPORT -> UserRole.USER_ROLE_SUPPORT;
    };
  }

  private static Role role(UserRole role) {
    return switch (role) {
      case USER_ROLE_CUSTOMER -> Role.CUSTOMER;
      case USER_ROLE_SELLER -> Role.SELLER;
      case USER_ROLE_ADMIN -> Role.ADMIN;
      case USER_ROLE_SUPPORT -> Role.SUPPORT;
      case USER_ROLE_UNSPECIFIED, UNRECOGNIZED -> throw unknown("a UserRole");
    };
  }

  /**
   * Returns the roles.
   *
   * @throws InvalidValueException with rule {@code UNKNOWN_VALUE}
   */
  static Set<Role> roles(List<UserRole> roles) {
    Set<Role> parsed = EnumSet.noneOf(Role.class);
    roles.forEach(role -> parsed.add(role(role)));
    return parsed;
  }

  /**
   * Returns the statuses.
   *
   * @throws InvalidValueException with rule {@code UNKNOWN_VALUE}
   */
  static Set<UserStatus> statuses(List<com.ecommerce.user.v1.UserStatus> statuses) {
    Set<UserStatus> parsed = EnumSet.noneOf(UserStatus.class);
    statuses.forEach(status -> parsed.add(status(status)));
    return parsed;
  }

  /**
   * Returns whether to sort in ascending order.
   *
   * @param preset the result for an unspecified order
   * @throws InvalidValueException with rule {@code UNKNOWN_VALUE}
   */
  static boolean isAscending(SortOrder order, boolean preset) {
    return switch (order) {
      case SORT_ORDER_ASC -> true;
      case SORT_ORDER_DESC -> false;
      case SORT_ORDER_UNSPECIFIED -> preset;
      case UNRECOGNIZED -> throw unknown("a SortOrder");
    };
  }

  private static InvalidValueException unknown(String expected) {
    return new InvalidValueException(
        "UNKNOWN_VALUE", "unspecified or unknown (expected: " + expected + ")");
  }
}
