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
  void byRareTrigrams_leavesOutWhatMostTextsHave() {
    var terms = SearchTerms.of("zoë.ng@example.com");

    var rare = terms.byRareTrigrams(texts(i -> "\n user" + i + "@example.com\n"));

    assertTrue(terms.hasManyTrigrams());
    assertEquals(List.of("zoë", "oë.", "ë.n", ".ng", "ng@", "g@e"), rare.trigrams());
    assertEquals(terms.patterns(), rare.patterns());
    assertEquals(terms.prefixTrigrams(), rare.prefixTrigrams());
  }

  @Test
  void byRareTrigrams_asksForCommonOnes_whereManyCandidatesAreLeft() {
    var terms = SearchTerms.of("rodriguez fernandez");

    // An eighth of the users has one name, a seventh the other, and hardly any user has both.
    var rare =
        terms.byRareTrigrams(
            texts(
                i ->
                    (i % 8 == 0 ? "\n rodriguez" : "\n")
                        + (i % 7 == 0 ? " fernandez\n" : " somebody\n")));

    assertTrue(rare.trigrams().containsAll(List.of("rod", "fer")), rare.trigrams()::toString);
  }

  @Test
  void byRareTrigrams_asksForOneAtLeast_andWithoutTextsForAll() {
    var terms = SearchTerms.of("@mail.example.com");

    assertEquals(terms.trigrams(), terms.byRareTrigrams(List.of()).trigrams());
    assertEquals(
        terms.trigrams(), terms.byRareTrigrams(texts(i -> "\n a@mail.example.com\n")).trigrams());
    assertFalse(SearchTerms.of("smith").hasManyTrigrams());
  }

  private static List<String> texts(IntFunction<String> text) {
    return IntStream.range(0, 200).mapToObj(text).toList();
  }
}
