package com.ecommerce.user.core.account;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.Ascii;
import com.ecommerce.user.core.internal.text.WebUrl;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import com.ecommerce.user.core.value.TextRule;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules for the fields of a {@link UserProfile}. Every method returns the normalised value,
 * empty for an empty one, and throws {@link InvalidValueException} for a wrong one.
 */
public final class ProfileRules {
  /** The latest day that is too early for a date of birth. */
  private static final LocalDate TOO_OLD = LocalDate.of(1900, 12, 31);

  private static final int MAX_SOCIAL_LINKS = 20;

  /** Codes that ISO 639-1 has withdrawn, with the codes that replaced them. */
  private static final Map<String, String> RENAMED_LANGUAGES =
      Map.of("iw", "he", "in", "id", "ji", "yi", "mo", "ro");

  private static final Set<String> LANGUAGES =
      Stream.of(Locale.getISOLanguages())
          .filter(code -> !RENAMED_LANGUAGES.containsKey(code))
          .collect(Collectors.toUnmodifiableSet());

  private ProfileRules() {}

  /** Returns the day, which must be after 1900 and in the past in UTC. */
  public static LocalDate dateOfBirth(LocalDate day, Clock clock) {
    var today = LocalDate.now(clock.withZone(ZoneOffset.UTC));
    if (!day.isAfter(TOO_OLD) || !day.isBefore(today)) {
      throw new InvalidValueException("INVALID_DATE", day + " (expected: a past day after 1900)");
    }
    return day;
  }

  /** Returns the ISO 639-1 code in lower case; a withdrawn code is replaced by its successor. */
  static String language(@Nullable String raw) {
    String code = Ascii.toLowerCase(WhiteSpace.trim(raw));
    return known(
        RENAMED_LANGUAGES.getOrDefault(code, code),
        LANGUAGES,
        "INVALID_LANGUAGE",
        "an ISO 639-1 code such as de");
  }

  /** Returns the ISO 4217 code in upper case, of a currency or fund that is in force. */
  static String currency(@Nullable String raw) {
    String code = Ascii.toUpperCase(WhiteSpace.trim(raw));
    return known(code, Currencies.IN_FORCE, "INVALID_CURRENCY", "an ISO 4217 code such as EUR");
  }

  /** Returns the name, which must be in the IANA time zone database. */
  static String timezone(@Nullable String raw) {
    return known(
        WhiteSpace.trim(raw),
        TimeZones.NAMES,
        "INVALID_TIMEZONE",
        "an IANA name such as Europe/Berlin");
  }

  private static String known(String code, Set<String> known, String rule, String expected) {
    if (!code.isEmpty() && !known.contains(code)) {
      throw new InvalidValueException(rule, "unknown (expected: " + expected + ")");
    }
    return code;
  }

  /**
   * Returns the links, at most 20, from the names of networks to http or https URLs. The exception
   * reports every invalid link.
   */
  static Map<String, String> socialLinks(Map<String, String> raw) {
    if (raw.size() > MAX_SOCIAL_LINKS) {
      throw new InvalidValueException(
          "TOO_MANY", raw.size() + " links (expected: at most " + MAX_SOCIAL_LINKS + ")");
    }
    var links = new LinkedHashMap<String, String>();
    List<InvalidValueException> bad = new ArrayList<>();
    raw.forEach(
        (rawName, url) -> {
          String shown = "a name";
          try {
            String name = TextRule.SOCIAL_NETWORK.parseRequired(rawName);
            shown = name;
            if (links.put(name, "") != null) {
              throw new InvalidValueException(
                  "DUPLICATE_NAME", "given twice (expected: one link for each name)");
            }
            links.put(name, requiredUrl(url));
          } catch (InvalidValueException invalid) {
            bad.add(invalid.of(shown));
          }
        });
    if (!bad.isEmpty()) {
      throw InvalidValueException.all(bad);
    }
    return links;
  }

  private static String requiredUrl(String raw) {
    String url = WebUrl.parse(raw);
    if (url.isEmpty()) {
      throw InvalidValueException.required();
    }
    return url;
  }
}
