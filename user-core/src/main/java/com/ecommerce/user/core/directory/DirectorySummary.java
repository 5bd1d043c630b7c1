package com.ecommerce.user.core.directory;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserStatus;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/**
 * Figures about all users. Immutable.
 *
 * @param statuses the exact number of users of each status
 * @param roles the exact number of users of each role; a user may have several
 * @param registrations the number of users who were created on each day, in UTC, the newest last
 * @param signedIn the number of users whose latest login was within the last 24 hours; more than
 *     {@link #MAX_COUNTED} are not counted
 * @param failedAccounts the number of accounts with failed logins among the last {@link
 *     #MAX_COUNTED} events of the last 24 hours
 */
public record DirectorySummary(
    Map<UserStatus, Long> statuses,
    Map<Role, Long> roles,
    List<Day> registrations,
    long signedIn,
    long failedAccounts) {
  /** The maximum number of rows that one figure counts, so that its cost has a bound. */
  public static final int MAX_COUNTED = 10_000;

  public DirectorySummary {
    statuses = Map.copyOf(statuses);
    roles = Map.copyOf(roles);
    registrations = List.copyOf(registrations);
  }

  /** Returns the exact number of all users. */
  public long users() {
    return statuses.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * The number of users who were created on a day.
   *
   * @param isEstimate whether the number is an estimate, as it is above {@link #MAX_COUNTED}
   */
  public record Day(LocalDate date, long users, boolean isEstimate) {}
}
