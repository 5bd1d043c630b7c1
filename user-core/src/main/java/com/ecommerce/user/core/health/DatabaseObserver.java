package com.ecommerce.user.core.health;

/**
 * A listener for outages of the database, for example to fail what waits for a connection. Calls
 * never overlap: an outage begins and ends before the next one. They must not block.
 */
public interface DatabaseObserver {
  /** An observer that does nothing. */
  DatabaseObserver NONE =
      new DatabaseObserver() {
        @Override
        public void onUnavailable() {}

        @Override
        public void onAvailable() {}
      };

  /** Called when the database stops answering; calls that need it now fail at once. */
  void onUnavailable();

  /** Called when the database answers again; calls use it once this method has returned. */
  void onAvailable();

  /**
   * Returns whether the observer logs the current outage itself, or logged one that ended a few
   * seconds ago. The service then writes no lines about it, nor about connections that were lost in
   * it. Called while the database is unavailable and after lost connections. Default: false.
   */
  default boolean logsOutage() {
    return false;
  }
}
