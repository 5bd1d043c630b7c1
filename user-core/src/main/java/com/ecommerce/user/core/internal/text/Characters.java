package com.ecommerce.user.core.internal.text;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;

/** Classes of Unicode code points that may not be stored or that cannot be seen. Stateless. */
public final class Characters {
  private static final int BRAILLE_BLANK = 0x2800;

  private Characters() {}

  /** Returns whether the text has an unpaired surrogate, so that it cannot be encoded in UTF-8. */
  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints().anyMatch(Characters::isSurrogate);
  }

  /**
   * Refuses a text that cannot be encoded in UTF-8, since it would be stored or hashed as a
   * different text.
   *
   * @throws InvalidValueException with rule {@code INVALID_CHARACTER}, for a lone surrogate
   */
  public static void requireWellFormed(String text) {
    if (hasLoneSurrogate(text)) {
      throw new InvalidValueException(
          "INVALID_CHARACTER", "contains a lone surrogate (expected: well-formed Unicode)");
    }
  }

  /**
   * Returns whether the code point may be part of a line of text: it is no control character, lone
   * surrogate, separator of lines or paragraphs, or control of the bidirectional algorithm.
   */
  public static boolean isPrintable(int codePoint) {
    return Character.getType(codePoint) != Character.CONTROL
        && !isSurrogate(codePoint)
        && !isBidirectionalControl(codePoint)
        && !isSeparator(codePoint);
  }

  static boolean isSurrogate(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }

  /**
   * Returns whether the code point leaves no mark on a screen: white space, format characters, and
   * default-ignorable code points of Unicode, such as Hangul fillers.
   */
  public static boolean isInvisible(int codePoint) {
    return codePoint == BRAILLE_BLANK
        || WhiteSpace.isWhiteSpace(codePoint)
        || Character.getType(codePoint) == Character.FORMAT
        || UCharacter.hasBinaryProperty(codePoint, UProperty.DEFAULT_IGNORABLE_CODE_POINT);
  }

  /**
   * Returns whether the code point begins or ends an embedding, an override or an isolate of the
   * bidirectional algorithm (UAX #9), by which a text can be shown as another one. The marks
   * U+061C, U+200E and U+200F are none of these.
   */
  static boolean isBidirectionalControl(int codePoint) {
    return (codePoint >= 0x202A && codePoint <= 0x202E)
        || (codePoint >= 0x2066 && codePoint <= 0x2069);
  }

  /**
   * Returns whether the code point ends a line or a paragraph without being a control character.
   */
  public static boolean isSeparator(int codePoint) {
    return codePoint == 0x2028 || codePoint == 0x2029;
  }
}
