package com.ecommerce.user.core.event;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * When and by whom an object was made and last changed.
 *
 * @param createdAt UTC, microseconds
 * @param updatedAt UTC, microseconds
 * @param version 1 at first, plus 1 with each change
 */
public record Audit(
    Instant createdAt, Instant updatedAt, String createdBy, String updatedBy, long version) {
  public static Audit first(Actor actor, Instant now) {
    return new Audit(now, now, actor.name(), actor.name(), 1);
  }

  /** After one more change. */
  public Audit next(Actor actor, Instant now) {
    return new Audit(createdAt, now, createdBy, actor.name(), version + 1);
  }

  /** Returns whether this is the expected version, if one is expected. */
  public boolean isExpected(OptionalLong expected) {
    return expected.isEmpty() || expected.getAsLong() == version;
  }

  /**
   * @throws UserServiceException with {@code VERSION_MISMATCH} when a version was expected and this
   *     is another
   */
  public void requireVersion(OptionalLong expected) {
    if (!isExpected(expected)) {
      throw UserServiceException.versionMismatch(expected.getAsLong(), version);
    }
  }
}
