package com.ecommerce.user.core.address;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import java.util.Locale;
import java.util.Locale.IsoCountryCode;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A country under its officially assigned two-letter code of ISO 3166-1, as the JDK lists them.
 * Immutable.
 *
 * @param code upper case, such as {@code DE}
 */
public record CountryCode(String code) {
  private static final Set<String> ASSIGNED = Locale.getISOCountries(IsoCountryCode.PART1_ALPHA2);

  /**
   * The pattern is checked before the conversion to upper case, which turns some other letters,
   * such as a dotless i, into these.
   */
  private static final Pattern TWO_LETTERS = Pattern.compile("[A-Za-z]{2}");

  public CountryCode {
    requireNonNull(code, "code");
  }

  /**
   * Reads a code in any letter case.
   *
   * @throws InvalidValueException with rule {@code REQUIRED} or {@code INVALID_COUNTRY_CODE}
   */
  public static CountryCode parse(@Nullable String raw) {
    String text = WhiteSpace.trim(raw);
    if (text.isEmpty()) {
      throw InvalidValueException.required();
    }
    String code = text.toUpperCase(Locale.ROOT);
    if (!TWO_LETTERS.matcher(text).matches() || !ASSIGNED.contains(code)) {
      throw new InvalidValueException(
          "INVALID_COUNTRY_CODE",
          "not a country (expected: a two-letter code of ISO 3166-1, such as DE)");
    }
    return new CountryCode(code);
  }

  /** Returns a code that was validated before it was stored. It may no longer be assigned. */
  public static CountryCode ofStored(String code) {
    return new CountryCode(code);
  }

  @Override
  public String toString() {
    return code;
  }
}
