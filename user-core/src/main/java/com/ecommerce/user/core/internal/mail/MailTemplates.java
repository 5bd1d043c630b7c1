package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The texts of mails, a plain one and an HTML one for each kind and language: {@code
 * en/verify_email.txt} and {@code en/verify_email.html}. A file in the operator's directory
 * replaces the built-in one of the same name, or adds a language. Such files are read again for
 * each mail. The plain text begins with a line {@code Subject: …} and an empty line. {@code
 * {{name}}} stands for a value. Thread-safe.
 */
final class MailTemplates {
  private static final String DEFAULT_LANGUAGE = "en";
  private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2}");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");
  private static final Pattern TEXT_FORM =
      Pattern.compile("Subject: (\\V+)\\R\\R(.*)", Pattern.DOTALL);

  private final Optional<Path> folder;

  /**
   * The built-in templates by name; empty if there is none. They are cached, since reading the jar
   * takes longer than the rest of the work.
   */
  private final Map<String, Optional<String>> builtIn = new ConcurrentHashMap<>();

  MailTemplates(Optional<Path> folder) {
    this.folder = folder;
  }

  /** The texts of a mail. */
  record Words(String subject, String text, String html) {}

  /**
   * Fills the templates of a kind of mail.
   *
   * @param language the reader's language; English is used if there are no templates for it
   * @param values the values of placeholders; they are escaped in HTML, and characters that could
   *     end the line are replaced by spaces in the subject
   * @throws IllegalStateException when an operator's template is invalid; the message names it
   * @throws UncheckedIOException when a file cannot be read
   */
  Words render(MailKind kind, String language, Map<String, String> values) {
    String chosen = isComplete(kind, language) ? language : DEFAULT_LANGUAGE;
    String textName = chosen + "/" + kind.templateName() + ".txt";
    String htmlName = chosen + "/" + kind.templateName() + ".html";
    Matcher text = TEXT_FORM.matcher(template(textName));
    if (!text.matches()) {
      throw new IllegalStateException(
          "mail template " + textName + ": no subject (expected: Subject: …, then an empty line)");
    }
    return new Words(
        fill(textName, text.group(1), values, Mail::asLine).strip(),
        fill(textName, text.group(2), values, UnaryOperator.identity()),
        fill(htmlName, template(htmlName), values, MailTemplates::escaped));
  }

  private boolean isComplete(MailKind kind, String language) {
    // The pattern prevents paths that lead outside of the directory.
    return LANGUAGE.matcher(language).matches()
        && find(language + "/" + kind.templateName() + ".txt").isPresent()
        && find(language + "/" + kind.templateName() + ".html").isPresent();
  }

  private String template(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalStateException("mail template " + name + " is missing"));
  }

  private Optional<String> find(String name) {
    try {
      var override = folder.map(path -> path.resolve(name)).filter(Files::isRegularFile);
      return override.isPresent()
          ? Optional.of(Files.readString(override.get()))
          : builtIn.computeIfAbsent(name, MailTemplates::readBuiltIn);
    } catch (IOException failed) {
      throw unreadable(name, failed);
    }
  }

  private static Optional<String> readBuiltIn(String name) {
    try (InputStream file = MailTemplates.class.getResourceAsStream("templates/" + name)) {
      return file == null
          ? Optional.empty()
          : Optional.of(new String(file.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException failed) {
      throw unreadable(name, failed);
    }
  }

  private static UncheckedIOException unreadable(String name, IOException failure) {
    return new UncheckedIOException("mail template " + name + " cannot be read", failure);
  }

  private static String fill(
      String name, String template, Map<String, String> values, UnaryOperator<String> escaping) {
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(
            placeholder -> {
              String value = values.get(placeholder.group(1));
              if (value == null) {
                throw new IllegalStateException(
                    "mail template "
                        + name
                        + ": "
                        + placeholder.group()
                        + " (expected: one of "
                        + values.keySet().stream().sorted().toList()
                        + ")");
              }
              return Matcher.quoteReplacement(escaping.apply(value));
            });
  }

  private static String escaped(String value) {
    return value
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
