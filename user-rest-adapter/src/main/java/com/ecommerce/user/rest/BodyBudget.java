package com.ecommerce.user.rest;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of bodies that were received and not yet answered, in all and by client network. Small
 * bodies have a part of it that large ones cannot take. Thread-safe.
 */
final class BodyBudget {
  /** Nearly every body of this API. */
  private static final int SMALL = 16 * 1024;

  private final long limit;
  private final AtomicLong held = new AtomicLong();
  private final Map<String, Long> heldByNetwork = new ConcurrentHashMap<>();

  BodyBudget(long limit) {
    this.limit = limit;
  }

  /** The part of one body. Used by one thread at a time. */
  final class Share {
    private final String network;
    private final boolean isCounted;
    private long bytes;

    private Share(String network, boolean isCounted) {
      this.network = network;
      this.isCounted = isCounted;
    }

    /**
     * Takes more.
     *
     * @return false if that is too much; what was taken stays until it is released
     */
    boolean take(long more) {
      bytes += more;
      long all = held.addAndGet(more);
      long ofNetwork = isCounted ? heldByNetwork.merge(network, more, Long::sum) : 0;
      return bytes <= SMALL
          ? all <= limit && ofNetwork <= limit / 4 * 3
          : all <= limit / 4 * 3 && ofNetwork <= limit / 2;
    }

    /** Gives all of it back, once. */
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
   * Begins to count a body.
   *
   * @param isCounted whether the network has a limit of its own
   */
  Share share(String network, boolean isCounted) {
    return new Share(network, isCounted);
  }

  /** Returns how many bytes are held now. */
  long held() {
    return held.get();
  }
}
