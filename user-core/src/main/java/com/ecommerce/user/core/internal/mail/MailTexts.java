package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.mail.Languages;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;

/** The built-in texts of mails in one language. Variables are written as in Mustache. Immutable. */
final class MailTexts {
  /** Prevents a fallback to the language of the machine. */
  private static final Control NO_FALLBACK =
      Control.getNoFallbackControl(Control.FORMAT_PROPERTIES);

  private final ResourceBundle bundle;

  private MailTexts(ResourceBundle bundle) {
    this.bundle = bundle;
  }

  /**
   * Returns the texts in one of the {@link Languages}.
   *
   * @throws MissingResourceException if there are none
   */
  static MailTexts in(String language) {
    return new MailTexts(
        ResourceBundle.getBundle(
            MailTexts.class.getPackageName() + ".mails",
            Locale.forLanguageTag(language),
            MailTexts.class.getClassLoader(),
            NO_FALLBACK));
  }

  String get(String key) {
    return bundle.getString(key);
  }

  boolean has(String key) {
    return bundle.containsKey(key);
  }
}
