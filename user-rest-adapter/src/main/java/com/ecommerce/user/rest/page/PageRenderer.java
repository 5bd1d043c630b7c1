package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.mail.Languages;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Renders pages: the template of a page within the common layout. A page has no inline script and
 * no inline style, and requests nothing from other servers. Thread-safe.
 */
final class PageRenderer {
  private static final String POLICY =
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
          + " frame-ancestors 'none'; base-uri 'none'";

  /** The names of scripts by the templates that use them. */
  private static final Map<String, String> SCRIPTS =
      Map.of(
          "password.html", "password.js",
          "sign-in.html", "password.js",
          "register.html", "password.js",
          "setup.html", "password.js",
          "account-security.html", "password.js");

  /** The folder of the templates of the console, which has a layout of its own. */
  private static final String CONSOLE = "console/";

  /** The templates of wide pages, which show tables. */
  private static final Set<String> WIDE =
      Set.of("problems.html", "components.html", "mails.html", "mail.html");

  /** The templates of pages that show another document in a frame. */
  private static final Set<String> FRAMED = Set.of("mail.html");

  private final Brand brand;
  private final boolean hasAccounts;
  private final String defaultLanguage;
  private final PageAssets assets;
  private final PageTemplates templates;

  /**
   * @throws IllegalArgumentException if a template of the operator is invalid; the message names it
   */
  PageRenderer(PageSettings settings, PageAssets assets) {
    this.brand = settings.brand();
    this.hasAccounts = settings.offer() == PageSettings.Offer.ALL;
    this.defaultLanguage = settings.defaultLanguage();
    this.assets = assets;
    this.templates = new PageTemplates(settings.templates());
  }

  /** Returns the view of a page in the language that the browser prefers. */
  PageView view(ApiRequest request) {
    return new PageView(this, texts(request), root(request));
  }

  private PageTexts texts(ApiRequest request) {
    return PageTexts.in(
        request.header("Accept-Language").flatMap(Languages::preferred).orElse(defaultLanguage));
  }

  /** Returns the view of a page for developers, which is in English. */
  PageView englishView(ApiRequest request) {
    return new PageView(this, PageTexts.english(), root(request));
  }

  /**
   * Returns the relative path from the requested page to the root of all pages, such as an empty
   * one for {@code /verify-email}. Relative paths work behind any proxy.
   */
  private static String root(ApiRequest request) {
    long depth = request.path().chars().filter(character -> character == '/').count();
    return "../".repeat((int) depth - 1);
  }

  Brand brand() {
    return brand;
  }

  /** Returns whether there are pages of the account. */
  boolean hasAccounts() {
    return hasAccounts;
  }

  private static String policy(boolean hasScript, String template) {
    return POLICY
        + (hasScript ? "; script-src 'self'" : "")
        + (template.startsWith(CONSOLE) ? "; connect-src 'self'" : "")
        + (FRAMED.contains(template) ? "; frame-src 'self'" : "");
  }

  /**
   * Renders a page.
   *
   * @param root the relative path to the root of all pages
   * @param content the values of the page's own template
   */
  ApiResponse render(
      int status,
      PageTexts texts,
      String root,
      String title,
      String template,
      Map<String, Object> content) {
    var values = new HashMap<String, Object>();
    values.put("language", texts.language());
    values.put("direction", texts.direction());
    values.put("root", root);
    values.put("title", title);
    values.put("brand", brand.name());
    values.put("brand_url", brand.url().map(URI::toString).orElse(""));
    values.put("support_email", brand.supportEmail().map(Email::address).orElse(""));
    values.put("t", texts.named());
    values.putAll(content);
    String main = templates.render(template, values);
    boolean isOfConsole = template.startsWith(CONSOLE);
    var script = isOfConsole ? PageAssets.CONSOLE_SCRIPT : SCRIPTS.getOrDefault(template, "");
    values.put("content", main);
    values.put("wide", WIDE.contains(template));
    values.put("middle", template.startsWith("account"));
    values.put("style", isOfConsole ? assets.consoleStyle() : assets.style());
    values.put("icon", assets.icon());
    values.put("logo", assets.logo().orElse(""));
    values.put("initial", PageAssets.initial(brand));
    values.put("script", script.isEmpty() ? "" : assets.reference(script));
    values.put("has_footer", brand.url().isPresent() || brand.supportEmail().isPresent());
    if (isOfConsole) {
      values.put("htmx", assets.reference(PageAssets.HTMX));
    }
    String layout = isOfConsole ? CONSOLE + PageTemplates.LAYOUT : PageTemplates.LAYOUT;
    return ApiResponse.html(status, templates.render(layout, values))
        .header("Content-Security-Policy", policy(!script.isEmpty(), template))
        .header("Content-Language", texts.language())
        .header("Vary", "Accept-Language");
  }
}
