package com.ecommerce.user.core.value;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.InvalidValueException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The id of a user, which never changes and is never reused. New ids are UUIDs of version 7 (RFC
 * 9562), so they sort by the time of creation.
 */
public record UserId(UUID value) {
  public UserId {
    requireNonNull(value, "value");
  }

  /**
   * Reads a UUID in any letter case.
   *
   * @throws InvalidValueException with rule {@code REQUIRED} or {@code INVALID_UUID}
   */
  public static UserId parse(@Nullable String raw) {
    return new UserId(Uuids.parse(raw));
  }

  /** Returns the id in lower case, with hyphens. */
  @Override
  public String toString() {
    return value.toString();
  }
}
