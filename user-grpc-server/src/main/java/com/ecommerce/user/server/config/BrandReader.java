package com.ecommerce.user.server.config;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.brand.Color;
import com.ecommerce.user.core.brand.Logo;
import com.ecommerce.user.core.value.TextRule;
import java.io.IOException;
import java.net.URI;

/** Reads the settings of the brand. */
final class BrandReader {
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

  private static URI website(String text) {
    return WebUrls.parse(
        text,
        url -> url.getRawUserInfo() == null,
        "not the URL of a website (expected: a URL such as https://shop.example.com)");
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
