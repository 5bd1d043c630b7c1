package com.ecommerce.user.core.health;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The health of the service at one moment.
 *
 * @param components the status of each component by name: {@code HEALTHY}, {@code DEGRADED} if it
 *     answers but refuses part of its work, or {@code UNHEALTHY}
 */
public record HealthReport(Status status, Map<String, Status> components, Instant checkedAt) {
  public HealthReport {
    components = Collections.unmodifiableMap(new TreeMap<>(components));
  }

  /** From the best to the worst. */
  public enum Status {
    HEALTHY,
    /**
     * The service works, but an optional component does not answer, or one refuses part of its
     * work.
     */
    DEGRADED,
    /** A part that it needs is away. */
    UNHEALTHY;

    /** Returns the overall status after one more component was checked. */
    Status orWorse(Status component, boolean required) {
      var effect = component == UNHEALTHY && !required ? DEGRADED : component;
      return effect.compareTo(this) > 0 ? effect : this;
    }
  }
}
