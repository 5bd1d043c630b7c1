package com.ecommerce.user.core.limit;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The limits on the calls of a caller. Immutable.
 *
 * @param perCaller the rate of all calls of a caller together; empty for no limit
 * @param methods the limits of single methods, which apply in addition
 */
public record RateLimitSettings(Optional<Rate> perCaller, MethodLimits methods) {
  /** No limit at all. */
  public static final RateLimitSettings NONE =
      new RateLimitSettings(Optional.empty(), MethodLimits.NONE);

  /** The presets for costly methods alone. */
  public static final RateLimitSettings DEFAULT =
      new RateLimitSettings(Optional.empty(), MethodLimits.DEFAULT);

  public RateLimitSettings {
    requireNonNull(perCaller, "perCaller");
    requireNonNull(methods, "methods");
  }
}
