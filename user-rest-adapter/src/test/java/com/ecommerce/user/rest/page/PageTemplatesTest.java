package com.ecommerce.user.rest.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTemplatesTest {
  @TempDir private Path folder;

  private String message() {
    var settings =
        new PageSettings(
            PageSettings.Offer.LINKS,
            PageSettings.DEFAULT.brand(),
            Optional.of(folder),
            "en",
            Optional.empty(),
            Optional.empty());
    var renderer = new PageRenderer(settings, new PageAssets(settings));
    var response = new PageView(renderer, PageTexts.english(), "").done("verify");
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Test
  void operator_canReplaceATemplateAndTheStylesheet() throws IOException {
    Files.writeString(folder.resolve("message.html"), "<h1>{{title}}</h1>{{>mark.html}}");
    Files.writeString(folder.resolve("mark.html"), "{{#done}}!{{/done}}");
    Files.writeString(folder.resolve("style.css"), "body { color: red; }");
    Files.writeString(folder.resolve(".hidden.html"), "{{");
    Files.writeString(folder.resolve("notes.txt"), "{{");

    String html = message();

    assertTrue(html.contains("<h1>Email address confirmed</h1>!"), html);
    assertTrue(html.contains("<link rel=\"stylesheet\""), html);
  }

  @Test
  void wrongTemplate_isNamedAtTheStart() throws IOException {
    assertWrong("message.html", "{{titel}}", "unknown variable {{titel}} (expected: one of ");
    assertWrong("message.html", "{{#text}}", "text");
    assertWrong("message.html", "{{text.class}}", "{{text.class}}");
    assertWrong("message.html", "{{>other.html}}", "other.html");
    assertWrong("mark.html", "{{token}}", "unknown variable {{token}}");
    assertWrong("confirm.html", "{{value}}", "value");
    assertWrong("mesage.html", "", "no such page");
    assertWrong("problems.html", "", "no such page");
  }

  private void assertWrong(String name, String source, String complaint) throws IOException {
    Path file = Files.writeString(folder.resolve(name), source);

    String message =
        assertThrows(IllegalArgumentException.class, () -> new PageTemplates(Optional.of(folder)))
            .getMessage();

    assertTrue(message.startsWith("page template "), message);
    assertTrue(message.contains(name), message);
    assertTrue(message.contains(complaint), message);
    assertEquals(1, message.lines().count());
    Files.delete(file);
  }

  /** Tries each built-in template with everything there is, and with nothing. */
  @Test
  void builtInTemplates_areRight() {
    new PageTemplates(Optional.of(folder));
  }
}
