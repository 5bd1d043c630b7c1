package com.ecommerce.user.core.brand;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import java.net.URI;
import java.util.Optional;

/**
 * The shop as customers know it from its pages and mails. Immutable.
 *
 * @param name the name of the shop; may be empty
 * @param color the accent color, of buttons for instance
 * @param url the website of the shop, to which pages and mails link
 * @param supportEmail the address for customers with questions
 * @param logo the image shown in place of the name
 */
public record Brand(
    String name,
    Color color,
    Optional<URI> url,
    Optional<Email> supportEmail,
    Optional<Logo> logo) {
  /** No name, and the built-in accent color. */
  public static final Brand NONE =
      new Brand("", new Color(0x2557d6), Optional.empty(), Optional.empty(), Optional.empty());

  public Brand {
    requireNonNull(name, "name");
    requireNonNull(color, "color");
    requireNonNull(url, "url");
    requireNonNull(supportEmail, "supportEmail");
    requireNonNull(logo, "logo");
  }

  /** Returns the same brand with this name, if it has none. */
  public Brand orNamed(String fallback) {
    return name.isEmpty() ? new Brand(fallback, color, url, supportEmail, logo) : this;
  }
}
