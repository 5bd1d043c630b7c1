package com.ecommerce.user.rest.json;

import com.ecommerce.user.core.internal.text.PercentEncoding;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses {@code application/x-www-form-urlencoded}, the format of queries and of forms that
 * browsers send (WHATWG URL Standard, section 5). Unlike that standard, it refuses a percent sign
 * without two hexadecimal digits and bytes that are not UTF-8. Stateless.
 */
public final class UrlEncoded {
  private UrlEncoded() {}

  /**
   * Returns the values of each name, in order.
   *
   * @param encoded the text; characters other than ASCII are taken as they are
   * @throws IllegalArgumentException when the text is malformed; the message states what is
   *     expected
   */
  public static Map<String, List<String>> pairs(String encoded) {
    if (Utf8.isReplaced(encoded)) {
      throw notUtf8();
    }
    Map<String, List<String>> pairs = new LinkedHashMap<>();
    for (String pair : encoded.split("&")) {
      if (pair.isEmpty()) {
        continue;
      }
      int end = pair.indexOf('=');
      String name = decoded(end < 0 ? pair : pair.substring(0, end));
      String value = end < 0 ? "" : decoded(pair.substring(end + 1));
      pairs.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
    }
    return pairs;
  }

  private static String decoded(String encoded) {
    if (encoded.indexOf('%') < 0) {
      return encoded.replace('+', ' ');
    }
    try {
      return Utf8.decode(PercentEncoding.decode(encoded.replace('+', ' ')));
    } catch (CharacterCodingException malformed) {
      throw notUtf8();
    }
  }

  private static IllegalArgumentException notUtf8() {
    return new IllegalArgumentException(Utf8.EXPECTED);
  }
}
