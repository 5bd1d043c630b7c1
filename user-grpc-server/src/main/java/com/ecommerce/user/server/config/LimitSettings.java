package com.ecommerce.user.server.config;

import com.ecommerce.user.core.limit.MethodLimits;
import com.ecommerce.user.core.limit.Rate;
import com.ecommerce.user.core.limit.RateLimitSettings;
import java.util.Optional;

/**
 * The options for how often callers may call, and where that is counted.
 *
 * @param redis empty: in this process
 */
public record LimitSettings(RateLimitSettings rates, Optional<RedisUrl> redis) {
  private static final int NONE = 0;

  /** Notes what is wrong in the reader. */
  static LimitSettings read(SettingReader reader) {
    int calls = reader.integer(Setting.RATE_LIMIT_PER_SECOND, NONE, NONE, Rate.MAX_CALLS);
    int usualBurst = Math.max(1, Rate.usualBurst(calls));
    int burst = reader.integer(Setting.RATE_LIMIT_BURST, usualBurst, 1, Rate.MAX_BURST);
    var methods =
        reader.parse(Setting.RATE_LIMIT_METHODS, MethodLimits.DEFAULT, MethodLimits::parse);
    return new LimitSettings(
        new RateLimitSettings(
            calls == NONE ? Optional.empty() : Optional.of(Rate.perSecond(calls, burst)), methods),
        reader.parse(Setting.REDIS_URL, Optional.empty(), url -> Optional.of(RedisUrl.parse(url))));
  }
}
