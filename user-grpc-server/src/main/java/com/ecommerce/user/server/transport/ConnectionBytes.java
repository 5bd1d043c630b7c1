package com.ecommerce.user.server.transport;

/**
 * What the requests of one connection hold. Tells the shared budget in steps, since two event loops
 * that count each call in one place would slow each other. Confined to the connection's event loop.
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
   * @param bytes negative when they are free again
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

  /** Gives everything back. Nothing is counted afterwards. */
  void close() {
    if (!closed) {
      closed = true;
      budget.add(-told);
    }
  }
}
