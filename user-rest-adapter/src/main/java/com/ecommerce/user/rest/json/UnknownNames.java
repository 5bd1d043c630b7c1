package com.ecommerce.user.rest.json;

import com.ecommerce.user.core.error.Violations;
import java.util.Collection;
import java.util.List;

/** Adds violations for unknown names, which are probably misspelled. Stateless. */
public final class UnknownNames {
  /** The rule that such names break. */
  public static final String RULE = "UNKNOWN_NAME";

  /** The maximum length of a name that an answer repeats, in code points. */
  private static final int MAX_SHOWN = 100;

  private UnknownNames() {}

  /**
   * Adds a violation for each of the names that is not known. All violations share one message,
   * since a body can have 100,000 unknown names.
   *
   * @param prefix the path of the object that has the names; may be empty
   * @param unknown well-formed Unicode
   * @param known the names that the message lists
   */
  public static void add(
      Violations violations, String prefix, Collection<String> unknown, List<String> known) {
    if (unknown.isEmpty()) {
      return;
    }
    String expected = known.isEmpty() ? "none" : "one of " + String.join(", ", known);
    String message = "unknown (expected: " + expected + ")";
    unknown.forEach(name -> violations.add(prefix + truncated(name), RULE, message));
  }

  private static String truncated(String name) {
    return name.codePointCount(0, name.length()) <= MAX_SHOWN
        ? name
        : name.substring(0, name.offsetByCodePoints(0, MAX_SHOWN));
  }
}
