package com.ecommerce.user.core.internal.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.brand.Color;
import com.ecommerce.user.core.mail.Languages;
import com.ecommerce.user.core.mail.MailKind;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MailTemplatesTest {
  private static final Map<String, String> NOTICE =
      Map.of("name", "Ada", "email", "ada@example.com", "site", "https://s", "time", "now");

  private static final Brand SHOP =
      new Brand(
          "Bits & Bobs",
          Color.parse("#ffcc00"),
          Optional.of(URI.create("https://shop.example")),
          Optional.of(Email.parse("help@shop.example")),
          Optional.empty());

  private final MailTemplates builtIn = templates(Optional.empty());

  private static MailTemplates templates(Optional<Path> folder) {
    return new MailTemplates(folder, Brand.NONE, "en");
  }

  private static Map<String, String> valuesOf(MailKind kind) {
    var values = new HashMap<>(NOTICE);
    values.put("greeting_name", "Ada");
    values.put("new_email", "new@example.com");
    if (kind.hasLink()) {
      values.put("link", "https://s/l?token=t");
      values.put("expires", "later");
    }
    if (kind == MailKind.VERIFY_EMAIL) {
      values.put("not_me_link", "https://s/n?token=t");
    }
    if (kind == MailKind.NEW_SIGN_IN) {
      values.put("device", "<phone>");
      values.put("network", "203.0.113.7");
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource(MailKind.class)
  void everyKind_isThereInEveryLanguage(MailKind kind) {
    var values = valuesOf(kind);
    var english = builtIn.render(kind, "en", values);
    for (String language : Languages.ALL) {
      var words = builtIn.render(kind, language, values);

      assertEquals(language.equals("en"), words.subject().equals(english.subject()), language);
      assertTrue(words.text().contains("ada@example.com"));
      assertTrue(words.text().lines().findFirst().orElseThrow().contains("Ada"), words.text());
      String direction = language.equals("ar") ? "rtl" : "ltr";
      assertTrue(
          words.html().contains("<html lang=\"" + language + "\" dir=\"" + direction + "\">"));
      assertTrue(words.html().contains("<title>" + words.subject() + "</title>"));
      assertEquals(kind.hasLink(), words.html().contains("<a href=\"https://s/l?token=t\""));
      assertEquals(kind.hasLink(), words.text().contains("\nhttps://s/l?token=t\n"));
      boolean hasRefusal = kind == MailKind.VERIFY_EMAIL;
      assertEquals(hasRefusal, words.html().contains("<a href=\"https://s/n?token=t\">"));
      assertEquals(hasRefusal, words.text().contains("\nhttps://s/n?token=t\n"));
      String mark = language.equals("ar") ? "\u200e" : "";
      boolean hasFacts = kind == MailKind.NEW_SIGN_IN;
      assertEquals(hasFacts, words.html().contains("&lt;phone&gt;"));
      assertEquals(hasFacts, words.text().contains(": " + mark + "<phone>\n"));
      assertFalse((words.text() + words.html()).contains("{{"), words.text());
    }
  }

  private static List<String> languages() {
    return Languages.ALL;
  }

  private static Properties texts(String language) {
    String suffix = language.equals("en") ? "" : "_" + language;
    var texts = new Properties();
    try (var file = MailTexts.class.getResourceAsStream("mails" + suffix + ".properties")) {
      texts.load(new InputStreamReader(file, StandardCharsets.UTF_8));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return texts;
  }

  private static TreeSet<String> placeholders(String text) {
    return Pattern.compile("\\{\\{[^}]*}}")
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @MethodSource("languages")
  void everyLanguage_hasEveryTextWithItsPlaceholders(String language) {
    var english = texts("en");
    var texts = texts(language);

    assertEquals(
        new TreeSet<>(english.stringPropertyNames()), new TreeSet<>(texts.stringPropertyNames()));
    for (String key : english.stringPropertyNames()) {
      String text = texts.getProperty(key);
      assertFalse(text.isBlank(), key);
      assertEquals(placeholders(english.getProperty(key)), placeholders(text), key);
      boolean mayBeSame = language.equals("en") || key.equals("direction");
      assertTrue(mayBeSame || !text.equals(english.getProperty(key)), key + ": " + text);
    }
    assertEquals(language, texts.getProperty("language"));
  }

  @Test
  void brand_isEscapedAndItsColorsAreReadable() {
    var words =
        new MailTemplates(Optional.empty(), SHOP, "en")
            .render(MailKind.RESET_PASSWORD, "en", valuesOf(MailKind.RESET_PASSWORD));

    assertTrue(words.text().contains("\nBits & Bobs\n"), words.text());
    assertTrue(words.html().contains("Bits &amp; Bobs"), words.html());
    assertFalse(words.html().contains("Bits & Bobs"), words.html());
    assertTrue(words.html().contains("background:#ffcc00"), words.html());
    assertTrue(words.html().contains("color:#000000"), words.html());
    assertTrue(words.text().contains("help@shop.example"), words.text());
    String plain = builtIn.render(MailKind.RESET_PASSWORD, "en", NOTICE).text();
    assertFalse(plain.contains("Questions"), plain);
  }

  @Test
  void html_hasNoScriptAndLoadsNothingWithoutALogo() {
    for (MailKind kind : MailKind.values()) {
      String html = builtIn.render(kind, "en", valuesOf(kind)).html();

      assertFalse(Pattern.compile("<script|<link|<img|url\\(|@import").matcher(html).find(), html);
    }
  }

  @Test
  void languageWithoutTexts_isTheDefaultOne() {
    var german = new MailTemplates(Optional.empty(), Brand.NONE, "de");
    var unknown = new MailTemplates(Optional.empty(), Brand.NONE, "sv");
    for (String language : new String[] {"", "sv", "../de", "DE"}) {
      assertEquals("en", builtIn.language(MailKind.PASSWORD_CHANGED, language));
      assertEquals("de", german.language(MailKind.PASSWORD_CHANGED, language));
      assertEquals("en", unknown.language(MailKind.PASSWORD_CHANGED, language));
      assertEquals(
          "Your password was changed",
          builtIn.render(MailKind.PASSWORD_CHANGED, language, NOTICE).subject());
    }
  }

  @Test
  void operator_canAddALanguageAndReplaceTheLayouts(@TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve("sv"));
    Path text = folder.resolve("sv/password_changed.txt");
    Files.writeString(text, "Subject: Ditt lösenord\r\n\r\nHej {{name}}");
    Files.writeString(folder.resolve("sv/password_changed.html"), "<p>Hej</p>");
    Files.writeString(
        folder.resolve("layout.html"), "<b>{{subject}}</b>{{#before}}{{.}}{{/before}}");
    Files.writeString(folder.resolve(".hidden.txt"), "{{");
    var templates = templates(Optional.of(folder));

    var words = templates.render(MailKind.PASSWORD_CHANGED, "sv", NOTICE);
    var other = templates.render(MailKind.RESET_PASSWORD, "sv", NOTICE);

    assertEquals(new MailTemplates.Rendered("Ditt lösenord", "Hej Ada", "<p>Hej</p>"), words);
    assertTrue(other.html().startsWith("<b>Set a new password</b>Someone, probably you"));
    assertTrue(other.text().startsWith("Hello,"));
  }

  @Test
  void wrongTemplates_areNamedAtTheStart(@TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve("en"));
    assertWrong(folder, "en/password_changed.txt", "Hello", "no subject");
    assertWrong(folder, "en/password_changed.txt", "Subject: a\nb", "no subject");
    assertWrong(
        folder,
        "en/password_changed.txt",
        "Subject: a\n\n{{link}}",
        "unknown variable {{link}} (expected: one of brand, email, name, site, support_email, time)");
    assertWrong(folder, "en/password_changed.html", "{{#name}}", "name");
    assertWrong(folder, "en/password_changed.html", "{{name.class}}", "{{name.class}}");
    assertWrong(folder, "en/password_changed.html", "{{>other}}", "other");
    assertWrong(folder, "en/pasword_changed.html", "", "no such mail");
    assertWrong(folder, "layot.html", "", "no such mail");
    assertWrong(folder, "layout.txt", "{{^nmae}}x{{/nmae}}", "unknown variable {{nmae}}");
  }

  private static void assertWrong(Path folder, String file, String source, String complaint)
      throws IOException {
    Files.writeString(folder.resolve("en/password_changed.txt"), "Subject: a\n\nb");
    Files.writeString(folder.resolve("en/password_changed.html"), "b");
    Files.writeString(folder.resolve(file), source);

    var templates = templates(Optional.of(folder));
    String message = assertThrows(IllegalArgumentException.class, templates::load).getMessage();

    assertTrue(message.startsWith("mail template " + file + ": "), message);
    assertTrue(message.contains(complaint), message);
    assertEquals(1, message.lines().count());
    Files.delete(folder.resolve(file));
  }

  @Test
  void textWithoutItsTwin_isMissing(@TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve("fr"));
    Files.writeString(folder.resolve("fr/verify_email.txt"), "Subject: a\n\n{{link}}");

    var failure = assertThrows(UncheckedIOException.class, templates(Optional.of(folder))::load);

    assertTrue(failure.getMessage().contains("verify_email.html"), failure.getMessage());
  }
}
