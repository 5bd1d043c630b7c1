package com.ecommerce.user.core.internal.mail;

import java.util.regex.Pattern;

/** Formats the device and the network of a sign-in for mails. */
final class SignInTexts {
  /** The text for an unknown device, in every language. */
  static final String UNKNOWN = "\u2014";

  private static final int MAX_DEVICE_LENGTH = 100;

  /** Matches characters that make mail programs treat text as a link or an address. */
  private static final Pattern LINK_PART = Pattern.compile("[.:/\\\\@](?!\\d)");

  private SignInTexts() {}

  /**
   * Returns the name of the device, truncated to 100 characters. The person who signs in chooses
   * the name, and a stranger who knows the password must not be able to mail links to its owner. So
   * each character that could form a link is replaced by a space.
   */
  static String device(String name) {
    String text = withoutLinks(name);
    if (text.isEmpty()) {
      return UNKNOWN;
    }
    return text.codePointCount(0, text.length()) <= MAX_DEVICE_LENGTH
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MAX_DEVICE_LENGTH)) + "\u2026";
  }

  /** Returns the text with a space in place of each character that could form a link. */
  static String withoutLinks(String text) {
    return LINK_PART.matcher(text).replaceAll(" ").strip();
  }

  /** Returns the address of an IPv4 client, or the /64 of an IPv6 client. */
  static String network(String network) {
    return network.endsWith("/32") ? network.substring(0, network.length() - 3) : network;
  }
}
