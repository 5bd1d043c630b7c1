package com.ecommerce.user.server.transport;

/**
 * Counts the memory of the requests of one connection. Updates the shared budget in steps, since
 * event loops would contend if they updated it for each call. Confined to the connection's event
 * loop.
 */
final class ConnectionBytes {
  private static final long STEP = 8 * 1024;

  private final ByteBudget budget;
  private long held;
  private long told;
  private boolean closed;

  ConnectionBytes(ByteBudget budget) {
    this.budget = budget;
  }

  /**
   * Adds bytes.
   *
   * @param bytes the number of bytes; negative to release bytes
   */
  void add(long bytes) {
    held += bytes;
    if (!closed && Math.abs(held - told) >= STEP) {
      budget.add(held - told);
      told = held;
    }
  }

  ByteBudget budget() {
    return budget;
  }

  /** Releases all bytes. Nothing is counted afterwards. */
  void close() {
    if (!closed) {
      closed = true;
      budget.add(-told);
    }
  }
}
