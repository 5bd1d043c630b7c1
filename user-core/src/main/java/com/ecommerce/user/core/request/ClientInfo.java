package com.ecommerce.user.core.request;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Information about the client of a call besides its network. Immutable.
 *
 * @param userAgent the user agent that the client sent, truncated to {@link #MAX_USER_AGENT}
 *     characters; may be empty
 * @param isForwarded whether a trusted proxy reported the client's network
 */
public record ClientInfo(String userAgent, boolean isForwarded) {
  /** A client about which nothing is known. */
  public static final ClientInfo UNKNOWN = new ClientInfo("", false);

  /** The maximum length of a user agent; longer ones are truncated. */
  public static final int MAX_USER_AGENT = 300;

  private static final List<Sign> BROWSERS =
      List.of(
          new Sign("Edge", "Edg/|EdgA/|EdgiOS/"),
          new Sign("Opera", "OPR/"),
          new Sign("Samsung Internet", "SamsungBrowser/"),
          new Sign("Firefox", "Firefox/|FxiOS/"),
          new Sign("Chrome", "Chrome/|CriOS/"),
          new Sign("Safari", "Version/\\S+ .*Safari/"));

  private static final List<Sign> SYSTEMS =
      List.of(
          new Sign("iPhone", "iPhone"),
          new Sign("iPad", "iPad"),
          new Sign("Android", "Android"),
          new Sign("Windows", "Windows"),
          new Sign("macOS", "Macintosh|Mac OS X"),
          new Sign("ChromeOS", "CrOS"),
          new Sign("Linux", "Linux|X11"));

  /** Matches the name of a program, without anything that could be read as a link. */
  private static final Pattern PRODUCT = Pattern.compile("([A-Za-z][A-Za-z0-9_-]{0,39})(?=[/ ]|$)");

  public ClientInfo {
    requireNonNull(userAgent, "userAgent");
    userAgent =
        userAgent.length() > MAX_USER_AGENT ? userAgent.substring(0, MAX_USER_AGENT) : userAgent;
  }

  /**
   * A pattern that identifies a program or system. Browsers claim to be one another, so the first
   * match counts.
   */
  private record Sign(String name, Pattern pattern) {
    Sign(String name, String regex) {
      this(name, Pattern.compile(regex));
    }

    static Optional<String> in(List<Sign> signs, String text) {
      return signs.stream()
          .filter(sign -> sign.pattern.matcher(text).find())
          .map(Sign::name)
          .findFirst();
    }
  }

  /**
   * Returns a short description of the device, such as {@code Firefox on Windows}, or the name of a
   * program, such as {@code grpc-java-netty}; empty if it is unknown. The result contains only
   * letters, digits, spaces, {@code -} and {@code _}, regardless of what the client sent.
   */
  public String device() {
    var system = Sign.in(SYSTEMS, userAgent);
    var browser = Sign.in(BROWSERS, userAgent);
    if (browser.isPresent()) {
      return Stream.concat(browser.stream(), system.stream())
          .reduce((what, where) -> what + " on " + where)
          .orElseThrow();
    }
    var product = PRODUCT.matcher(userAgent);
    return product.lookingAt() && !product.group(1).equals("Mozilla")
        ? product.group(1)
        : system.orElse("");
  }
}
