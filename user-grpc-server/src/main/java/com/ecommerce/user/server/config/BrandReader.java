package com.ecommerce.user.server.config;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.brand.Color;
import com.ecommerce.user.core.brand.Logo;
import com.ecommerce.user.core.value.TextRule;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;

/** Reads the settings of the brand. */
final class BrandReader {
  private static final String NO_WEBSITE =
      "not the URL of a website (expected: a URL such as https://shop.example.com)";

  private BrandReader() {}

  /** Reads the settings, and records problems in the reader. */
  static Brand read(SettingReader reader) {
    return new Brand(
        reader.optional(Setting.BRAND_NAME, TextRule.NAME::parse).orElse(""),
        reader.value(Setting.BRAND_COLOR, Color::parse),
        reader.optional(Setting.BRAND_URL, BrandReader::website),
        reader.optional(Setting.BRAND_SUPPORT_EMAIL, Email::parse),
        reader.optional(Setting.BRAND_LOGO, BrandReader::logo));
  }

  /** Parses the URL. Messages do not show the text, since it may contain a password. */
  private static URI website(String text) {
    try {
      var url = new URI(text);
      boolean isWeb =
          "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
      if (isWeb && url.getHost() != null && url.getRawUserInfo() == null) {
        return url;
      }
    } catch (URISyntaxException noUrl) {
      throw new IllegalArgumentException(NO_WEBSITE, noUrl);
    }
    throw new IllegalArgumentException(NO_WEBSITE);
  }

  private static Logo logo(String text) {
    try {
      return Logo.read(SettingReader.path(text));
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          text + " cannot be read (expected: a file with a PNG or SVG image)", unreadable);
    }
  }
}
