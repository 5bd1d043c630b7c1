package com.ecommerce.user.core.account;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.Ascii;
import com.ecommerce.user.core.internal.text.DomainName;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox address as RFC 5321 and RFC 5322 define it, without quoted local parts and domain
 * literals. It is kept in lower case, with the domain in its ASCII form (UTS #46,
 * non-transitional), so that equal addresses are equal values. Immutable; {@link #toString} masks
 * it.
 */
public final class Email {
  private static final int MAX_LENGTH = 254;
  private static final int MAX_LOCAL_PART_LENGTH = 64;

  /**
   * Longer texts are refused before they are parsed, since the time to convert a domain grows
   * faster than its length. The Unicode form of a domain is hardly longer than its ASCII form.
   */
  private static final int MAX_RAW_LENGTH = 1_000;

  private static final String ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+";
  private static final Pattern LOCAL_PART = Pattern.compile(ATOM + "(\\." + ATOM + ")*");
  private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

  /** Matches two or more labels, of which the last is not a number, or {@code localhost}. */
  private static final Pattern DOMAIN =
      Pattern.compile("(" + LABEL + "\\.)+(?![0-9]+$)" + LABEL + "|localhost");

  private final String address;

  private Email(String address) {
    this.address = address;
  }

  /**
   * Reads an address as a person entered it.
   *
   * @throws InvalidValueException with rule {@code REQUIRED}, {@code TOO_LONG} or {@code
   *     INVALID_EMAIL}
   */
  public static Email parse(@Nullable String raw) {
    String text = WhiteSpace.trim(raw);
    if (text.isEmpty()) {
      throw InvalidValueException.required();
    }
    if (text.length() > MAX_RAW_LENGTH) {
      throw tooLong();
    }
    int at = text.lastIndexOf('@');
    if (at < 1) {
      throw invalid();
    }
    String localPart = Ascii.toLowerCase(text.substring(0, at));
    String domain = DomainName.toAscii(text.substring(at + 1)).orElseThrow(Email::invalid);
    if (!LOCAL_PART.matcher(localPart).matches() || !DOMAIN.matcher(domain).matches()) {
      throw invalid();
    }
    if (localPart.length() > MAX_LOCAL_PART_LENGTH
        || localPart.length() + 1 + domain.length() > MAX_LENGTH) {
      throw tooLong();
    }
    return new Email(localPart + "@" + domain);
  }

  /** Returns an address that was validated before it was stored. */
  public static Email ofStored(String address) {
    return new Email(address);
  }

  private static InvalidValueException tooLong() {
    return new InvalidValueException(
        "TOO_LONG",
        "too long (expected: at most "
            + MAX_LOCAL_PART_LENGTH
            + " bytes before the @ and "
            + MAX_LENGTH
            + " in all)");
  }

  private static InvalidValueException invalid() {
    return new InvalidValueException(
        "INVALID_EMAIL", "not an email address (expected: an address such as name@example.com)");
  }

  /**
   * Returns the address, such as {@code name@example.com}. It is personal data and must not be
   * logged.
   */
  public String address() {
    return address;
  }

  /** Returns the part before the @. */
  public String localPart() {
    return address.substring(0, address.lastIndexOf('@'));
  }

  /**
   * Returns the address without the part between a plus sign and the @, which RFC 5233 calls the
   * detail: most providers deliver both addresses to the same mailbox. Returns the address itself
   * if nothing precedes the sign. The result is a key: it may end in a dot before the @, which no
   * address may.
   */
  public Email withoutTag() {
    int plus = address.indexOf('+');
    int at = address.lastIndexOf('@');
    return plus < 1 || plus > at
        ? this
        : new Email(address.substring(0, plus) + address.substring(at));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Email email && address.equals(email.address);
  }

  @Override
  public int hashCode() {
    return address.hashCode();
  }

  /** Returns a masked text, since records and exceptions end up in logs. */
  @Override
  public String toString() {
    return "Email[masked]";
  }
}
