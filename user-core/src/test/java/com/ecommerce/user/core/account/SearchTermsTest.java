package com.ecommerce.user.core.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
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
}
