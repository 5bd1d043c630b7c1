package com.ecommerce.user.server;

/**
 * An option of the command line.
 *
 * @param name with its dashes
 * @param value what the help calls its value; empty when it has none
 * @param description for the help
 */
record Flag(String name, String value, String description) {
  boolean hasValue() {
    return !value.isEmpty();
  }

  /** As the help shows it. */
  String form() {
    return hasValue() ? name + "=" + value : name;
  }
}
