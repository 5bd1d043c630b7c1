package com.ecommerce.user.core.value;

import com.ecommerce.user.core.error.InvalidValueException;
import java.text.Normalizer;
import java.util.Locale;

/**
 * A kind of free text and what it may contain. Texts are kept in Unicode NFC, without surrounding
 * {@link WhiteSpace}. A text without a visible character is empty. Lengths are counted in code
 * points.
 */
public enum TextRule {
  /** Names of people, labels, cities, states. */
  NAME(150, false),
  /** Company names and the full name on an address. */
  LONG_NAME(200, false),
  ADDRESS_LINE(255, false),
  POSTAL_CODE(20, false),
  GENDER(50, false),
  SOCIAL_NETWORK(50, false),
  SEARCH_QUERY(255, false),
  /** Names of devices, as clients report them. */
  DEVICE_NAME(150, false),
  /** Names of service clients. */
  CLIENT_NAME(150, false),
  BIOGRAPHY(2_000, true),
  /** Reasons of deactivations and deletions. */
  REASON(500, true),
  /** Delivery instructions. */
  NOTE(500, true);

  /**
   * NFC merges at most 4 code points into one, each of at most 2 chars. Longer texts are refused
   * without a look at them: the order of many combining marks takes quadratic time.
   */
  private static final int MAX_CHARS_PER_CODE_POINT = 8;

  private final int maxCodePoints;
  private final boolean multiline;

  TextRule(int maxCodePoints, boolean multiline) {
    this.maxCodePoints = maxCodePoints;
    this.multiline = multiline;
  }

  /**
   * The normalised text; empty for null, and for a text without a visible character.
   *
   * @throws InvalidValueException with rule {@code TOO_LONG} or {@code INVALID_CHARACTER}
   */
  public String parse(String raw) {
    String trimmed = WhiteSpace.trim(raw);
    if (trimmed.length() > maxCodePoints * MAX_CHARS_PER_CODE_POINT) {
      throw tooLong(trimmed.length());
    }
    String unified = multiline ? trimmed.replace("\r\n", "\n") : trimmed;
    requirePrintable(unified);
    String text = WhiteSpace.trim(Normalizer.normalize(unified, Normalizer.Form.NFC));
    int length = text.codePointCount(0, text.length());
    if (length > maxCodePoints) {
      throw tooLong(length);
    }
    return text.codePoints().allMatch(Characters::isInvisible) ? "" : text;
  }

  private InvalidValueException tooLong(int length) {
    return new InvalidValueException(
        "TOO_LONG", length + " characters (expected: at most " + maxCodePoints + ")");
  }

  /**
   * Does the same as {@link #parse} for a text that must not be empty.
   *
   * @throws InvalidValueException also with rule {@code REQUIRED}
   */
  public String parseRequired(String raw) {
    String text = parse(raw);
    if (text.isEmpty()) {
      throw InvalidValueException.required();
    }
    return text;
  }

  private void requirePrintable(String text) {
    text.codePoints()
        .filter(codePoint -> !isPrintable(codePoint))
        .findFirst()
        .ifPresent(
            codePoint -> {
              throw new InvalidValueException(
                  "INVALID_CHARACTER",
                  String.format(
                      Locale.ROOT,
                      "contains U+%04X (expected: no control or bidirectional formatting characters)",
                      codePoint));
            });
  }

  private boolean isPrintable(int codePoint) {
    if (multiline && (codePoint == '\n' || codePoint == '\t')) {
      return true;
    }
    return Character.getType(codePoint) != Character.CONTROL
        && !Characters.isSurrogate(codePoint)
        && !Characters.isBidirectionalControl(codePoint)
        && (multiline || !Characters.isSeparator(codePoint));
  }
}
