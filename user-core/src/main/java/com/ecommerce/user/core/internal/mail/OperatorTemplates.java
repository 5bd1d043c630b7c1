package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.internal.template.TemplateEngine;
import com.ecommerce.user.core.internal.template.TextTemplate;
import com.ecommerce.user.core.mail.MailKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The templates of an operator's folder. {@code layout.html} and {@code layout.txt} replace the
 * layouts of all built-in mails. {@code de/verify_email.txt} and {@code de/verify_email.html}, of
 * which both are required, replace one mail in one language. Immutable.
 */
final class OperatorTemplates {
  static final String HTML_LAYOUT = "layout.html";
  static final String TEXT_LAYOUT = "layout.txt";

  static final TemplateEngine TEXT = TemplateEngine.text("mail template");
  private static final TemplateEngine HTML = TemplateEngine.html("mail template");

  static final OperatorTemplates NONE = new OperatorTemplates(Map.of(), Map.of());

  private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2}");
  private static final Pattern TEXT_FORM =
      Pattern.compile("Subject: (\\V+)\\R\\R(.*)", Pattern.DOTALL);

  /** The templates of one mail in one language. */
  record OfMail(TextTemplate subject, TextTemplate text, TextTemplate html) {}

  private final Map<String, TextTemplate> layouts;
  private final Map<String, OfMail> mails;

  private OperatorTemplates(Map<String, TextTemplate> layouts, Map<String, OfMail> mails) {
    this.layouts = layouts;
    this.mails = mails;
  }

  /**
   * Reads a folder.
   *
   * @throws IllegalArgumentException if a template is malformed, has an unknown variable, or is not
   *     of a known mail; the message names the file
   * @throws UncheckedIOException if the folder cannot be read
   */
  static OperatorTemplates read(Path folder) {
    var layouts = new HashMap<String, TextTemplate>();
    var mails = new HashMap<String, OfMail>();
    for (Path path : list(folder)) {
      String name = path.getFileName().toString();
      if (Files.isDirectory(path) && LANGUAGE.matcher(name).matches()) {
        readLanguage(path, mails);
      } else if (name.equals(HTML_LAYOUT) || name.equals(TEXT_LAYOUT)) {
        layouts.put(name, compileLayout(name, source(path)));
      } else if (isTemplate(name)) {
        throw unknown(name);
      }
    }
    return new OperatorTemplates(Map.copyOf(layouts), Map.copyOf(mails));
  }

  private static void readLanguage(Path folder, Map<String, OfMail> mails) {
    String language = folder.getFileName().toString();
    for (Path path : list(folder)) {
      String name = path.getFileName().toString();
      if (isTemplate(name)) {
        String base = name.substring(0, name.lastIndexOf('.'));
        var kind = kind(base).orElseThrow(() -> unknown(language + "/" + name));
        mails.put(language + "/" + base, readMail(folder, kind));
      }
    }
  }

  static TextTemplate compileLayout(String name, String source) {
    var engine = name.equals(HTML_LAYOUT) ? HTML : TEXT;
    return engine.compile(name, source, MailVariables.ofLayouts());
  }

  private static OfMail readMail(Path folder, MailKind kind) {
    String name = folder.getFileName() + "/" + kind.templateName();
    String textName = name + ".txt";
    String htmlName = name + ".html";
    Matcher text = TEXT_FORM.matcher(source(folder.resolve(kind.templateName() + ".txt")));
    if (!text.matches()) {
      throw new IllegalArgumentException(
          "mail template " + textName + ": no subject (expected: Subject: …, then an empty line)");
    }
    String html = source(folder.resolve(kind.templateName() + ".html"));
    var variables = MailVariables.of(kind);
    return new OfMail(
        TEXT.compile(textName, text.group(1), variables),
        TEXT.compile(textName, text.group(2), variables),
        HTML.compile(htmlName, html, variables));
  }

  private static boolean isTemplate(String name) {
    return !name.startsWith(".") && (name.endsWith(".txt") || name.endsWith(".html"));
  }

  private static Optional<MailKind> kind(String name) {
    return Stream.of(MailKind.values())
        .filter(kind -> kind.templateName().equals(name))
        .findFirst();
  }

  private static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException(
        "mail template "
            + name
            + ": no such mail (expected: layout.txt, layout.html, or the .txt and .html files of "
            + Stream.of(MailKind.values())
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .toList()
            + " in a folder such as de)");
  }

  private static List<Path> list(Path folder) {
    try (var paths = Files.list(folder)) {
      return paths.sorted().toList();
    } catch (IOException failed) {
      throw new UncheckedIOException("mail templates cannot be read: " + folder, failed);
    }
  }

  private static String source(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failed) {
      throw new UncheckedIOException("mail template cannot be read: " + file, failed);
    }
  }

  Optional<TextTemplate> layout(String name) {
    return Optional.ofNullable(layouts.get(name));
  }

  Optional<OfMail> mail(MailKind kind, String language) {
    return Optional.ofNullable(mails.get(language + "/" + kind.templateName()));
  }
}
