package com.ecommerce.user.core.value;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.InvalidValueException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The id of a session, which is one login of a user on one device. */
public record SessionId(UUID value) {
  public SessionId {
    requireNonNull(value, "value");
  }

  /**
   * Reads a UUID in any letter case.
   *
   * @throws InvalidValueException with rule {@code REQUIRED} or {@code INVALID_UUID}
   */
  public static SessionId parse(@Nullable String raw) {
    return new SessionId(Uuids.parse(raw));
  }

  /** Returns the id in lower case, with hyphens. */
  @Override
  public String toString() {
    return value.toString();
  }
}
