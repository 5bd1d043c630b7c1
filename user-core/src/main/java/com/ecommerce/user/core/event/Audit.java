package com.ecommerce.user.core.event;

import com.ecommerce.user.core.request.Actor;
import java.time.Instant;

/**
 * The times and actors of an object's creation and latest change, and its version. Immutable.
 *
 * @param createdAt the time of the creation, in microseconds
 * @param updatedAt the time of the latest change, in microseconds
 * @param version 1 at first, increased by 1 with each change
 */
public record Audit(
    Instant createdAt, Instant updatedAt, String createdBy, String updatedBy, long version) {
  /** Returns the audit data of an object that is created now. */
  public static Audit first(Actor actor, Instant now) {
    return new Audit(now, now, actor.name(), actor.name(), 1);
  }

  /** Returns the audit data after one more change. */
  public Audit next(Actor actor, Instant now) {
    return new Audit(createdAt, now, createdBy, actor.name(), version + 1);
  }
}
