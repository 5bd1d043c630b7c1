package com.ecommerce.user.core.internal.directory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

  /** The number of trigrams up to which all of them are used. */
  private static final int FEW_TRIGRAMS = 10;

  /** The minimum number of index entries that are read in the time to check one candidate. */
  private static final int CHECK_COST = 8;

  /**
   * A trigram that occurs in at most this many texts of the sample is always rare enough to be
   * used.
   */
  private static final int FEW_TEXTS = 2;

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
      boolean isShort = word.codePointCount(0, word.length()) < TRIGRAM_LENGTH;
      String wanted = isShort ? WORD_START + word : word;
      patterns.add("%" + escaped(wanted) + "%");
      addTrigrams(wanted, trigrams);
    }
    String text = String.join(" ", words(query));
    String start = TEXT_START + text;
    Set<String> prefixTrigrams = new LinkedHashSet<>();
    addTrigrams(start, prefixTrigrams);
    return new SearchTerms(
        text,
        List.copyOf(patterns),
        List.copyOf(trigrams),
        "%" + escaped(start) + "%",
        List.copyOf(prefixTrigrams),
        escaped(start) + "\n%");
  }

  /** Returns whether using only the rarer trigrams can save much time. */
  boolean hasManyTrigrams() {
    return trigrams.size() > FEW_TRIGRAMS;
  }

  /**
   * Returns the same conditions with only the rarer trigrams. The index reads all entries of each
   * trigram, and most users have the trigrams of a common domain. The result of a search stays the
   * same, since the patterns decide. Starting with the rarest, a trigram is used if reading it
   * costs less than checking the remaining candidates.
   *
   * @param sample the texts of some users, from which the frequency of a trigram is estimated
   */
  SearchTerms byRareTrigrams(List<String> sample) {
    Map<String, Long> counts =
        trigrams.stream()
            .collect(Collectors.toMap(Function.identity(), trigram -> count(trigram, sample)));
    List<String> rare = new ArrayList<>();
    List<String> left = sample;
    for (String trigram : trigrams.stream().sorted(Comparator.comparing(counts::get)).toList()) {
      if (counts.get(trigram) > CHECK_COST * left.size() + FEW_TEXTS) {
        break;
      }
      rare.add(trigram);
      left = left.stream().filter(text -> text.contains(trigram)).toList();
    }
    return new SearchTerms(
        text, patterns, List.copyOf(rare), prefixPattern, prefixTrigrams, exactPattern);
  }

  private static long count(String trigram, List<String> sample) {
    return sample.stream().filter(text -> text.contains(trigram)).count();
  }

  /** Returns the words of the query, which are separated by white space as Unicode defines it. */
  static List<String> words(String query) {
    return WHITE_SPACE.splitAsStream(query).filter(word -> !word.isEmpty()).toList();
  }

  private static void addTrigrams(String text, Collection<String> trigrams) {
    int[] letters = text.codePoints().toArray();
    if (letters.length < TRIGRAM_LENGTH) {
      trigrams.add(text);
    }
    for (int start = 0; start + TRIGRAM_LENGTH <= letters.length; start++) {
      trigrams.add(new String(letters, start, TRIGRAM_LENGTH));
    }
  }

  /** Returns the text with the wildcards of LIKE escaped. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
  }
}
