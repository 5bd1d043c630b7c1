package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.Ascii;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Parses the names of enum constants, in any letter case. JSON shows them in lower case, as access
 * tokens do.
 */
public final class NameParser {
  private NameParser() {}

  public static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Parses the name of one constant.
   *
   * @throws InvalidValueException with rule {@code REQUIRED} or {@code UNKNOWN_VALUE}
   */
  public static <E extends Enum<E>> E parse(Class<E> type, String raw) {
    if (WhiteSpace.trim(raw).isEmpty()) {
      throw InvalidValueException.required();
    }
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> Ascii.equalsIgnoreCase(constant.name(), WhiteSpace.trim(raw)))
        .findFirst()
        .orElseThrow(() -> unknown(type));
  }

  /**
   * Parses the names of several constants.
   *
   * @throws InvalidValueException with rule {@code REQUIRED} or {@code UNKNOWN_VALUE}
   */
  static <E extends Enum<E>> Set<E> parseAll(Class<E> type, Collection<String> raw) {
    Set<E> parsed = EnumSet.noneOf(type);
    raw.forEach(name -> parsed.add(parse(type, name)));
    return parsed;
  }

  private static InvalidValueException unknown(Class<? extends Enum<?>> type) {
    String known =
        Arrays.stream(type.getEnumConstants())
            .map(NameParser::lower)
            .collect(Collectors.joining(", "));
    return new InvalidValueException("UNKNOWN_VALUE", "unknown (expected: one of " + known + ")");
  }
}
