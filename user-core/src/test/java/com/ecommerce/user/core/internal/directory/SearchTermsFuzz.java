package com.ecommerce.user.core.internal.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.testing.FuzzInput;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SearchTermsFuzz {
  private static final Pattern WILDCARD = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*[%_]");

  @FuzzTest
  void of_escapesWildcards(byte[] input) {
    String query = FuzzInput.text(input);
    if (SearchTerms.words(query).isEmpty()) {
      return;
    }
    var terms = SearchTerms.of(query);
    List<String> words = SearchTerms.words(query);
    assertEquals(String.join(" ", words), terms.text());
    assertEquals(terms, SearchTerms.of(terms.text()));
    assertEquals(words.size(), terms.patterns().size());
    for (int i = 0; i < words.size(); i++) {
      String pattern = terms.patterns().get(i);
      assertTrue(pattern.startsWith("%") && pattern.endsWith("%"), "wildcards around a word");
      String inner = pattern.substring(1, pattern.length() - 1);
      assertTrue(!WILDCARD.matcher(inner).find(), "wildcard in a word");
      assertEquals(words.get(i), inner.replaceAll("\\\\(.)", "$1").replaceFirst("^ ", ""));
    }
    String padded = " " + String.join(" ", words);
    assertTrue(terms.trigrams().stream().allMatch(padded::contains), "trigrams of the words");
  }
}
