package com.ecommerce.user.core.mail;

import java.util.regex.Pattern;

/** How mails name the device and the network of a sign-in. */
final class SignInTexts {
  /** In every language. */
  static final String UNKNOWN = "\u2014";

  private static final int MAX_DEVICE_LENGTH = 100;

  /** What turns a text into a link or an address in the eyes of a mail program. */
  private static final Pattern LINK_PART = Pattern.compile("[.:/\\\\@](?!\\d)");

  private SignInTexts() {}

  /**
   * The device's name, cut to 100 characters. Whoever signs in chooses it: a stranger who has the
   * password must not be able to mail links to its owner, so that what could begin one is a space.
   */
  static String device(String name) {
    String text = LINK_PART.matcher(name).replaceAll(" ").strip();
    if (text.isEmpty()) {
      return UNKNOWN;
    }
    return text.codePointCount(0, text.length()) <= MAX_DEVICE_LENGTH
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MAX_DEVICE_LENGTH)) + "\u2026";
  }

  /** The address of an IPv4 client, the /64 of an IPv6 client. */
  static String network(String network) {
    return network.endsWith("/32") ? network.substring(0, network.length() - 3) : network;
  }
}
