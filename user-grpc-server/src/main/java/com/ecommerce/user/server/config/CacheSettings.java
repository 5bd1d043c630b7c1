package com.ecommerce.user.server.config;

import com.ecommerce.user.core.UserCore;

/**
 * The options for what is kept in memory.
 *
 * @param megabytes of copies of users; 0: none
 */
public record CacheSettings(int megabytes) {
  private static final int BYTES_BITS = 20;

  /** Notes what is wrong in the reader: more than half of the heap leaves too little for calls. */
  static CacheSettings read(SettingReader reader) {
    int preset = (int) (UserCore.Builder.defaultCacheBytes() >> BYTES_BITS);
    int most = (int) ((Runtime.getRuntime().maxMemory() / 2) >> BYTES_BITS);
    return new CacheSettings(reader.integer(Setting.CACHE_MEGABYTES, preset, 0, most));
  }

  public long bytes() {
    return (long) megabytes << BYTES_BITS;
  }
}
