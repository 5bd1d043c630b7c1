package com.ecommerce.user.core.mail;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The languages of the built-in mails and pages. */
public final class Languages {
  /** The languages as ISO 639-1 names them, English first. */
  public static final List<String> ALL =
      List.of("en", "de", "es", "fr", "it", "pt", "nl", "pl", "tr", "ja", "zh", "ar");

  private static final List<Locale> LOCALES = ALL.stream().map(Locale::forLanguageTag).toList();

  private Languages() {}

  /**
   * Returns the language that a browser prefers most among those for which there are texts.
   *
   * @param acceptLanguage the value of the header Accept-Language (RFC 9110, section 12.5.4),
   *     looked up as RFC 4647 describes
   * @return empty if there is none, or if the value is malformed
   */
  public static Optional<String> preferred(String acceptLanguage) {
    try {
      var wanted = Locale.LanguageRange.parse(acceptLanguage);
      return Stream.ofNullable(Locale.lookup(wanted, LOCALES)).map(Locale::getLanguage).findFirst();
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
