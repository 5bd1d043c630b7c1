package com.ecommerce.user.core.internal.mail;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name by which a mail greets its reader. Whoever creates an account with somebody else's
 * address chooses the names in it, and must not be able to mail words of their own to that address.
 */
final class GreetingName {
  /** The longest name that a mailbox gets before it is verified: too short for a message. */
  private static final int MAX_UNVERIFIED = 20;

  private static final int MAX_VERIFIED = 60;

  /** Matches a single word of letters, perhaps with an apostrophe or a hyphen. */
  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{M}]+(?:['\u2019-][\\p{L}\\p{M}]+)*");

  private GreetingName() {}

  /**
   * Returns the first name, or else the display name unless it was derived from the address. For a
   * mailbox that is not verified as that of the user, only a single short word is a name.
   *
   * @return empty if the mail should greet without a name
   */
  static String of(Recipient recipient, String address) {
    String name = recipient.firstName().isEmpty() ? displayName(recipient) : recipient.firstName();
    String safe = SignInTexts.withoutLinks(name);
    if (recipient.verifiedEmail().equals(Optional.of(address))) {
      return safe.length() <= MAX_VERIFIED ? safe : "";
    }
    return safe.length() <= MAX_UNVERIFIED && WORD.matcher(safe).matches() ? safe : "";
  }

  private static String displayName(Recipient recipient) {
    boolean isDerived = recipient.email().startsWith(recipient.displayName() + "@");
    return isDerived ? "" : recipient.displayName();
  }
}
