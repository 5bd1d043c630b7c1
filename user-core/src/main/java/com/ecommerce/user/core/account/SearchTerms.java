package com.ecommerce.user.core.account;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a query asks of the column {@code search_text}: as patterns of LIKE, which decide, and as
 * pieces that a matching text has, by which the index finds candidates. The SQL functions
 * user_search_text and user_search_pieces are the twins.
 *
 * @param text the words with one space between
 * @param patterns one for each word
 * @param pieces those of all words
 * @param prefixPattern for a text that begins with the query
 * @param prefixPieces those of that pattern
 * @param exactPattern for an email that is the query
 */
record SearchTerms(
    String text,
    List<String> patterns,
    List<String> pieces,
    String prefixPattern,
    List<String> prefixPieces,
    String exactPattern) {
  private static final Pattern WHITE_SPACE =
      Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private static final int PIECE_LENGTH = 3;
  private static final String TEXT_START = "\n ";
  private static final String WORD_START = " ";

  /**
   * @param query in lower case as the database makes it; with a word at least
   */
  static SearchTerms of(String query) {
    List<String> patterns = new ArrayList<>();
    Set<String> pieces = new LinkedHashSet<>();
    for (String word : words(query)) {
      boolean isShort = word.codePointCount(0, word.length()) < PIECE_LENGTH;
      String wanted = isShort ? WORD_START + word : word;
      patterns.add("%" + escaped(wanted) + "%");
      addPieces(wanted, pieces);
    }
    String text = String.join(" ", words(query));
    String start = TEXT_START + text;
    Set<String> prefixPieces = new LinkedHashSet<>();
    addPieces(start, prefixPieces);
    return new SearchTerms(
        text,
        List.copyOf(patterns),
        List.copyOf(pieces),
        "%" + escaped(start) + "%",
        List.copyOf(prefixPieces),
        escaped(start) + "\n%");
  }

  /** What white space separates, as Unicode defines it. */
  static List<String> words(String query) {
    return WHITE_SPACE.splitAsStream(query).filter(word -> !word.isEmpty()).toList();
  }

  private static void addPieces(String text, Collection<String> pieces) {
    int[] letters = text.codePoints().toArray();
    if (letters.length < PIECE_LENGTH) {
      pieces.add(text);
    }
    for (int start = 0; start + PIECE_LENGTH <= letters.length; start++) {
      pieces.add(new String(letters, start, PIECE_LENGTH));
    }
  }

  /** With the wildcards of LIKE made ordinary characters. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
  }
}
