package com.ecommerce.user.core.internal.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestPostgres;
import com.ibm.icu.text.Normalizer2;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Properties of the SQL functions that searches use. */
class SearchProperties {
  /**
   * Letters for which a change of case changes the number of letters, or depends on adjacent
   * letters.
   */
  private static final String DIFFICULT =
      "aAiIıİsSßẞσςΣοΟύΎΰΐᾳᾼǰﬁﬃŉԱևᏣꮳჭჭⅷＳｼｰ゙ﾞ\u0345\u0301\u0307\u0308\u0327\u200d\ufe00´ 王각ก";

  private static TestDatabase database;

  @BeforeContainer
  static void start() {
    database = TestPostgres.shared().newDatabase();
  }

  @Property(tries = 150)
  void fold_isTheSame_forEveryCaseAndNormalForm(@ForAll("difficultTexts") String raw) {
    String text = Normalizer2.getNFCInstance().normalize(raw);
    var row =
        database
            .query(
                """
                select folded, user_search_fold(folded) as again, user_search_fold(?) as of_nfd,
                  user_search_fold(?) as of_nfkc
                from user_search_fold(?) as folded
                """,
                Normalizer2.getNFDInstance().normalize(text),
                Normalizer2.getNFKCInstance().normalize(text),
                text)
            .get(0);

    assertEquals(1, Set.copyOf(row.values()).size(), row::toString);
  }

  @Property(tries = 200)
  void words_areFoundWhereTheyBegin_andEverywhereInUnspacedScripts(
      @ForAll("names") String first,
      @ForAll("names") String last,
      @ForAll("names") String display,
      @ForAll("words") String word) {
    var row =
        database
            .query(
                "select user_search_fold(?) as word, user_search_text('x@example.com', ?, ?, ?) as text",
                word,
                first.strip(),
                last.strip(),
                display.strip())
            .get(0);
    var terms = SearchTerms.of((String) row.get("word"));
    boolean isFound =
        (boolean)
            database
                .query("select ? like all (?::text[]) as found", row.get("text"), array(terms))
                .get(0)
                .get("found");

    boolean expected =
        Stream.of("x@example.com", first, last, display, first.strip() + " " + last.strip())
            .map(text -> SearchFolding.fold(text.strip()).replaceAll(" +", " "))
            .anyMatch(SearchFolding.containing(terms.text()));
    assertEquals(expected, isFound);
  }

  @Provide
  Arbitrary<String> difficultTexts() {
    return letters(DIFFICULT).list().ofMaxSize(12).map(SearchProperties::join);
  }

  @Provide
  Arbitrary<String> names() {
    return letters("小明王김철アーกช ัaBςß ").list().ofMinSize(1).ofMaxSize(6).map(SearchProperties::join);
  }

  @Provide
  Arbitrary<String> words() {
    return letters("小明王김철アーกชaBςß").list().ofMinSize(1).ofMaxSize(3).map(SearchProperties::join);
  }

  private static Arbitrary<String> letters(String letters) {
    return Arbitraries.of(letters.codePoints().mapToObj(Character::toString).toList());
  }

  private static String join(List<String> letters) {
    return String.join("", letters);
  }

  private static String array(SearchTerms terms) {
    return "{\"" + String.join("\",\"", terms.patterns()) + "\"}";
  }
}
