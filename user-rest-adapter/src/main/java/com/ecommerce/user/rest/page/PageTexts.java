package com.ecommerce.user.rest.page;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.stream.Stream;

/** The texts of the pages in the language that the browser asks for. */
public final class PageTexts {
  static final List<Locale> LANGUAGES =
      Stream.of("en", "de", "es", "fr", "it", "pt", "nl", "pl", "tr", "ja", "zh", "ar")
          .map(Locale::forLanguageTag)
          .toList();

  /** English rather than the language of the machine. */
  private static final Control NO_FALLBACK =
      Control.getNoFallbackControl(Control.FORMAT_PROPERTIES);

  private final ResourceBundle bundle;

  private PageTexts(ResourceBundle bundle) {
    this.bundle = bundle;
  }

  static PageTexts english() {
    return of(Optional.empty());
  }

  /**
   * @param acceptLanguage the header, as RFC 9110 describes it; anything else is English
   */
  public static PageTexts of(Optional<String> acceptLanguage) {
    Locale locale = acceptLanguage.map(PageTexts::best).orElse(Locale.ENGLISH);
    return new PageTexts(
        ResourceBundle.getBundle(
            "com.ecommerce.user.rest.pages",
            locale,
            PageTexts.class.getClassLoader(),
            NO_FALLBACK));
  }

  private static Locale best(String acceptLanguage) {
    try {
      var wanted = Locale.LanguageRange.parse(acceptLanguage);
      return Optional.ofNullable(Locale.lookup(wanted, LANGUAGES)).orElse(Locale.ENGLISH);
    } catch (IllegalArgumentException malformed) {
      return Locale.ENGLISH;
    }
  }

  String language() {
    return get("language");
  }

  /** Returns the direction of the writing, as HTML names it: {@code ltr} or {@code rtl}. */
  String direction() {
    return get("direction");
  }

  String get(String key) {
    return bundle.getString(key);
  }

  Optional<String> find(String key) {
    return bundle.containsKey(key) ? Optional.of(bundle.getString(key)) : Optional.empty();
  }
}
