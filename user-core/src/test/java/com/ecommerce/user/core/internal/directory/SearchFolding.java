package com.ecommerce.user.core.internal.directory;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterEnums.ECharacterCategory;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.lang.UScript;
import com.ibm.icu.text.Normalizer2;
import java.util.BitSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The rules of searches, implemented with ICU. Tests compare those of the database with them. */
final class SearchFolding {
  private static final Set<Byte> MARKS =
      Set.of(
          ECharacterCategory.NON_SPACING_MARK,
          ECharacterCategory.COMBINING_SPACING_MARK,
          ECharacterCategory.ENCLOSING_MARK);

  private static final Pattern DOTTED_I = Pattern.compile("i\u0307+");

  private SearchFolding() {}

  /** Returns the NFKC_Casefold of a text, with a dotless or a dotted I as the letter i. */
  static String fold(String text) {
    String folded = Normalizer2.getNFKCCasefoldInstance().normalize(text);
    return Normalizer2.getNFCInstance()
        .normalize(DOTTED_I.matcher(folded.replace('\u0131', 'i')).replaceAll("i"));
  }

  /**
   * Returns a predicate for folded texts that contain a word; one of one or two letters only where
   * a word begins.
   *
   * @param word folded
   */
  static Predicate<String> containing(String word) {
    int letters = word.codePointCount(0, word.length());
    boolean isShort = letters == 1 || letters == 2;
    if (isShort && !beginsWordAnywhere(word.codePointAt(0))) {
      String laterWord = " " + word;
      return text -> text.startsWith(word) || text.contains(laterWord);
    }
    return text -> text.contains(word);
  }

  /** Returns whether each letter of its script begins a word. */
  static boolean beginsWordAnywhere(int letter) {
    var scripts = new BitSet();
    UScript.getScriptExtensions(letter, scripts);
    return UCharacter.hasBinaryProperty(letter, UProperty.ALPHABETIC)
        && !MARKS.contains((byte) UCharacter.getType(letter))
        && scripts.stream()
            .allMatch(script -> script == UScript.HANGUL || UScript.breaksBetweenLetters(script));
  }
}
