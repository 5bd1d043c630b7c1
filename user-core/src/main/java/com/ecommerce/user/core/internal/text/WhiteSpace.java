package com.ecommerce.user.core.internal.text;

import org.jspecify.annotations.Nullable;

/**
 * White space as Unicode defines it, except U+0085, which is refused like other control characters.
 * Stateless.
 */
public final class WhiteSpace {
  private WhiteSpace() {}

  /** Returns the text without surrounding white space; empty for null. */
  public static String trim(@Nullable String text) {
    int start = 0;
    int end = text == null ? 0 : text.length();
    while (start < end && isWhiteSpace(text.charAt(start))) {
      start++;
    }
    while (start < end && isWhiteSpace(text.charAt(end - 1))) {
      end--;
    }
    return start == end ? "" : text.substring(start, end);
  }

  /**
   * Returns whether the code point is white space. Unlike {@link Character#isWhitespace}, this
   * includes no-break spaces and excludes U+001C to U+001F.
   */
  static boolean isWhiteSpace(int c) {
    return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r');
  }
}
