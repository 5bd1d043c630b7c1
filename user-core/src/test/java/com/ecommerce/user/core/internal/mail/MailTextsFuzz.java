package com.ecommerce.user.core.internal.mail;

import static com.ecommerce.user.core.testing.FuzzInput.accepted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.testing.FuzzInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailTextsFuzz {
  private static final String TEXT = "en/password_changed.txt";
  private static final String HTML = "en/password_changed.html";

  private final MailTemplates builtIn = new MailTemplates(Optional.empty(), Brand.NONE, "en");
  private Path folder;

  @BeforeAll
  void open() throws IOException {
    folder = Files.createTempDirectory("templates");
    Files.createDirectory(folder.resolve("en"));
  }

  @AfterAll
  void close() throws IOException {
    Files.deleteIfExists(folder.resolve(TEXT));
    Files.deleteIfExists(folder.resolve(HTML));
    Files.delete(folder.resolve("en"));
    Files.delete(folder);
  }

  private static Map<String, String> values(String value) {
    return Map.of(
        "name", value, "greeting_name", value, "email", value, "site", value, "time", value);
  }

  /** A value that a user entered appears unchanged, and changes nothing around it. */
  @FuzzTest
  void values_cannotChangeTheMail(byte[] input) throws IOException {
    String value = FuzzInput.text(input);
    Files.writeString(folder.resolve(TEXT), "Subject: A {{name}} B\n\n[{{name}}]");
    Files.writeString(folder.resolve(HTML), "<p title=\"{{name}}\">{{name}}</p>");

    var words =
        new MailTemplates(Optional.of(folder), Brand.NONE, "en")
            .render(MailKind.PASSWORD_CHANGED, "en", values(value));

    assertEquals("[" + value + "]", words.text());
    Mail.requireLine("subject", words.subject());
    assertTrue(words.subject().startsWith("A ") && words.subject().endsWith(" B"), "subject");
    String shown = words.html().substring("<p title=\"".length(), words.html().indexOf("\">"));
    assertEquals("<p title=\"" + shown + "\">" + shown + "</p>", words.html());
    assertFalse(shown.matches("(?s).*[<>\"'].*"), "markup");
    assertEquals(value, unescaped(shown));
    assertFalse(builtIn.render(MailKind.PASSWORD_CHANGED, "en", values(value)).subject().isEmpty());
  }

  private static String unescaped(String html) {
    return html.replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&gt;", ">")
        .replace("&lt;", "<")
        .replace("&amp;", "&");
  }

  /** The input is an operator's two templates. */
  @FuzzTest
  void templates_areRenderedOrRefusedByName(byte[] input) {
    var texts = FuzzInput.texts(input, 2);
    try {
      Files.writeString(folder.resolve(TEXT), texts.get(0).replaceAll("\\p{Cs}", ""));
      Files.writeString(folder.resolve(HTML), texts.get(1).replaceAll("\\p{Cs}", ""));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    var templates = new MailTemplates(Optional.of(folder), Brand.NONE, "en");
    accepted(
            input,
            IllegalArgumentException.class,
            () -> templates.render(MailKind.PASSWORD_CHANGED, "en", values("Ada")))
        .ifPresent(words -> assertFalse(words.text().contains("{{name}}"), "unfilled"));
  }
}
