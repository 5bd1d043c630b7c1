package com.ecommerce.user.rest.page;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The templates of HTML pages, in the language Mustache, which has no logic and runs no code.
 * Values are escaped, so that they are safe between tags and within quoted attributes. A template
 * is compiled when it is first needed. Thread-safe.
 */
final class PageTemplates {
  private final Map<String, Template> compiled = new ConcurrentHashMap<>();
  private final Mustache.Compiler compiler =
      Mustache.compiler()
          .withEscaper(PageTemplates::escaped)
          .emptyStringIsFalse(true)
          .strictSections(true)
          .withLoader(PageTemplates::source);

  /**
   * Fills a template.
   *
   * @param name the name of its file
   * @param values the values of all its variables; a boolean or a list for a section
   * @throws MustacheException if the template has a variable without a value
   */
  String render(String name, Map<String, Object> values) {
    return compiled.computeIfAbsent(name, this::compile).execute(values);
  }

  private static String escaped(String value) {
    return value
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private Template compile(String name) {
    try (Reader source = source(name)) {
      return compiler.compile(source);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the page template " + name + " cannot be read", unreadable);
    }
  }

  private static Reader source(String name) throws IOException {
    try (InputStream file = PageTemplates.class.getResourceAsStream("templates/" + name)) {
      if (file == null) {
        throw new IOException("there is no page template " + name);
      }
      return new StringReader(new String(file.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
