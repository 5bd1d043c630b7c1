package com.ecommerce.user.core.value;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.Characters;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import java.text.Normalizer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A kind of free text, with the rules for its content. Texts are kept in Unicode NFC, without
 * surrounding {@link WhiteSpace}. A text without a visible character is empty. Lengths are counted
 * in code points.
 */
public enum TextRule {
  /** The name of a person, a label, a city or a state, of at most 150 code points. */
  NAME(150, false),
  /** The name of a company or the full name on an address, of at most 200 code points. */
  LONG_NAME(200, false),
  /** A line of a postal address, of at most 255 code points. */
  ADDRESS_LINE(255, false),
  /** A postal code, of at most 20 code points. */
  POSTAL_CODE(20, false),
  /** A gender in the user's own words, of at most 50 code points. */
  GENDER(50, false),
  /** The name of a social network, of at most 50 code points. */
  SOCIAL_NETWORK(50, false),
  /** A search query, of at most 255 code points. */
  SEARCH_QUERY(255, false),
  /** The name of a device as the client reports it, of at most 150 code points. */
  DEVICE_NAME(150, false),
  /** The id of a user in another system, of at most 255 code points. */
  EXTERNAL_ID(255, false),
  /** The name of a service client, of at most 150 code points. */
  CLIENT_NAME(150, false),
  /** A biography, of at most 2,000 code points in several lines. */
  BIOGRAPHY(2_000, true),
  /** The reason for a deactivation or deletion, of at most 500 code points in several lines. */
  REASON(500, true),
  /** Delivery instructions, of at most 500 code points in several lines. */
  NOTE(500, true);

  /**
   * NFC merges at most 4 code points into one, each of at most 2 chars. Longer texts are refused
   * without normalization, since ordering many combining marks takes quadratic time.
   */
  private static final int MAX_CHARS_PER_CODE_POINT = 8;

  private final int maxCodePoints;
  private final boolean multiline;

  TextRule(int maxCodePoints, boolean multiline) {
    this.maxCodePoints = maxCodePoints;
    this.multiline = multiline;
  }

  public int maxCodePoints() {
    return maxCodePoints;
  }

  /**
   * Returns the normalized text; empty for null and for a text without a visible character.
   *
   * @throws InvalidValueException with rule {@code TOO_LONG} or {@code INVALID_CHARACTER}
   */
  public String parse(@Nullable String raw) {
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
  public String parseRequired(@Nullable String raw) {
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
    boolean isLayout = codePoint == '\n' || codePoint == '\t' || Characters.isSeparator(codePoint);
    return (multiline && isLayout) || Characters.isPrintable(codePoint);
  }
}
