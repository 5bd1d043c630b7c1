package com.ecommerce.user.core.internal.directory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The conditions that a query sets for the column {@code search_text}: patterns of LIKE, which
 * decide whether a text matches, and trigrams of matching texts, with which the index finds
 * candidates. The SQL functions user_search_text and user_search_pieces are the counterparts.
 *
 * @param text the words, separated by single spaces
 * @param patterns a pattern for each word
 * @param trigrams the trigrams of all words, or the rarer ones among them
 * @param prefixPattern the pattern of texts that begin with the query
 * @param prefixTrigrams the trigrams of that pattern
 * @param exactPattern the pattern of a text whose email equals the query
 */
record SearchTerms(
    String text,
    List<String> patterns,
    List<String> trigrams,
    String prefixPattern,
    List<String> prefixTrigrams,
    String exactPattern) {
  private static final Pattern WHITE_SPACE =
      Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private static final int TRIGRAM_LENGTH = 3;

  /** The number of trigrams of a word that the index looks up, if the word has more. */
  private static final int MAX_TRIGRAMS_OF_WORD = 4;

  private static final String TEXT_START = "\n ";
  private static final String WORD_START = " ";

  /**
   * @param query the query, folded by the SQL function user_search_fold like the column; has at
   *     least one word
   */
  static SearchTerms of(String query) {
    List<String> patterns = new ArrayList<>();
    Set<String> trigrams = new LinkedHashSet<>();
    for (String word : words(query)) {
      patterns.add("%" + escaped(atStartIfShort(word)) + "%");
      trigrams.addAll(trigramsOf(atStartIfShort(word)));
    }
    String text = String.join(" ", words(query));
    String start = TEXT_START + text;
    return new SearchTerms(
        text,
        List.copyOf(patterns),
        List.copyOf(trigrams),
        "%" + escaped(start) + "%",
        List.copyOf(trigramsOf(start)),
        escaped(start) + "\n%");
  }

  /** Returns a short word with a space before it, since it matches only where a word begins. */
  private static String atStartIfShort(String word) {
    return word.codePointCount(0, word.length()) < TRIGRAM_LENGTH ? WORD_START + word : word;
  }

  /** Returns whether a word has so many trigrams that the index should not look up all of them. */
  boolean hasLongWord() {
    return words(text).stream().anyMatch(word -> trigramsOf(word).size() > MAX_TRIGRAMS_OF_WORD);
  }

  /**
   * Returns the same conditions with only the four rarest trigrams of each word. The index reads
   * the entries of each trigram, and most users have the trigrams of a common domain. Hardly any
   * text has the four rarest without having the word, and the result of a search stays the same,
   * since the patterns decide.
   *
   * @param sample the texts of some users, from which the frequency of a trigram is estimated
   */
  SearchTerms byRareTrigrams(List<String> sample) {
    var rare =
        words(text).stream()
            .flatMap(word -> rarest(trigramsOf(atStartIfShort(word)), sample))
            .distinct()
            .toList();
    return new SearchTerms(text, patterns, rare, prefixPattern, prefixTrigrams, exactPattern);
  }

  private static Stream<String> rarest(Set<String> trigrams, List<String> sample) {
    Map<String, Long> counts = new HashMap<>();
    trigrams.forEach(trigram -> counts.put(trigram, count(trigram, sample)));
    return trigrams.stream().sorted(Comparator.comparing(counts::get)).limit(MAX_TRIGRAMS_OF_WORD);
  }

  private static long count(String trigram, List<String> sample) {
    return sample.stream().filter(text -> text.contains(trigram)).count();
  }

  /** Returns the words of the query, which are separated by white space as Unicode defines it. */
  static List<String> words(String query) {
    return WHITE_SPACE.splitAsStream(query).filter(word -> !word.isEmpty()).toList();
  }

  private static Set<String> trigramsOf(String text) {
    int[] letters = text.codePoints().toArray();
    Set<String> trigrams = new LinkedHashSet<>();
    if (letters.length < TRIGRAM_LENGTH) {
      trigrams.add(text);
    }
    for (int start = 0; start + TRIGRAM_LENGTH <= letters.length; start++) {
      trigrams.add(new String(letters, start, TRIGRAM_LENGTH));
    }
    return trigrams;
  }

  /** Returns the text with the wildcards of LIKE escaped. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
  }
}
