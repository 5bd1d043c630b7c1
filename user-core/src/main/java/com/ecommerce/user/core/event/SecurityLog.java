package com.ecommerce.user.core.event;

import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;

/**
 * Writes security events to the log at INFO and to the event log (OWASP ASVS 5.0, chapter 16):
 * failed logins, accounts under attack, calls refused for lack of rights, reused refresh tokens,
 * changed roles, new admins and service clients. Thread-safe.
 *
 * <p>No caller can flood it. Occurrences that anybody can cause are counted and written once a
 * minute: one line for each kind, and one event for each user, for at most 100 users of each kind.
 * Occurrences that only privileged callers can cause are written immediately, at most 20 lines a
 * minute.
 *
 * <p>Lines and events contain ids and coarse networks, no other personal data, and no text that a
 * client sent. A process that is killed loses the counts of at most a minute.
 */
public interface SecurityLog {
  /**
   * Counts a failed login or other check of a password: the password was wrong or the attempt was
   * refused.
   *
   * @param user empty for an account that does not exist
   */
  void failedLogin(RequestContext call, Optional<UserId> user);

  /**
   * Counts a call that was refused because its caller lacks the right.
   *
   * @param call the refused call
   * @param operation the method's name
   */
  void accessDenied(RequestContext call, String operation);

  /**
   * Writes the counts since the last time, in the calling thread.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException when the event log cannot be
   *     written; a later run tries again
   */
  void writeSums();
}
