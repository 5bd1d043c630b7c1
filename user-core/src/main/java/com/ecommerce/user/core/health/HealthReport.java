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

  /** The status of the service or of a component, from the best to the worst. */
  public enum Status {
    /** All components work. */
    HEALTHY,
    /**
     * The service works, but an optional component does not answer, or one refuses part of its
     * work.
     */
    DEGRADED,
    /** A required component does not answer. */
    UNHEALTHY;

    /** Returns the overall status after one more component was checked. */
    Status orWorse(Status component, boolean required) {
      var effect = component == UNHEALTHY && !required ? DEGRADED : component;
      return effect.compareTo(this) > 0 ? effect : this;
    }
  }
}
