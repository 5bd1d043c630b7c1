package com.ecommerce.user.server;

import java.util.List;

/**
 * A subcommand of the runnable jar.
 *
 * @param flags those that only it has; all of them must be given
 */
record Command(String name, String description, List<Flag> flags, Action action) {
  /** What the command does. */
  @FunctionalInterface
  interface Action {
    /**
     * @return the exit status
     * @throws StartupException with what the operator can do about a failure
     */
    int run(Invocation invocation) throws Exception;
  }
}
