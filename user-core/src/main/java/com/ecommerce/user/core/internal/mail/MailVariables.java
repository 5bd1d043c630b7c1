package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.mail.MailKind;
import java.util.Set;
import java.util.TreeSet;

/** The variables that the templates of mails can use. The documentation lists them. */
final class MailVariables {
  private static final Set<String> OF_EVERY_MAIL =
      Set.of("name", "email", "site", "time", "brand", "support_email");

  private static final Set<String> OF_LAYOUTS =
      Set.of(
          "language",
          "direction",
          "subject",
          "preview",
          "greeting",
          "before",
          "has_facts",
          "facts",
          "value",
          "link",
          "button",
          "after",
          "not_me_link",
          "other",
          "other_button",
          "fallback",
          "recipient",
          "support",
          "logo",
          "accent",
          "on_accent",
          "accent_edge",
          "accent_text",
          "dark_accent",
          "dark_on_accent",
          "dark_accent_text");

  private MailVariables() {}

  /** Returns the names of the variables of a mail's own templates. */
  static Set<String> of(MailKind kind) {
    var names = new TreeSet<>(OF_EVERY_MAIL);
    if (kind.hasLink()) {
      names.add("link");
      names.add("expires");
    }
    switch (kind) {
      case VERIFY_EMAIL -> names.add("not_me_link");
      case EMAIL_CHANGE_REQUESTED, EMAIL_CHANGE_PENDING, EMAIL_CHANGED -> names.add("new_email");
      case NEW_SIGN_IN -> {
        names.add("device");
        names.add("network");
      }
      case RESET_PASSWORD,
          PASSWORD_CHANGED,
          PASSWORD_GUESSING,
          EMAIL_WANTED,
          REGISTRATION_ATTEMPTED -> {}
    }
    return names;
  }

  /** Returns the names of the variables of the built-in texts. */
  static Set<String> ofTexts() {
    var names = new TreeSet<>(OF_EVERY_MAIL);
    names.addAll(Set.of("greeting_name", "new_email", "expires"));
    return names;
  }

  /** Returns the names of the variables of the layouts, which surround the built-in texts. */
  static Set<String> ofLayouts() {
    var names = new TreeSet<>(OF_EVERY_MAIL);
    names.addAll(OF_LAYOUTS);
    return names;
  }
}
