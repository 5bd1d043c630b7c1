package com.ecommerce.user.rest.page;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.mail.Languages;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The operator's settings for the HTML pages. Immutable.
 *
 * @param offer the pages for users
 * @param brand the shop in whose name the pages are shown
 * @param templates a folder whose files replace built-in templates and the stylesheet
 * @param defaultLanguage the language for browsers that prefer none of {@link Languages#ALL}
 * @param sentMails the mails to show to developers; empty if a mail server sends them
 * @param console the console for staff; empty if there is none
 */
public record PageSettings(
    Offer offer,
    Brand brand,
    Optional<Path> templates,
    String defaultLanguage,
    Optional<SentMails> sentMails,
    Optional<Console> console) {
  /** The pages that are offered to users. */
  public enum Offer {
    /** The pages to which the links of mails lead. */
    LINKS,
    /** Also pages to sign in, to register, and to manage the own account. */
    ALL,
    /** None: the links of mails lead to another program. */
    NONE
  }

  /**
   * The settings of the console for admins and support.
   *
   * @param setupKey the secret in the path of the page that creates the first admin
   */
  public record Console(String setupKey) {
    public Console {
      requireNonNull(setupKey, "setupKey");
    }

    /** Returns a masked text, since records end up in logs. */
    @Override
    public String toString() {
      return "Console[masked]";
    }
  }

  /** The defaults: only the pages of links, no brand, English, and no console. */
  public static final PageSettings DEFAULT =
      new PageSettings(
          Offer.LINKS,
          Brand.NONE,
          Optional.empty(),
          Languages.ALL.get(0),
          Optional.empty(),
          Optional.empty());

  /**
   * Checks a directory of page templates as the REST API does, for programs that want to refuse a
   * wrong one earlier.
   *
   * @throws IllegalArgumentException if a template is wrong; the message names it
   * @throws java.io.UncheckedIOException if the directory cannot be read
   */
  public static void checkTemplates(Path directory) {
    new PageTemplates(Optional.of(requireNonNull(directory, "directory")));
  }

  public PageSettings {
    requireNonNull(offer, "offer");
    requireNonNull(brand, "brand");
    requireNonNull(templates, "templates");
    requireNonNull(defaultLanguage, "defaultLanguage");
    requireNonNull(sentMails, "sentMails");
    requireNonNull(console, "console");
  }
}
