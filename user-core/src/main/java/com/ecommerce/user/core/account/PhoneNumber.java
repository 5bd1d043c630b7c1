package com.ecommerce.user.core.account;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.Characters;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A telephone number that is valid by the rules of its country (libphonenumber), in its three usual
 * forms. Immutable; {@link #toString} masks it.
 */
public final class PhoneNumber {
  private static final String UNKNOWN_REGION = "ZZ";

  /**
   * Matches digits with the spaces, dashes and other marks that people set between them. Other
   * texts are refused, since libphonenumber would find a number in almost any text.
   */
  private static final Pattern INTERNATIONAL =
      Pattern.compile("[(（]?[+＋][\\p{Nd}\\p{Zs}\\p{Pd}()（）./]+");

  private final String countryCode;
  private final String nationalNumber;
  private final String e164;

  private PhoneNumber(String countryCode, String nationalNumber, String e164) {
    this.countryCode = countryCode;
    this.nationalNumber = nationalNumber;
    this.e164 = e164;
  }

  /**
   * Returns a number that was validated before it was stored. Its country's rules may have changed.
   */
  public static PhoneNumber ofStored(String countryCode, String nationalNumber, String e164) {
    return new PhoneNumber(countryCode, nationalNumber, e164);
  }

  /**
   * Reads {@code e164}, or {@code countryCode} with {@code nationalNumber}; if all are given, they
   * must agree.
   *
   * @throws InvalidValueException with rule {@code INVALID_PHONE} or {@code CONTRADICTORY_PHONE}
   */
  public static PhoneNumber parse(
      @Nullable String countryCode, @Nullable String nationalNumber, @Nullable String e164) {
    String code = visible(countryCode).replaceFirst("^\\+", "");
    String national = visible(nationalNumber);
    if (visible(e164).isEmpty()) {
      return parse(code, national);
    }
    var number = parse(e164);
    boolean codeAgrees = code.isEmpty() || code.equals(number.countryCode);
    boolean nationalAgrees =
        national.isEmpty() || parse(number.countryCode, national).equals(number);
    if (!codeAgrees || !nationalAgrees) {
      throw new InvalidValueException(
          "CONTRADICTORY_PHONE",
          "e164 names another number (expected: the same as country_code and national_number)");
    }
    return number;
  }

  /**
   * Reads a number with its calling code, such as {@code +44 20 7946 0958}. Invisible characters,
   * which are often copied from a page together with a number, are ignored.
   *
   * @throws InvalidValueException with rule {@code INVALID_PHONE}
   */
  public static PhoneNumber parse(@Nullable String international) {
    String text = visible(international);
    if (!INTERNATIONAL.matcher(text).matches()) {
      throw invalid();
    }
    var util = PhoneNumberUtil.getInstance();
    try {
      var parsed = util.parse(text, UNKNOWN_REGION);
      if (parsed.hasExtension() || !util.isValidNumber(parsed)) {
        throw invalid();
      }
      return of(util, parsed);
    } catch (NumberParseException notANumber) {
      throw invalid();
    }
  }

  private static PhoneNumber of(PhoneNumberUtil util, Phonenumber.PhoneNumber parsed) {
    return new PhoneNumber(
        Integer.toString(parsed.getCountryCode()),
        util.getNationalSignificantNumber(parsed),
        util.format(parsed, PhoneNumberFormat.E164));
  }

  /**
   * The national number may begin with a trunk prefix, such as the 0 of 020 in London, which
   * libphonenumber drops.
   */
  private static PhoneNumber parse(String countryCode, String nationalNumber) {
    if (!countryCode.matches("[0-9]{1,3}") || nationalNumber.isEmpty()) {
      throw invalid();
    }
    var number = parse("+" + countryCode + " " + nationalNumber);
    // Otherwise, the given code was only the beginning of a calling code, which the number
    // continued.
    if (!number.countryCode.equals(countryCode)) {
      throw invalid();
    }
    return number;
  }

  private static String visible(@Nullable String text) {
    if (text == null) {
      return "";
    }
    var visible = new StringBuilder();
    text.codePoints()
        .filter(codePoint -> isSpace(codePoint) || !Characters.isInvisible(codePoint))
        .forEach(visible::appendCodePoint);
    return WhiteSpace.trim(visible.toString());
  }

  private static boolean isSpace(int codePoint) {
    return Character.isSpaceChar(codePoint) || Character.isWhitespace(codePoint);
  }

  /**
   * Returns whether the text has no visible character, so that it stands for no number rather than
   * for an invalid one.
   */
  public static boolean isBlank(@Nullable String text) {
    return visible(text).isEmpty();
  }

  private static InvalidValueException invalid() {
    return new InvalidValueException(
        "INVALID_PHONE",
        "not a telephone number (expected: e164 such as +14155552671, or country_code and national_number)");
  }

  /** Returns the calling code without the plus sign, such as {@code 44}. */
  public String countryCode() {
    return countryCode;
  }

  /** Returns the national significant number, digits only. */
  public String nationalNumber() {
    return nationalNumber;
  }

  /** Returns the number in the format of ITU-T E.164, such as {@code +14155552671}. */
  public String e164() {
    return e164;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PhoneNumber number
        && countryCode.equals(number.countryCode)
        && nationalNumber.equals(number.nationalNumber)
        && e164.equals(number.e164);
  }

  @Override
  public int hashCode() {
    return e164.hashCode();
  }

  /** Returns a masked text, since records and exceptions end up in logs. */
  @Override
  public String toString() {
    return "PhoneNumber[masked]";
  }
}
