package com.ecommerce.user.core.bulk;

import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.function.Consumer;

/**
 * Exports users. Thread-safe; the methods block.
 *
 * <p>Both fail with {@code DATABASE_UNAVAILABLE}, {@code DEADLINE_EXCEEDED} and {@code
 * CALL_CANCELLED}.
 */
public interface UserExports {
  /** The maximum number of exports that run at the same time. */
  int MAX_CONCURRENT = 2;

  /**
   * Passes all users whom the filter admits, in the order of their ids, as they were when the
   * export began. Takes the memory of a page of users, and one connection to the database with a
   * transaction until it ends.
   *
   * @param withHashes whether to export the hashes of the passwords, which the security log records
   * @param receiver takes a user at a time; may block and throw
   * @throws UserServiceException with {@code SERVER_BUSY} if {@link #MAX_CONCURRENT} exports are
   *     running
   */
  void export(
      RequestContext call, UserFilter filter, boolean withHashes, Consumer<ExportedUser> receiver);

  /**
   * Returns all that the service knows of one person.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}
   */
  UserDocument document(RequestContext call, UserId user);

  /**
   * Returns the same document with only the newest sessions, events and mails.
   *
   * @param newest the maximum number of sessions, of events and of mails
   * @throws UserServiceException with {@code USER_NOT_FOUND}
   */
  UserDocument document(RequestContext call, UserId user, int newest);
}
