package com.ecommerce.user.core.account;

import com.ecommerce.user.core.error.InvalidValueException;
import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber;

/**
 * A telephone number that is valid by the rules of its country (libphonenumber), in its three usual
 * forms.
 *
 * @param countryCode the calling code without the plus sign, such as {@code 44}
 * @param nationalNumber the national significant number, digits only
 * @param e164 both together as ITU-T E.164 writes it, such as {@code +14155552671}
 */
public record PhoneNumber(String countryCode, String nationalNumber, String e164) {
  private static final String UNKNOWN_REGION = "ZZ";

  /**
   * Reads {@code e164}, or {@code countryCode} with {@code nationalNumber}; when all are given they
   * must agree.
   *
   * @throws InvalidValueException with rule {@code INVALID_PHONE} or {@code CONTRADICTORY_PHONE}
   */
  public static PhoneNumber parse(String countryCode, String nationalNumber, String e164) {
    String code = countryCode.strip().replaceFirst("^\\+", "");
    String national = nationalNumber.strip();
    if (e164.isBlank()) {
      return parse(international(code, national));
    }
    var number = parse(e164);
    boolean codeAgrees = code.isEmpty() || code.equals(number.countryCode);
    boolean nationalAgrees =
        national.isEmpty() || parse(international(number.countryCode, national)).equals(number);
    if (!codeAgrees || !nationalAgrees) {
      throw new InvalidValueException(
          "CONTRADICTORY_PHONE",
          "e164 names another number (expected: the same as country_code and national_number)");
    }
    return number;
  }

  /**
   * Reads a number with its calling code, such as {@code +44 20 7946 0958}.
   *
   * @throws InvalidValueException with rule {@code INVALID_PHONE}
   */
  public static PhoneNumber parse(String international) {
    var util = PhoneNumberUtil.getInstance();
    try {
      var parsed = util.parse(international, UNKNOWN_REGION);
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
   * The national number may carry its trunk prefix (020 … in London): libphonenumber drops it where
   * that is usual.
   */
  private static String international(String countryCode, String nationalNumber) {
    if (!countryCode.matches("[0-9]{1,3}") || nationalNumber.isEmpty()) {
      throw invalid();
    }
    return "+" + countryCode + " " + nationalNumber;
  }

  private static InvalidValueException invalid() {
    return new InvalidValueException(
        "INVALID_PHONE",
        "not a telephone number (expected: e164 such as +14155552671, or country_code and national_number)");
  }
}
