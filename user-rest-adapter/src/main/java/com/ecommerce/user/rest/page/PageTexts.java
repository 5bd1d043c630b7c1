package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.mail.Languages;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.Set;
import java.util.stream.Collectors;

/** The texts of the pages in one language. Immutable. */
final class PageTexts {
  /** Prevents a fallback to the language of the machine. */
  private static final Control NO_FALLBACK =
      Control.getNoFallbackControl(Control.FORMAT_PROPERTIES);

  private final ResourceBundle bundle;

  private PageTexts(ResourceBundle bundle) {
    this.bundle = bundle;
  }

  static PageTexts english() {
    return in(Languages.ALL.get(0));
  }

  /** Returns the texts in one of {@link Languages#ALL}. */
  static PageTexts in(String language) {
    return new PageTexts(
        ResourceBundle.getBundle(
            "com.ecommerce.user.rest.pages",
            Locale.forLanguageTag(language),
            PageTexts.class.getClassLoader(),
            NO_FALLBACK));
  }

  String language() {
    return get("language");
  }

  /** Returns the direction of the writing, as HTML names it: {@code ltr} or {@code rtl}. */
  String direction() {
    return get("direction");
  }

  /** Returns the names of the texts that templates can have as {@code t.name}. */
  static Set<String> names() {
    return english().named().keySet();
  }

  /** Returns the texts that templates can have, by name. */
  Map<String, String> named() {
    return bundle.keySet().stream()
        .filter(key -> !key.contains("."))
        .collect(Collectors.toUnmodifiableMap(key -> key, bundle::getString));
  }

  String get(String key) {
    return bundle.getString(key);
  }

  Optional<String> find(String key) {
    return bundle.containsKey(key) ? Optional.of(bundle.getString(key)) : Optional.empty();
  }
}
