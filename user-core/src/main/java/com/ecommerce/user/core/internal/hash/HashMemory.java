package com.ecommerce.user.core.internal.hash;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Bounds the memory of hashes that other systems made. A hash may use 128 MiB, and no more than a
 * quarter of the heap. Of the hashes that use more than 32 MiB, one is computed at a time, so that
 * the threads that hash cannot exhaust the heap together. Thread-safe.
 */
final class HashMemory {
  private static final int MAX_KIB = 128 * 1024;
  private static final int MAX_CONCURRENT_KIB = 32 * 1024;
  private static final int HEAP_SHARE = 4;
  private static final int BYTES_PER_KIB = 1024;

  private final int maxKib;
  private final ReentrantLock large = new ReentrantLock();

  HashMemory(long heapBytes) {
    maxKib = (int) Math.min(MAX_KIB, heapBytes / HEAP_SHARE / BYTES_PER_KIB);
  }

  /**
   * Checks that a hash may use this much memory.
   *
   * @param scheme the name of the scheme, for the message
   * @throws RefusedHashException if it is not allowed
   */
  void require(String scheme, long kib) {
    if (kib > maxKib) {
      throw RefusedHashException.tooCostly(
          scheme + " with " + kib + " KiB of memory",
          "at most " + maxKib + " KiB, a quarter of the heap and 128 MiB at most");
    }
  }

  /** Runs a computation that uses this much memory, after others if it is large. */
  <T> T with(long kib, Supplier<T> computation) {
    if (kib <= MAX_CONCURRENT_KIB) {
      return computation.get();
    }
    large.lock();
    try {
      return computation.get();
    } finally {
      large.unlock();
    }
  }
}
