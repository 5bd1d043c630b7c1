package com.ecommerce.user.core.patch;

import com.ecommerce.user.core.error.UserServiceException;
import java.util.Optional;

/**
 * A condition on the version of what a change starts from, such as the version that the caller has
 * read. It is checked in the transaction of the change, so the change is made to a version that
 * meets it, or not at all. Implementations are thread-safe and do not block.
 */
@FunctionalInterface
public interface VersionCondition {
  /** The condition that every version meets. */
  VersionCondition ANY = version -> Optional.empty();

  /**
   * Returns a condition that one version meets. For any other version, the change fails with {@code
   * VERSION_MISMATCH}.
   */
  static VersionCondition is(long expected) {
    return version ->
        version == expected
            ? Optional.empty()
            : Optional.of(UserServiceException.versionMismatch(expected, version));
  }

  /** Returns the condition that a version meets if it meets this one and the other one. */
  default VersionCondition and(VersionCondition other) {
    return version -> refusal(version).or(() -> other.refusal(version));
  }

  /**
   * Returns the exception with which a change of this version fails; empty if the version meets the
   * condition.
   */
  Optional<RuntimeException> refusal(long version);

  /** Returns whether the version meets the condition. */
  default boolean isMetBy(long version) {
    return refusal(version).isEmpty();
  }

  /** Returns if the version meets the condition, and throws the {@link #refusal} otherwise. */
  default void require(long version) {
    refusal(version)
        .ifPresent(
            refusal -> {
              throw refusal;
            });
  }
}
