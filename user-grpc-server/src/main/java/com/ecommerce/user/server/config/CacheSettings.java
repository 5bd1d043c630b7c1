package com.ecommerce.user.server.config;

import com.ecommerce.user.core.UserCore;

/**
 * The settings of the cache.
 *
 * @param megabytes the memory for cached users; 0 for no cache
 */
public record CacheSettings(int megabytes) {
  private static final int BYTES_BITS = 20;

  static int presetMegabytes() {
    return (int) (UserCore.Builder.defaultCacheBytes() >> BYTES_BITS);
  }

  /** Returns half of the heap; a larger cache would leave too little memory for calls. */
  static int maxMegabytes() {
    return (int) ((Runtime.getRuntime().maxMemory() / 2) >> BYTES_BITS);
  }

  /** Reads the settings, and records problems in the reader. */
  static CacheSettings read(SettingReader reader) {
    return new CacheSettings(reader.integer(Setting.CACHE_MEGABYTES));
  }

  /** Returns the memory for cached users in bytes. */
  public long bytes() {
    return (long) megabytes << BYTES_BITS;
  }
}
