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
 * @param brand the shop that the pages are of
 * @param templates a folder whose files replace built-in templates and the stylesheet
 * @param defaultLanguage the language for browsers that ask for none of {@link Languages#ALL}
 * @param sentMails the mails to show to developers; empty if a mail server sends them
 */
public record PageSettings(
    Offer offer,
    Brand brand,
    Optional<Path> templates,
    String defaultLanguage,
    Optional<SentMails> sentMails) {
  /** The pages for users. */
  public enum Offer {
    /** Those behind the links of mails. */
    LINKS,
    /** Also those to sign in, register and look after the own account. */
    ALL,
    /** None: another program answers the links of mails. */
    NONE
  }

  /** Without a brand, in English. */
  public static final PageSettings DEFAULT =
      new PageSettings(
          Offer.LINKS, Brand.NONE, Optional.empty(), Languages.ALL.get(0), Optional.empty());

  public PageSettings {
    requireNonNull(offer, "offer");
    requireNonNull(brand, "brand");
    requireNonNull(templates, "templates");
    requireNonNull(defaultLanguage, "defaultLanguage");
    requireNonNull(sentMails, "sentMails");
  }
}
