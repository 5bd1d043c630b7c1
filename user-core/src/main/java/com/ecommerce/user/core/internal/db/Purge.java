package com.ecommerce.user.core.internal.db;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Deletes rows of a feature that serve nobody any more. */
@FunctionalInterface
public interface Purge {
  /**
   * Deletes some of them, and skips those that another instance deletes right now.
   *
   * @param limit how many at most
   * @return how many went; fewer than the limit when none is left
   */
  int purge(Handle tx, Instant now, int limit);
}
