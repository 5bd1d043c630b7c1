package com.ecommerce.user.core.account;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.WebUrl;
import com.ecommerce.user.core.value.WhiteSpace;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the fields of a {@link UserProfile} may be. Every method returns the normalised value, empty
 * for an empty one, and throws {@link InvalidValueException} for a wrong one.
 */
public final class ProfileRules {
  /** The last day that is too long ago. */
  private static final LocalDate TOO_OLD = LocalDate.of(1900, 12, 31);

  private static final int MAX_SOCIAL_LINKS = 20;
  private static final Set<String> LANGUAGES = Set.of(Locale.getISOLanguages());
  private static final Set<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  private ProfileRules() {}

  /** A day before today and after 1900. */
  public static LocalDate dateOfBirth(LocalDate day, LocalDate today) {
    if (!day.isAfter(TOO_OLD) || !day.isBefore(today)) {
      throw new InvalidValueException("INVALID_DATE", day + " (expected: a past day after 1900)");
    }
    return day;
  }

  /** ISO 639-1, in lower case. */
  public static String language(String raw) {
    String code = WhiteSpace.trim(raw).toLowerCase(Locale.ROOT);
    return known(code, LANGUAGES, "INVALID_LANGUAGE", "an ISO 639-1 code such as de");
  }

  /** ISO 4217, in upper case. */
  public static String currency(String raw) {
    String code = WhiteSpace.trim(raw).toUpperCase(Locale.ROOT);
    return known(code, CURRENCIES, "INVALID_CURRENCY", "an ISO 4217 code such as EUR");
  }

  /** A name of the IANA time zone database. */
  public static String timezone(String raw) {
    return known(
        WhiteSpace.trim(raw),
        ZoneId.getAvailableZoneIds(),
        "INVALID_TIMEZONE",
        "an IANA name such as Europe/Berlin");
  }

  private static String known(String code, Set<String> known, String rule, String expected) {
    if (!code.isEmpty() && !known.contains(code)) {
      throw new InvalidValueException(rule, "unknown (expected: " + expected + ")");
    }
    return code;
  }

  /** At most 20, name of the network to an http or https URL. Tells of every bad link. */
  public static Map<String, String> socialLinks(Map<String, String> raw) {
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
                  "DUPLICATE_NAME", "there twice (expected: one link of a name)");
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
