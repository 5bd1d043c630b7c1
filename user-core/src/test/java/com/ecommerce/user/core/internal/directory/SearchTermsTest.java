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
    assertEquals(List.of("smi", "mit", "ith"), terms.pieces());
  }

  @Test
  void of_shortWord_isFoundAtTheStartOfWords() {
    assertEquals(List.of("% s%", "% wa%"), SearchTerms.of("s wa").patterns());
    assertEquals(List.of(" s", " wa"), SearchTerms.of("s wa").pieces());
    assertEquals(
        List.of(" \uD842\uDFB7"), SearchTerms.of("\uD842\uDFB7").pieces(), "one letter, two chars");
  }

  @Test
  void of_wildcards_areOrdinaryCharacters() {
    assertEquals(List.of("%50\\%\\_\\\\%"), SearchTerms.of("50%_\\").patterns());
  }

  @Test
  void of_wholeQuery_isAPrefixAfterTheStartOfAText() {
    var terms = SearchTerms.of("ada \u3000 lo");

    assertEquals("%\n ada lo%", terms.prefixPattern());
    assertEquals(List.of("\n a", " ad", "ada", "da ", "a l", " lo"), terms.prefixPieces());
    assertEquals("\n ada lo\n%", terms.exactPattern());
  }

  @Test
  void byRarePieces_leavesOutWhatMostTextsHave() {
    var terms = SearchTerms.of("zoë.ng@example.com");

    var rare = terms.byRarePieces(texts(i -> "\n user" + i + "@example.com\n"));

    assertTrue(terms.hasManyPieces());
    assertEquals(List.of("zoë", "oë.", "ë.n", ".ng", "ng@", "g@e"), rare.pieces());
    assertEquals(terms.patterns(), rare.patterns());
    assertEquals(terms.prefixPieces(), rare.prefixPieces());
  }

  @Test
  void byRarePieces_asksForCommonOnes_whereManyCandidatesAreLeft() {
    var terms = SearchTerms.of("rodriguez fernandez");

    // An eighth of the users has one name, a seventh the other, and hardly any user has both.
    var rare =
        terms.byRarePieces(
            texts(
                i ->
                    (i % 8 == 0 ? "\n rodriguez" : "\n")
                        + (i % 7 == 0 ? " fernandez\n" : " somebody\n")));

    assertTrue(rare.pieces().containsAll(List.of("rod", "fer")), rare.pieces()::toString);
  }

  @Test
  void byRarePieces_asksForOneAtLeast_andWithoutTextsForAll() {
    var terms = SearchTerms.of("@mail.example.com");

    assertEquals(terms.pieces(), terms.byRarePieces(List.of()).pieces());
    assertEquals(
        terms.pieces(), terms.byRarePieces(texts(i -> "\n a@mail.example.com\n")).pieces());
    assertFalse(SearchTerms.of("smith").hasManyPieces());
  }

  private static List<String> texts(IntFunction<String> text) {
    return IntStream.range(0, 200).mapToObj(text).toList();
  }
}
