package com.ecommerce.user.rest.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.mail.Languages;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PageTextsTest {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^}]*}");

  private static List<String> languages() {
    return Languages.ALL;
  }

  private static Properties texts(String language) throws IOException {
    String suffix = language.equals("en") ? "" : "_" + language;
    var texts = new Properties();
    try (var file =
        PageTexts.class.getResourceAsStream(
            "/com/ecommerce/user/rest/pages" + suffix + ".properties")) {
      texts.load(new InputStreamReader(file, StandardCharsets.UTF_8));
    }
    return texts;
  }

  @ParameterizedTest
  @MethodSource("languages")
  void everyLanguage_hasEveryTextWithItsPlaceholders(String language) throws IOException {
    var english = texts("en");
    var texts = texts(language);

    assertEquals(
        new TreeSet<>(english.stringPropertyNames()), new TreeSet<>(texts.stringPropertyNames()));
    for (String key : english.stringPropertyNames()) {
      String text = texts.getProperty(key);
      assertFalse(text.isBlank(), key);
      assertEquals(placeholders(english.getProperty(key)), placeholders(text), key);
      assertEquals(bars(english.getProperty(key)), bars(text), key);
    }
    assertEquals(language, texts.getProperty("language"));
    assertTrue(texts.getProperty("direction").matches("ltr|rtl"));
  }

  private static TreeSet<String> placeholders(String text) {
    return PLACEHOLDER
        .matcher(text)
        .results()
        .map(match -> match.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static long bars(String text) {
    return text.chars().filter(character -> character == '|').count();
  }

  @Test
  void text_thatAnotherLanguageSharesWithEnglish_isRare() throws IOException {
    var english = texts("en");
    for (String language : Languages.ALL) {
      if (!language.equals("en")) {
        var texts = texts(language);
        long same =
            english.stringPropertyNames().stream()
                .filter(key -> english.getProperty(key).equals(texts.getProperty(key)))
                .count();
        assertTrue(same <= 4, language + ": " + same);
      }
    }
  }
}
