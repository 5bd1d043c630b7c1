package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.brand.Accent;
import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.internal.template.TextTemplate;
import com.ecommerce.user.core.mail.Languages;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Renders mails. A built-in mail consists of texts in the language of its reader and of two
 * layouts, one of plain text and one of HTML. The folder of an operator can replace the layouts,
 * replace mails, and add languages; see {@link OperatorTemplates}. Thread-safe.
 */
final class MailTemplates {
  private static final String ENGLISH = "en";
  private static final String LEFT_TO_RIGHT_MARK = "\u200e";

  private final Optional<Path> folder;
  private final Brand brand;
  private final String defaultLanguage;

  /** The layouts, and the texts by language and key. */
  private final Map<String, TextTemplate> compiled = new ConcurrentHashMap<>();

  private final Object loading = new Object();
  private volatile OperatorTemplates operators;

  /**
   * @param defaultLanguage the language of users who have not chosen one; mails without texts in it
   *     are in English
   */
  MailTemplates(Optional<Path> folder, Brand brand, String defaultLanguage) {
    this.folder = folder;
    this.brand = brand;
    this.defaultLanguage = defaultLanguage;
  }

  /** The rendered texts of a mail. */
  record Rendered(String subject, String text, String html) {}

  /** A name with a value, such as the device of a sign-in. */
  private record Fact(String name, String value) {}

  /**
   * Reads and checks the operator's templates, once. Called at the start, so that the service does
   * not start with an invalid one.
   *
   * @throws IllegalArgumentException if a template is invalid; the message names it
   * @throws UncheckedIOException if a file cannot be read
   */
  void load() {
    operators();
  }

  private OperatorTemplates operators() {
    var known = operators;
    if (known == null) {
      synchronized (loading) {
        known = operators;
        if (known == null) {
          known = folder.map(OperatorTemplates::read).orElse(OperatorTemplates.NONE);
          operators = known;
        }
      }
    }
    return known;
  }

  /** Returns the first language that has the mail: the wanted one, the default one, or English. */
  String language(MailKind kind, String wanted) {
    for (String language : List.of(wanted, defaultLanguage)) {
      if (operators().mail(kind, language).isPresent() || Languages.ALL.contains(language)) {
        return language;
      }
    }
    return ENGLISH;
  }

  /**
   * Renders a mail.
   *
   * @param language the language of the reader
   * @param values the values of the mail's variables; a missing value is empty. Values are escaped
   *     in HTML, and in the subject, characters that could end the line are replaced by spaces
   * @throws RuntimeException if a layout uses a variable where it has no value
   */
  Rendered render(MailKind kind, String language, Map<String, String> values) {
    var all = new HashMap<String, Object>();
    MailVariables.of(kind).forEach(name -> all.put(name, ""));
    all.put("brand", brand.name());
    all.put("support_email", brand.supportEmail().map(Email::address).orElse(""));
    all.putAll(values);
    String chosen = language(kind, language);
    return operators()
        .mail(kind, chosen)
        .map(own -> filled(own, all))
        .orElseGet(() -> builtIn(kind, chosen, all));
  }

  private static Rendered filled(OperatorTemplates.OfMail own, Map<String, Object> values) {
    return new Rendered(
        line(own.subject().fill(values)), own.text().fill(values), own.html().fill(values));
  }

  private static String line(String subject) {
    return Mail.asLine(subject).strip();
  }

  private Rendered builtIn(MailKind kind, String language, Map<String, Object> values) {
    var texts = new Texts(language, values);
    var all = new HashMap<>(values);
    String subject = line(texts.get(kind.templateName() + ".subject"));
    all.put("subject", subject);
    addTexts(all, kind.templateName(), texts);
    addColors(all);
    return new Rendered(
        subject,
        layout(OperatorTemplates.TEXT_LAYOUT).fill(all),
        layout(OperatorTemplates.HTML_LAYOUT).fill(all));
  }

  private static void addTexts(Map<String, Object> values, String mail, Texts texts) {
    var facts = facts(texts);
    values.put("language", texts.get("language"));
    values.put("direction", texts.get("direction"));
    values.put("greeting", texts.get(texts.has("greeting_name") ? "hello.named" : "hello"));
    values.put("preview", texts.get(mail + ".text"));
    values.put("before", texts.all(mail + ".text", mail + ".text2"));
    values.put("facts", facts);
    values.put("has_facts", !facts.isEmpty());
    values.putIfAbsent("link", "");
    values.put("button", texts.find(mail + ".button"));
    values.put("after", texts.all(mail + ".after", mail + ".after2"));
    values.putIfAbsent("not_me_link", "");
    values.put("other", texts.find(mail + ".other"));
    values.put("other_button", texts.find(mail + ".other.button"));
    values.put("fallback", texts.get("fallback"));
    values.put("recipient", texts.get("recipient"));
    values.put("support", texts.has("support_email") ? texts.get("support") : "");
    values.putIfAbsent("logo", "");
  }

  private static List<Fact> facts(Texts texts) {
    return Stream.of("device", "network")
        .filter(texts::has)
        .map(name -> new Fact(texts.get(name), texts.leftToRight(name)))
        .toList();
  }

  private void addColors(Map<String, Object> values) {
    var light = Accent.light(brand.color());
    var dark = Accent.dark(brand.color());
    values.put("accent", light.fill().hex());
    values.put("on_accent", light.onFill().hex());
    values.put("accent_edge", light.edge().hex());
    values.put("accent_text", light.text().hex());
    values.put("dark_accent", dark.fill().hex());
    values.put("dark_on_accent", dark.onFill().hex());
    values.put("dark_accent_text", dark.text().hex());
  }

  private TextTemplate layout(String name) {
    return operators()
        .layout(name)
        .orElseGet(
            () ->
                compiled.computeIfAbsent(
                    name, layout -> OperatorTemplates.compileLayout(layout, resource(layout))));
  }

  private static String resource(String name) {
    try (InputStream file = MailTemplates.class.getResourceAsStream("templates/" + name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException("mail template " + name + " cannot be read", failed);
    }
  }

  /** The built-in texts of one language, filled for one mail. The layout escapes them. */
  private final class Texts {
    private final String language;
    private final MailTexts texts;
    private final Map<String, Object> values;

    Texts(String language, Map<String, Object> values) {
      this.language = language;
      this.texts = MailTexts.in(language);
      this.values = values;
    }

    /** Returns whether a variable has a value. */
    boolean has(String variable) {
      return !values.getOrDefault(variable, "").equals("");
    }

    String get(String key) {
      return compiled
          .computeIfAbsent(
              language + " " + key,
              name -> OperatorTemplates.TEXT.compile(name, texts.get(key), MailVariables.ofTexts()))
          .fill(values);
    }

    /**
     * Returns the value of a variable, marked so that surrounding right-to-left text does not
     * reorder it.
     */
    String leftToRight(String variable) {
      String value = values.get(variable).toString();
      return get("direction").equals("rtl") ? LEFT_TO_RIGHT_MARK + value : value;
    }

    /** Returns the text, or an empty one if the mail has none. */
    String find(String key) {
      return texts.has(key) ? get(key) : "";
    }

    /** Returns those of the texts that the mail has. */
    List<String> all(String... keys) {
      return Stream.of(keys).filter(texts::has).map(this::get).toList();
    }
  }
}
