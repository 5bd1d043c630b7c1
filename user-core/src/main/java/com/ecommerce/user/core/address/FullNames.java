package com.ecommerce.user.core.address;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import com.ecommerce.user.core.value.TextRule;

/** Chooses the full name of an address for which none was given. */
final class FullNames {
  private static final int MAX_CODE_POINTS = TextRule.LONG_NAME.maxCodePoints();

  private FullNames() {}

  /**
   * Returns the given name; if it is empty, the user's first and last name, or else the display
   * name.
   */
  static String orNameOf(User owner, String given) {
    if (!given.isEmpty()) {
      return given;
    }
    String name = owner.fullName();
    return name.isEmpty() ? owner.displayName() : cut(name);
  }

  /**
   * Truncates the name, since a first and a last name of maximum length are together too long for a
   * full name.
   */
  private static String cut(String name) {
    int length = name.codePointCount(0, name.length());
    return length <= MAX_CODE_POINTS
        ? name
        : WhiteSpace.trim(name.substring(0, name.offsetByCodePoints(0, MAX_CODE_POINTS)));
  }
}
