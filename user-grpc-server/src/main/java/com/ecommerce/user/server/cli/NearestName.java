package com.ecommerce.user.server.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the name that a user probably meant: the one with the smallest optimal string alignment
 * distance (Damerau-Levenshtein without overlapping edits), which counts inserted, deleted,
 * replaced and transposed letters. The limit is one in a short word, else two or a third of the
 * letters, whichever is greater. If no name is near enough, it is one that begins with the typed
 * word.
 */
final class NearestName {
  private static final int SHARE = 3;
  private static final int SHORT = 4;
  private static final int LONGEST = 60;

  private NearestName() {}

  /**
   * Returns the name that was probably meant; empty if none is similar.
   *
   * @param names the candidates; the first of several equally near ones is returned
   */
  static Optional<String> of(String typed, Collection<String> names) {
    String word = bare(typed);
    if (word.length() > LONGEST) {
      return Optional.empty();
    }
    int limit = word.length() < SHORT ? 1 : Math.max(2, word.length() / SHARE);
    var near =
        names.stream()
            .filter(name -> distance(word, bare(name)) <= limit)
            .min(Comparator.comparingInt(name -> distance(word, bare(name))));
    return near.or(
        () ->
            names.stream()
                .filter(name -> !word.isEmpty() && bare(name).startsWith(word))
                .findFirst());
  }

  private static String bare(String name) {
    return name.replaceFirst("^-+", "").replace('_', '-').toLowerCase(Locale.ROOT);
  }

  /** Returns the distance. Each cell of the table is the distance of the words' first letters. */
  static int distance(String one, String other) {
    int[][] table = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        table[i][j] = i == 0 || j == 0 ? i + j : smallest(table, one, other, i, j);
      }
    }
    return table[one.length()][other.length()];
  }

  private static int smallest(int[][] table, String one, String other, int i, int j) {
    int replaced = table[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
    int smallest = Math.min(replaced, 1 + Math.min(table[i - 1][j], table[i][j - 1]));
    boolean isTransposed =
        i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1);
    return isTransposed ? Math.min(smallest, table[i - 2][j - 2] + 1) : smallest;
  }
}
