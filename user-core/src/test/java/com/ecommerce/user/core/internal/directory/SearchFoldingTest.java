package com.ecommerce.user.core.internal.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterEnums.ECharacterCategory;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.util.VersionInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Compares the SQL functions of searches with ICU's data, for every letter of Unicode. */
@ExtendWith(PostgresExtension.class)
class SearchFoldingTest {
  private static final int LETTERS_PER_TEXT = 2_000;

  /** A separator of letters, which has no case and does not compose with other characters. */
  private static final String BAR = "|";

  /** The Unicode version of the tables in V80; letters of a later version need a migration. */
  private static final VersionInfo TABLES = VersionInfo.getInstance(17);

  /**
   * The Unicode version of the oldest supported PostgreSQL, whose normalize() folds the letters
   * that are not in the tables.
   */
  private static final VersionInfo SERVER = VersionInfo.getInstance(13);

  private static final Set<Byte> OTHERS =
      Set.of(ECharacterCategory.SURROGATE, ECharacterCategory.PRIVATE_USE);

  private final TestDatabase database;

  SearchFoldingTest(TestDatabase database) {
    this.database = database;
  }

  @Test
  void fold_agreesWithIcu_forEveryLetter() {
    for (String letters : letters(letter -> isKnown(letter, SERVER))) {
      assertSameLetters(letters, SearchFolding.fold(letters), fold(letters));
    }
  }

  @Test
  void fold_isTheSame_forEveryCaseOfEveryLetter() {
    List<UnaryOperator<String>> cases =
        List.of(
            text -> text.toUpperCase(Locale.ROOT),
            text -> text.toLowerCase(Locale.ROOT),
            text -> text.toUpperCase(Locale.forLanguageTag("tr")),
            text -> text.toLowerCase(Locale.forLanguageTag("tr")),
            text -> UCharacter.toTitleCase(Locale.ROOT, text, null),
            text -> UCharacter.foldCase(text, UCharacter.FOLD_CASE_DEFAULT));
    for (String letters : letters(letter -> isCased(letter) && isKnown(letter, SERVER))) {
      String folded = fold(letters);
      for (var changed : cases) {
        String other =
            List.of(letters.split("\\|")).stream().map(changed).collect(Collectors.joining(BAR));
        assertSameLetters(letters, folded, fold(other));
      }
    }
  }

  @Test
  void unspacedLetters_areThoseOfIcusScripts() {
    List<String> wrong = new ArrayList<>();
    for (String letters : letters(SearchFoldingTest::isFolded)) {
      var rows =
          database.query(
              "select letter, has_unspaced_letter(letter) as begins"
                  + " from unnest(string_to_array(?, '|')) as letter",
              letters);
      for (var row : rows) {
        String letter = (String) row.get("letter");
        boolean begins = SearchFolding.beginsWordAnywhere(letter.codePointAt(0));
        if (!row.get("begins").equals(begins)) {
          wrong.add(Integer.toHexString(letter.codePointAt(0)) + " " + begins);
        }
      }
    }

    assertEquals(List.of(), wrong);
  }

  @Test
  void tables_areOfTheUnicodeVersionOfIcu() {
    assertTrue(
        UCharacter.getUnicodeVersion().compareTo(TABLES) <= 0,
        "ICU has new letters: add a migration with their case, and queue the users again");
  }

  /** Returns the assigned characters in canonical form, many in each text. */
  private static List<String> letters(IntPredicate wanted) {
    var nfc = Normalizer2.getNFCInstance();
    var all =
        IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
            .filter(UCharacter::isDefined)
            .filter(letter -> !OTHERS.contains((byte) UCharacter.getType(letter)))
            .filter(letter -> nfc.isNormalized(Character.toString(letter)))
            .filter(letter -> !SearchFolding.fold(Character.toString(letter)).contains(BAR))
            .filter(wanted)
            .mapToObj(Character::toString)
            .toList();
    return IntStream.rangeClosed(0, (all.size() - 1) / LETTERS_PER_TEXT)
        .mapToObj(
            i ->
                String.join(
                    BAR,
                    all.subList(
                        i * LETTERS_PER_TEXT, Math.min(all.size(), (i + 1) * LETTERS_PER_TEXT))))
        .toList();
  }

  /** Returns whether the tables have the letter's case, and the server its normal form. */
  private static boolean isKnown(int letter, VersionInfo server) {
    boolean needsNormalizing =
        !Normalizer2.getNFKCInstance().isNormalized(Character.toString(letter));
    return UCharacter.getAge(letter).compareTo(needsNormalizing ? server : TABLES) <= 0;
  }

  private static boolean isFolded(int letter) {
    String text = Character.toString(letter);
    return SearchFolding.fold(text).equals(text);
  }

  private static boolean isCased(int letter) {
    return UCharacter.hasBinaryProperty(letter, UProperty.CHANGES_WHEN_CASEMAPPED);
  }

  private String fold(String text) {
    return (String)
        database.query("select user_search_fold(?) as folded", text).get(0).get("folded");
  }

  private static void assertSameLetters(String letters, String expected, String found) {
    if (!expected.equals(found)) {
      var wanted = expected.split("\\|", -1);
      var had = found.split("\\|", -1);
      var from = letters.split("\\|", -1);
      assertEquals(wanted.length, had.length, letters);
      for (int i = 0; i < wanted.length; i++) {
        assertEquals(wanted[i], had[i], "of U+" + Integer.toHexString(from[i].codePointAt(0)));
      }
    }
  }
}
