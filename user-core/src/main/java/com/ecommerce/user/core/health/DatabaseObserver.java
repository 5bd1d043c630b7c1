package com.ecommerce.user.core.health;

/**
 * Is told when the database stops answering and when it answers again, for example to end what
 * waits for a connection. Calls come one at a time, in turns, and must not block.
 */
public interface DatabaseObserver {
  /** Does nothing. */
  DatabaseObserver NONE =
      new DatabaseObserver() {
        @Override
        public void onAway() {}

        @Override
        public void onBack() {}
      };

  /** The database does not answer; from now on, calls that need it fail at once. */
  void onAway();

  /** The database answers again; calls are made again once this has returned. */
  void onBack();
}
