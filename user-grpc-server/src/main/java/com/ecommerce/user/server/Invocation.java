package com.ecommerce.user.server;

import java.io.PrintStream;
import java.util.Map;

/**
 * One call of a command.
 *
 * @param flags by name; the value is empty for flags that have none
 * @param out takes what the command was asked for
 */
record Invocation(Map<String, String> flags, Map<String, String> environment, PrintStream out) {
  /**
   * @throws StartupException with every bad value, one a line
   */
  ServerSettings settings() {
    return ServerSettings.read(flags, environment);
  }

  /** The value of a flag that is there. */
  String value(Flag flag) {
    return flags.get(flag.name());
  }
}
