package com.ecommerce.user.torture;

import java.sql.SQLException;

/** A race that one thread runs repeatedly. */
interface Race {
  /** Runs it once, with users of its own. */
  void run(RaceEnvironment field, int round) throws InterruptedException, SQLException;

  /** Checks what can only be checked after the last round. */
  default void finish(RaceEnvironment field) throws InterruptedException, SQLException {}
}
