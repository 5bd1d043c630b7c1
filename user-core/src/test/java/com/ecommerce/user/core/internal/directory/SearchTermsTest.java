package com.ecommerce.user.core.internal.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SearchTermsTest {
  @Test
  void of_longWord_isFoundAnywhereByEveryThreeLetters() {
    var terms = SearchTerms.of("smith");

    assertEquals(List.of("%smith%"), terms.patterns());
    assertEquals(List.of("smi", "mit", "ith"), terms.trigrams());
  }

  @Test
  void of_shortWord_isFoundAtTheStartOfWords() {
    assertEquals(List.of("% s%", "% wa%"), SearchTerms.of("s wa").patterns());
    assertEquals(List.of(" s", " wa"), SearchTerms.of("s wa").trigrams());
    assertEquals(
        List.of(" \uD842\uDFB7"),
        SearchTerms.of("\uD842\uDFB7").trigrams(),
        "one letter, two chars");
  }

  @Test
  void of_wildcards_areOrdinaryCharacters() {
    assertEquals(List.of("%50\\%\\_\\\\%"), SearchTerms.of("50%_\\").patterns());
  }

  @Test
  void of_wholeQuery_isAPrefixAfterTheStartOfAText() {
    var terms = SearchTerms.of("ada \u3000 lo");

    assertEquals("%\n ada lo%", terms.prefixPattern());
    assertEquals(List.of("\n a", " ad", "ada", "da ", "a l", " lo"), terms.prefixTrigrams());
    assertEquals("\n ada lo\n%", terms.exactPattern());
  }

  @Test
  void byRareTrigrams_keepsTheFourRarestOfEachWord() {
    var terms = SearchTerms.of("zoë.ng@example.com fernandez smith s");

    var rare =
        terms.byRareTrigrams(texts(i -> "\n user" + i + "@example.com\n ferdinand nandez\n"));

    assertEquals(
        List.of(
            "zoë", "oë.", "ë.n", ".ng", //
            "ern", "rna", "fer", "nan", //
            "smi", "mit", "ith", //
            " s"),
        rare.trigrams());
    assertEquals(terms.patterns(), rare.patterns());
    assertEquals(terms.prefixTrigrams(), rare.prefixTrigrams());
  }

  @Test
  void hasLongWord_fromFiveTrigramsOn() {
    assertTrue(SearchTerms.of("ada rodrigu").hasLongWord());
    assertFalse(SearchTerms.of("rodrig smithe").hasLongWord());
  }

  private static List<String> texts(IntFunction<String> text) {
    return IntStream.range(0, 200).mapToObj(text).toList();
  }
}
