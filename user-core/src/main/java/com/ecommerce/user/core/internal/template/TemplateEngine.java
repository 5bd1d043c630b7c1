package com.ecommerce.user.core.internal.template;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import java.io.StringReader;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Compiles templates in the language Mustache, which has no logic and runs no code. A template that
 * has other variables than the given ones is refused, so that a misspelled name is found at the
 * start. Thread-safe.
 */
public final class TemplateEngine {
  private static final Mustache.Compiler COMPILER =
      Mustache.compiler().emptyStringIsFalse(true).strictSections(true);

  private final String what;
  private final Mustache.Compiler compiler;

  private TemplateEngine(String what, Mustache.Compiler compiler) {
    this.what = what;
    this.compiler = compiler;
  }

  /**
   * Returns an engine for plain text.
   *
   * @param what the name of such templates in error messages, such as {@code mail template}
   */
  public static TemplateEngine text(String what) {
    return new TemplateEngine(what, COMPILER.escapeHTML(false).withLoader(TemplateEngine::noPart));
  }

  /** Returns an engine for HTML, in which values are escaped. */
  public static TemplateEngine html(String what) {
    return new TemplateEngine(what, escaping().withLoader(TemplateEngine::noPart));
  }

  /**
   * Returns an engine for HTML whose templates may include others.
   *
   * @param parts returns the source of a template by its name, or throws an {@link
   *     IllegalArgumentException} with the reason
   */
  public static TemplateEngine html(String what, UnaryOperator<String> parts) {
    return new TemplateEngine(
        what, escaping().withLoader(name -> new StringReader(parts.apply(name))));
  }

  private static Mustache.Compiler escaping() {
    return COMPILER.withEscaper(TemplateEngine::escaped);
  }

  private static StringReader noPart(String name) {
    throw new IllegalArgumentException("{{>" + name + "}} (expected: no other template)");
  }

  /**
   * Compiles a template.
   *
   * @param name the name of the template in error messages
   * @param variables the names of its variables
   * @throws IllegalArgumentException if it is malformed or has other variables; the message is one
   *     line
   */
  public TextTemplate compile(String name, String source, Set<String> variables) {
    return compile(name, source, Optional.of(variables));
  }

  /** Compiles a template of ours, whose variables tests check. */
  public TextTemplate compile(String name, String source) {
    return compile(name, source, Optional.empty());
  }

  private TextTemplate compile(String name, String source, Optional<Set<String>> variables) {
    try {
      var template = compiler.compile(source);
      variables.ifPresent(known -> requireKnown(template, known));
      return new TextTemplate(template);
    } catch (MustacheException | IllegalArgumentException malformed) {
      throw new IllegalArgumentException(
          what + " " + name + ": " + oneLine(malformed.getMessage()), malformed);
    }
  }

  private static void requireKnown(Template template, Set<String> variables) {
    var used = new UsedNames();
    template.visit(used);
    used.names.removeAll(variables);
    if (!used.names.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown variable {{"
              + used.names.first()
              + "}} (expected: one of "
              + String.join(", ", new TreeSet<>(variables))
              + ")");
    }
  }

  private static String oneLine(String message) {
    return message.replaceAll("\\s+", " ");
  }

  /** Returns a text that is safe between tags and within quoted attributes. */
  private static String escaped(String value) {
    return value
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** Collects the names of variables and sections, also those of included templates. */
  private static final class UsedNames implements Mustache.Visitor {
    private final TreeSet<String> names = new TreeSet<>();

    @Override
    public void visitText(String text) {
      // A text between tags has no variable.
    }

    @Override
    public void visitVariable(String name) {
      add(name);
    }

    @Override
    public boolean visitInclude(String name) {
      return true;
    }

    @Override
    public boolean visitSection(String name) {
      return add(name);
    }

    @Override
    public boolean visitInvertedSection(String name) {
      return add(name);
    }

    private boolean add(String name) {
      if (!name.equals(".")) {
        names.add(name);
      }
      return true;
    }
  }
}
