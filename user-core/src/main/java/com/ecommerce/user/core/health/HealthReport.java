package com.ecommerce.user.core.health;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How well the service was at a moment.
 *
 * @param components each part by name, {@code HEALTHY} or {@code UNHEALTHY}
 */
public record HealthReport(Status status, Map<String, Status> components, Instant checkedAt) {
  public HealthReport {
    components = Collections.unmodifiableMap(new TreeMap<>(components));
  }

  /** From the best to the worst. */
  public enum Status {
    HEALTHY,
    /** It works, but a part that it can do without is away. */
    DEGRADED,
    /** A part that it needs is away. */
    UNHEALTHY;

    /** After one more component was found away. */
    Status orWorse(boolean required) {
      return required || this == UNHEALTHY ? UNHEALTHY : DEGRADED;
    }
  }
}
