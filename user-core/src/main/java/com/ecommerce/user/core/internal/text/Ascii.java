package com.ecommerce.user.core.internal.text;

/**
 * Changes and ignores the case of ASCII letters only, for texts that consist of ASCII, such as
 * codes and names of constants. {@link String#toLowerCase} and {@link String#equalsIgnoreCase} turn
 * other letters into ASCII ones, such as the Kelvin sign U+212A into {@code k}.
 */
public final class Ascii {
  private static final int CASE_BIT = 'a' - 'A';

  private Ascii() {}

  /** Returns the text with the letters A to Z in lower case; other characters stay unchanged. */
  public static String toLowerCase(String text) {
    return mapped(text, 'A', 'Z');
  }

  /** Returns the text with the letters a to z in upper case; other characters stay unchanged. */
  public static String toUpperCase(String text) {
    return mapped(text, 'a', 'z');
  }

  /** Returns whether the texts differ at most in the case of ASCII letters. */
  public static boolean equalsIgnoreCase(String one, String other) {
    return toLowerCase(one).equals(toLowerCase(other));
  }

  private static String mapped(String text, char first, char last) {
    var mapped = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      if (letter >= first && letter <= last) {
        mapped.setCharAt(i, (char) (letter ^ CASE_BIT));
      }
    }
    return mapped.toString();
  }
}
