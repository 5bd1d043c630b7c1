package com.ecommerce.user.server.config;

import com.ecommerce.user.core.internal.text.PercentEncoding;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The parts of a URL {@code scheme://user:password@host:port,host:port/path?query}. All of them may
 * be missing except the scheme. Messages repeat no part of the text, which may be a secret.
 *
 * @param scheme everything before {@code ://}
 * @param user decoded; empty if the URL has none, and may be an empty text
 * @param password decoded; empty if the URL has none, and may be an empty text
 * @param hosts empty if the URL names none
 * @param path as it is, without the first slash
 * @param query as it is, without the question mark
 */
record UrlParts(
    String scheme,
    Optional<String> user,
    Optional<String> password,
    List<Host> hosts,
    String path,
    String query) {
  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[^:@\\[\\],\\s]+)(?::(\\d{1,5}))?");
  private static final Pattern CONTROL_CHARACTER = Pattern.compile("\\p{Cntrl}");
  private static final String SCHEME_END = "://";

  /** The rule by which the login is separated from the rest of the URL. */
  enum Login {
    /** It ends at the first at sign, before the path. Special characters must be encoded. */
    ENCODED,
    /** It ends at the last at sign. Special characters may be encoded; a percent sign must be. */
    RAW
  }

  /**
   * A host with its port.
   *
   * @param name a name or an address, in brackets if it is one of IPv6
   */
  record Host(String name, Optional<Integer> port) {
    /** Returns the name, without brackets. */
    String address() {
      return name.replaceAll("[\\[\\]]", "");
    }

    @Override
    public String toString() {
      return name + port.map(number -> ":" + number).orElse("");
    }
  }

  /**
   * Splits a URL.
   *
   * @return the parts; empty if the text does not have the form of a URL
   * @throws IllegalArgumentException if a part is malformed
   */
  static Optional<UrlParts> parse(String text, Login form) {
    int schemeEnd = text.indexOf(SCHEME_END);
    if (schemeEnd < 0 || CONTROL_CHARACTER.matcher(text).find()) {
      return Optional.empty();
    }
    String rest = text.substring(schemeEnd + SCHEME_END.length());
    int loginEnd =
        form == Login.RAW
            ? rest.lastIndexOf('@')
            : rest.substring(0, firstOf(rest, "/?")).indexOf('@');
    String[] login = loginEnd < 0 ? new String[0] : rest.substring(0, loginEnd).split(":", 2);
    String place = rest.substring(loginEnd + 1);
    int hostsEnd = firstOf(place, "/?");
    int pathEnd = firstOf(place, "?");
    var hosts = hosts(place.substring(0, hostsEnd));
    return hosts.map(
        found ->
            new UrlParts(
                text.substring(0, schemeEnd),
                part(login, 0),
                part(login, 1),
                found,
                place.substring(Math.min(hostsEnd + 1, pathEnd), pathEnd),
                place.substring(Math.min(pathEnd + 1, place.length()))));
  }

  /** Returns the index of the first of the characters, or the length if there is none of them. */
  private static int firstOf(String text, String characters) {
    for (int i = 0; i < text.length(); i++) {
      if (characters.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return text.length();
  }

  private static Optional<String> part(String[] login, int index) {
    return login.length > index ? Optional.of(decoded(login[index])) : Optional.empty();
  }

  /**
   * Returns the decoded text of a part.
   *
   * @throws IllegalArgumentException if it is not percent-encoded UTF-8, or contains a NUL; the
   *     message does not repeat the text, which may be a secret
   */
  static String decoded(String part) {
    var bytes = ByteBuffer.wrap(PercentEncoding.decode(part));
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      if (text.indexOf(0) < 0) {
        return text;
      }
    } catch (CharacterCodingException malformed) {
      throw notText();
    }
    throw notText();
  }

  private static IllegalArgumentException notText() {
    return new IllegalArgumentException(
        "percent-encoded bytes that are not text (expected: UTF-8 without NUL)");
  }

  private static Optional<List<Host>> hosts(String text) {
    List<Host> hosts = new ArrayList<>();
    for (String host : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      var form = HOST.matcher(host);
      if (!form.matches()) {
        return Optional.empty();
      }
      hosts.add(new Host(form.group(1), Optional.ofNullable(form.group(2)).map(UrlParts::port)));
    }
    return Optional.of(hosts);
  }

  private static int port(String digits) {
    int port = Integer.parseInt(digits);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port out of range (expected: 1 to 65535)");
    }
    return port;
  }
}
