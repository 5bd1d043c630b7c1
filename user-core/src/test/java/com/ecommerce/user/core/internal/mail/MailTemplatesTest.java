package com.ecommerce.user.core.internal.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.mail.MailKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MailTemplatesTest {
  private static final Map<String, String> NOTICE =
      Map.of("name", "Ada", "email", "ada@example.com", "site", "https://s", "time", "now");

  private final MailTemplates builtIn = new MailTemplates(Optional.empty());

  @ParameterizedTest
  @EnumSource(MailKind.class)
  void everyKind_isThereInEveryLanguage(MailKind kind) {
    var values = new HashMap<>(NOTICE);
    values.put("new_email", "new@example.com");
    values.put("link", "https://s/l?token=t");
    values.put("not_me_link", "https://s/n?token=t");
    values.put("expires", "later");
    values.put("device", "phone");
    values.put("network", "203.0.113.7");

    var english = builtIn.render(kind, "en", values);
    for (String language : new String[] {"de", "es"}) {
      var words = builtIn.render(kind, language, values);

      assertFalse(words.subject().equals(english.subject()));
      assertTrue(words.text().contains("ada@example.com"));
      assertTrue(words.html().contains("<html lang=\"" + language + "\">"));
      assertEquals(kind.hasLink(), words.html().contains("<a href=\"https://s/l?token=t\">"));
    }
  }

  @Test
  void languageWithoutTemplates_isEnglish() {
    for (String language : new String[] {"", "fr", "../de", "DE"}) {
      assertEquals(
          "Your password was changed",
          builtIn.render(MailKind.PASSWORD_CHANGED, language, NOTICE).subject());
    }
  }

  @Test
  void operator_canAddALanguage(@TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve("fr"));
    Path text = folder.resolve("fr/password_changed.txt");
    Files.writeString(text, "Subject: Votre mot de passe\r\n\r\nBonjour {{name}}");
    var templates = new MailTemplates(Optional.of(folder));
    assertEquals(
        "Your password was changed",
        templates.render(MailKind.PASSWORD_CHANGED, "fr", NOTICE).subject());

    Files.writeString(folder.resolve("fr/password_changed.html"), "<p>Bonjour</p>");

    var words = templates.render(MailKind.PASSWORD_CHANGED, "fr", NOTICE);
    assertEquals(
        new MailTemplates.Words("Votre mot de passe", "Bonjour Ada", "<p>Bonjour</p>"), words);
  }

  @Test
  void wrongTemplates_areNamed(@TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve("en"));
    Path text = folder.resolve("en/password_changed.txt");
    var templates = new MailTemplates(Optional.of(folder));
    for (String wrong : new String[] {"Hello", "Subject: a\nb", "Subject: a\n\n{{link}}"}) {
      Files.writeString(text, wrong);

      var failure =
          assertThrows(
              IllegalStateException.class,
              () -> templates.render(MailKind.PASSWORD_CHANGED, "en", NOTICE));

      assertTrue(failure.getMessage().contains("en/password_changed.txt"));
    }
  }
}
