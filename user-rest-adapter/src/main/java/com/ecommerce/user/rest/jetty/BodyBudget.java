package com.ecommerce.user.rest.jetty;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the memory of bodies whose requests are not answered yet, in total and by client network.
 * A part of it is reserved for small bodies. Thread-safe.
 */
final class BodyBudget {
  /** The maximum size of a small body. Nearly every body of this API is small. */
  private static final int SMALL = 16 * 1024;

  private final long limit;
  private final AtomicLong held = new AtomicLong();
  private final Map<String, Long> heldByNetwork = new ConcurrentHashMap<>();

  BodyBudget(long limit) {
    this.limit = limit;
  }

  /** The memory of one body. Used by one thread at a time. */
  final class Share {
    private final String network;
    private final boolean isCounted;
    private long bytes;

    private Share(String network, boolean isCounted) {
      this.network = network;
      this.isCounted = isCounted;
    }

    /**
     * Adds memory to the share.
     *
     * @return false if that exceeds the limit; the memory still counts until it is released
     */
    boolean take(long more) {
      bytes += more;
      long all = held.addAndGet(more);
      long ofNetwork = isCounted ? heldByNetwork.merge(network, more, Long::sum) : 0;
      return bytes <= SMALL
          ? all <= limit && ofNetwork <= limit / 4 * 3
          : all <= limit / 4 * 3 && ofNetwork <= limit / 2;
    }

    /** Releases all memory of the body, once. */
    void release() {
      held.addAndGet(-bytes);
      if (isCounted) {
        heldByNetwork.computeIfPresent(
            network, (name, taken) -> taken == bytes ? null : taken - bytes);
      }
      bytes = 0;
    }
  }

  /**
   * Begins to count the memory of a body.
   *
   * @param isCounted whether the body counts towards the limit of the network
   */
  Share share(String network, boolean isCounted) {
    return new Share(network, isCounted);
  }

  /** Returns the number of bytes that are held. */
  long held() {
    return held.get();
  }
}
