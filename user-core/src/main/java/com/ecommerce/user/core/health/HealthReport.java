package com.ecommerce.user.core.health;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The health of the service at one moment.
 *
 * @param components each part by name: {@code HEALTHY}, {@code DEGRADED} if it answers but refuses
 *     a part of its work, or {@code UNHEALTHY}
 */
public record HealthReport(Status status, Map<String, Status> components, Instant checkedAt) {
  public HealthReport {
    components = Collections.unmodifiableMap(new TreeMap<>(components));
  }

  /** From the best to the worst. */
  public enum Status {
    HEALTHY,
    /** It works, but a part that it can do without is away, or one refuses a part of its work. */
    DEGRADED,
    /** A part that it needs is away. */
    UNHEALTHY;

    /** Returns the status of the whole after one more component was looked at. */
    Status orWorse(Status component, boolean required) {
      var effect = component == UNHEALTHY && !required ? DEGRADED : component;
      return effect.compareTo(this) > 0 ? effect : this;
    }
  }
}
