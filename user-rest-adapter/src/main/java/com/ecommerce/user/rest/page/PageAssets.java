package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.brand.Accent;
import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.brand.Color;
import com.ecommerce.user.core.internal.crypto.Digests;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.HttpRefusal;
import com.ecommerce.user.rest.http.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files that pages need: the stylesheet with the brand's colors, the scripts, the icon and the
 * logo. A page refers to a file with a part of its digest, so that browsers can cache the file
 * forever and still get a new version. Thread-safe.
 */
final class PageAssets {
  private static final String PATH = "/assets/{file}";
  private static final String STYLE = PageTemplates.STYLE;
  private static final String ICON = "icon.svg";

  /**
   * The stylesheet of the console. It follows the built-in stylesheet, even if the operator has
   * replaced that one for the other pages.
   */
  private static final String CONSOLE_STYLE = "console.css";

  static final String CONSOLE_SCRIPT = "console.js";
  static final String HTMX = "htmx.min.js";

  private static final String FOREVER = "public, max-age=31536000, immutable";
  private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
  private static final String CSS = "text/css; charset=utf-8";
  private static final String SVG = "image/svg+xml";

  /** Allows styles in an SVG image, but neither scripts nor references. */
  private static final String IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

  private static final String PERSON =
      "<circle cx=\"16\" cy=\"12\" r=\"5\" fill=\"%1$s\"/>"
          + "<path d=\"M6.5 26a9.5 8 0 0 1 19 0z\" fill=\"%1$s\"/>";

  private record File(String contentType, byte[] content, String version) {}

  private final Map<String, File> files = new TreeMap<>();
  private final Optional<String> logo;

  /**
   * @throws UncheckedIOException if the stylesheet of the operator cannot be read
   */
  PageAssets(PageSettings settings) {
    var brand = settings.brand();
    String style =
        settings
            .templates()
            .map(folder -> folder.resolve(STYLE))
            .filter(Files::isRegularFile)
            .map(PageAssets::read)
            .orElseGet(() -> text(STYLE));
    String colors = colors(brand.color());
    add(STYLE, CSS, bytes(style + colors));
    add("password.js", JAVASCRIPT, bytes(text("password.js")));
    if (settings.console().isPresent()) {
      add(CONSOLE_STYLE, CSS, bytes(text(STYLE) + text(CONSOLE_STYLE) + colors));
      add(CONSOLE_SCRIPT, JAVASCRIPT, bytes(text(CONSOLE_SCRIPT)));
      add(HTMX, JAVASCRIPT, Webjar.HTMX.file("dist/" + HTMX));
    }
    add(ICON, SVG, bytes(icon(brand)));
    logo = brand.logo().map(image -> "logo." + image.format().extension());
    brand.logo().ifPresent(image -> add(logo.get(), image.format().contentType(), image.content()));
  }

  private void add(String name, String contentType, byte[] content) {
    files.put(name, new File(contentType, content, version(content)));
  }

  void addTo(Routes routes) {
    routes
        .onAsync(
            "GET",
            PATH,
            Operation.READ_DOCUMENT,
            request -> ApiResponse.completed(file(request, request.parameter("file"))))
        .onAsync(
            "GET",
            "/favicon.ico",
            Operation.READ_DOCUMENT,
            request -> ApiResponse.completed(file(request, ICON)));
  }

  private ApiResponse file(ApiRequest request, String name) {
    var file = files.get(name);
    if (file == null) {
      throw HttpRefusal.ROUTE_NOT_FOUND.because("no such file (expected: a file of a page)");
    }
    // During an upgrade, a page of another version may request a different version of the file.
    boolean isSame = request.query("v").filter(file.version()::equals).isPresent();
    var response =
        ApiResponse.of(file.contentType(), file.content())
            .header("Cache-Control", isSame ? FOREVER : "no-cache");
    return file.contentType().startsWith("image/")
        ? response.header("Content-Security-Policy", IMAGE_POLICY)
        : response;
  }

  /** Returns the reference to the stylesheet, below the path of the files. */
  String style() {
    return reference(STYLE);
  }

  String consoleStyle() {
    return reference(CONSOLE_STYLE);
  }

  String icon() {
    return reference(ICON);
  }

  Optional<String> logo() {
    return logo.map(this::reference);
  }

  String reference(String name) {
    return name + "?v=" + files.get(name).version();
  }

  /** Returns the accent colors as rules of a stylesheet. */
  private static String colors(Color brand) {
    return String.format(
        Locale.ROOT,
        "\n:root { %s }\n@media (prefers-color-scheme: dark) { :root { %s } }\n",
        variables(Accent.light(brand)),
        variables(Accent.dark(brand)));
  }

  private static String variables(Accent accent) {
    return String.format(
        Locale.ROOT,
        "--accent: %s; --on-accent: %s; --accent-edge: %s; --accent-text: %s;",
        accent.fill().hex(),
        accent.onFill().hex(),
        accent.edge().hex(),
        accent.text().hex());
  }

  /** Returns an icon that shows the initial of the brand, or a person if it has no name. */
  private static String icon(Brand brand) {
    String initial = initial(brand);
    String color = brand.color().text().hex();
    return String.format(
        Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">"
            + "<rect width=\"32\" height=\"32\" rx=\"8\" fill=\"%s\"/>%s</svg>",
        brand.color().hex(),
        initial.isEmpty()
            ? String.format(Locale.ROOT, PERSON, color)
            : String.format(
                Locale.ROOT,
                "<text x=\"16\" y=\"22.5\" text-anchor=\"middle\" font-family=\"system-ui, sans-serif\""
                    + " font-size=\"18\" font-weight=\"700\" fill=\"%s\">%s</text>",
                color,
                initial));
  }

  /** Returns the first letter or digit of the brand's name in upper case; empty if it has none. */
  static String initial(Brand brand) {
    return brand
        .name()
        .codePoints()
        .filter(Character::isLetterOrDigit)
        .mapToObj(Character::toString)
        .findFirst()
        .orElse("")
        .toUpperCase(Locale.ROOT);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the stylesheet cannot be read: " + file, unreadable);
    }
  }

  private static String text(String name) {
    try (InputStream file = PageAssets.class.getResourceAsStream("assets/" + name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("a file of the pages cannot be read: " + name, unreadable);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String version(byte[] content) {
    return HexFormat.of().formatHex(Digests.sha256(content), 0, 6);
  }
}
