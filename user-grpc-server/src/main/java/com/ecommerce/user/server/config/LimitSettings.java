package com.ecommerce.user.server.config;

import com.ecommerce.user.core.limit.MethodLimits;
import com.ecommerce.user.core.limit.Rate;
import com.ecommerce.user.core.limit.RateLimitSettings;
import java.util.Optional;

/**
 * The settings of rate limits.
 *
 * @param redis the Redis in which calls are counted; empty to count them in this process
 */
public record LimitSettings(RateLimitSettings rates, Optional<RedisUrl> redis) {
  /** Reads the settings, and records problems in the reader. */
  static LimitSettings read(SettingReader reader) {
    int calls = reader.integer(Setting.RATE_LIMIT_PER_SECOND);
    int burst = reader.integer(Setting.RATE_LIMIT_BURST);
    return new LimitSettings(
        new RateLimitSettings(
            calls == 0 ? Optional.empty() : Optional.of(Rate.perSecond(calls, burst)),
            reader
                .optional(Setting.RATE_LIMIT_METHODS, MethodLimits::parse)
                .orElse(MethodLimits.DEFAULT)),
        reader.optional(Setting.REDIS_URL, RedisUrl::parse));
  }
}
