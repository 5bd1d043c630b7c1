package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.internal.template.TemplateEngine;
import com.ecommerce.user.core.internal.template.TextTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The templates of HTML pages. A file of the operator's folder replaces the built-in template of
 * the same name. Values are escaped, so that they are safe between tags and within quoted
 * attributes. Thread-safe.
 */
final class PageTemplates {
  static final String LAYOUT = "layout.html";
  static final String STYLE = "style.css";

  /** The variables that every template can use. */
  private static final Set<String> COMMON =
      Set.of("language", "direction", "root", "title", "brand", "brand_url", "support_email");

  private static final Set<String> BRAND = Set.of("logo", "initial");
  private static final Set<String> MARK = Set.of("done", "expired", "failed");

  /**
   * The templates that operators can replace, with their variables. The documentation lists them.
   */
  private static final Map<String, Set<String>> REPLACEABLE =
      Map.of(
          LAYOUT,
          union(
              BRAND, Set.of("content", "middle", "wide", "style", "icon", "script", "has_footer")),
          "brand.html",
          BRAND,
          "mark.html",
          MARK,
          "message.html",
          union(MARK, Set.of("text", "continue_url", "continue")),
          "confirm.html",
          Set.of(
              "text",
              "button",
              "token",
              "danger",
              "has_facts",
              "facts",
              "name",
              "value",
              "other_text",
              "other_button",
              "other_path"),
          "password.html",
          Set.of(
              "text",
              "action",
              "token",
              "has_errors",
              "errors",
              "error",
              "password_label",
              "confirm_label",
              "hint",
              "strength",
              "strength_labels",
              "show_label",
              "hide_label",
              "button"));

  /** The variables that are lists, each with those of its elements. */
  private static final Map<String, Set<String>> LISTS =
      Map.of("facts", Set.of("name", "value"), "errors", Set.of("error"));

  private final Optional<Path> folder;
  private final TemplateEngine engine = TemplateEngine.html("page template", this::source);
  private final Map<String, TextTemplate> compiled = new ConcurrentHashMap<>();

  /**
   * @param folder the operator's folder, whose templates are compiled and tested immediately; the
   *     built-in ones are compiled when they are first used
   * @throws IllegalArgumentException if a template of the folder is invalid; the message names it
   * @throws UncheckedIOException if the folder cannot be read
   */
  PageTemplates(Optional<Path> folder) {
    this.folder = folder;
    folder.ifPresent(this::check);
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    return Stream.concat(some.stream(), others.stream()).collect(Collectors.toUnmodifiableSet());
  }

  private void check(Path operators) {
    try (var files = Files.list(operators)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        boolean isTemplate = !name.startsWith(".") && name.endsWith(".html");
        if (isTemplate && !REPLACEABLE.containsKey(name)) {
          throw new IllegalArgumentException(
              "page template "
                  + name
                  + ": no such page (expected: one of "
                  + String.join(", ", new TreeSet<>(REPLACEABLE.keySet()))
                  + ")");
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException("page templates cannot be read: " + operators, failed);
    }
    // Tests all templates, since one may include another. The included ones, brand.html and
    // mark.html, are tested first.
    new TreeSet<>(REPLACEABLE.keySet()).forEach(this::tryOut);
  }

  /** Fills a template once with a value for every variable, and once without any. */
  private void tryOut(String name) {
    var everything = new HashMap<String, Object>();
    var nothing = new HashMap<String, Object>();
    for (String variable : variables(name)) {
      boolean isOfElements = LISTS.values().stream().anyMatch(names -> names.contains(variable));
      if (LISTS.containsKey(variable)) {
        var element =
            LISTS.get(variable).stream().collect(Collectors.toMap(key -> key, key -> "value"));
        everything.put(variable, List.of(element));
        nothing.put(variable, List.of());
      } else if (!isOfElements) {
        everything.put(variable, "value");
        nothing.put(variable, "");
      }
    }
    try {
      render(name, everything);
      render(name, nothing);
    } catch (RuntimeException wrong) {
      String message = String.valueOf(wrong.getMessage()).replaceAll("\\s+", " ");
      throw new IllegalArgumentException(
          message.startsWith("page template") ? message : "page template " + name + ": " + message,
          wrong);
    }
  }

  /** Returns the names of the variables of a template that operators may replace. */
  private static Set<String> variables(String name) {
    return union(COMMON, REPLACEABLE.get(name));
  }

  private TextTemplate compile(String name) {
    return REPLACEABLE.containsKey(name)
        ? engine.compile(name, source(name), variables(name))
        : engine.compile(name, source(name));
  }

  /**
   * Fills a template.
   *
   * @param name the name of its file
   * @param values the values of all its variables; for a section, a boolean or a list
   */
  String render(String name, Map<String, ?> values) {
    return compiled.computeIfAbsent(name, this::compile).fill(values);
  }

  private String source(String name) {
    try {
      var own = folder.map(path -> path.resolve(name)).filter(Files::isRegularFile);
      return REPLACEABLE.containsKey(name) && own.isPresent()
          ? Files.readString(own.get())
          : builtIn(name);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the page template " + name + " cannot be read", unreadable);
    }
  }

  private static String builtIn(String name) throws IOException {
    try (InputStream file = PageTemplates.class.getResourceAsStream("templates/" + name)) {
      if (file == null) {
        throw new IllegalArgumentException("{{>" + name + "}} (expected: mark.html or brand.html)");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
