package com.ecommerce.user.rest;

import com.ecommerce.user.core.error.Violations;
import java.util.List;

/** Adds violations for unknown names, which are probably misspelled. Stateless. */
final class UnknownNames {
  /** The maximum length of a name that an answer repeats, in code points. */
  private static final int MAX_SHOWN = 100;

  private UnknownNames() {}

  /**
   * Adds a violation that lists the known names.
   *
   * @param prefix the path of the object that has the name; may be empty
   * @param name well-formed Unicode
   */
  static void add(Violations violations, String prefix, String name, List<String> known) {
    String expected = known.isEmpty() ? "none" : "one of " + String.join(", ", known);
    violations.add(
        prefix + truncated(name), "UNKNOWN_NAME", "unknown (expected: " + expected + ")");
  }

  private static String truncated(String name) {
    return name.codePointCount(0, name.length()) <= MAX_SHOWN
        ? name
        : name.substring(0, name.offsetByCodePoints(0, MAX_SHOWN));
  }
}
