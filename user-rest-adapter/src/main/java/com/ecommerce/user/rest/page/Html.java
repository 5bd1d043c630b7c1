package com.ecommerce.user.rest.page;

import com.ecommerce.user.rest.http.ApiResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/** One small page: no script, one style that the policy names by its hash, no other request. */
final class Html {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; }
      body { font: 1.125rem/1.5 system-ui, sans-serif; margin: 0; padding: 2rem 1rem; }
      main { max-width: 28rem; margin: 0 auto; }
      main.wide { max-width: 52rem; }
      h1 { font-size: 1.5rem; line-height: 1.25; }
      label { display: block; margin-top: 1rem; font-weight: 600; }
      input { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; margin-top: .25rem; }
      button { font: inherit; font-weight: 600; margin-top: 1.5rem; padding: .625rem 1.25rem; cursor: pointer; }
      .error { border-left: .25rem solid #c62828; padding-left: .75rem; margin: .5rem 0 0; }
      table { border-collapse: collapse; width: 100%; }
      th, td { text-align: left; padding: .375rem .75rem .375rem 0; vertical-align: top; }
      """;

  private static final String POLICY =
      "default-src 'none'; style-src 'sha256-"
          + sha256(STYLE)
          + "'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

  private Html() {}

  private static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return Base64.getEncoder()
          .encodeToString(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  /**
   * A page.
   *
   * @param title as text
   * @param main as HTML
   */
  static ApiResponse page(int status, String language, String title, String main) {
    return page(status, language, title, "", main);
  }

  /** The same for a page with a table. */
  static ApiResponse widePage(String language, String title, String main) {
    return page(200, language, title, " class=\"wide\"", main);
  }

  /**
   * Fills the placeholders of a template, such as {@code %s} or {@code %2$s}, with HTML.
   *
   * @param parts escaped already
   */
  static String filled(String template, String... parts) {
    return String.format(Locale.ROOT, template, (Object[]) parts);
  }

  private static ApiResponse page(
      int status, String language, String title, String width, String main) {
    String html =
        filled(
            """
        <!DOCTYPE html>
        <html lang="%1$s">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>%2$s</title>
        <style>%3$s</style>
        </head>
        <body>
        <main%4$s>
        <h1>%2$s</h1>
        %5$s
        </main>
        </body>
        </html>
        """,
            language, escaped(title), STYLE, width, main);
    return ApiResponse.html(status, html)
        .header("Content-Security-Policy", POLICY)
        .header("Content-Language", language)
        .header("Vary", "Accept-Language");
  }

  /** Safe between tags and within attributes in double quotes. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
