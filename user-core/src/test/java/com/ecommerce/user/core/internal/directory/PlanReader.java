package com.ecommerce.user.core.internal.directory;

import java.util.regex.Pattern;

/** Reads plans as EXPLAIN ANALYZE prints them. */
final class PlanReader {
  private static final Pattern SCAN =
      Pattern.compile(
          ".*Scan.* on (?:users|user_directory|user_times)\\b.*actual rows=([0-9.]+) loops=(\\d+)\\).*");

  private static final Pattern INDEX_PAGES =
      Pattern.compile(
          "Bitmap Index Scan on user_directory_by_pieces .*\\n.*Index Cond: .*\\n(?:.*Index Searches: .*\\n)?"
              + ".*Buffers: shared(?: hit=(\\d+))?(?: read=(\\d+))?");

  private static final Pattern REMOVED = Pattern.compile(" *Rows Removed by .*: (\\d+)");

  private PlanReader() {}

  /** Returns the number of rows of the large tables that the scans returned or discarded. */
  static double rowsLookedAt(String plan) {
    double rows = 0;
    int loops = 0;
    for (String line : plan.split("\n")) {
      var scan = SCAN.matcher(line);
      var removed = REMOVED.matcher(line);
      if (scan.matches()) {
        loops = Integer.parseInt(scan.group(2));
        rows += Double.parseDouble(scan.group(1)) * loops;
      } else if (line.contains("->")) {
        loops = 0;
      } else if (removed.matches()) {
        rows += Double.parseDouble(removed.group(1)) * loops;
      }
    }
    return rows;
  }

  /** Returns the number of pages of the trigram index that were read. */
  static int pagesOfTrigrams(String plan) {
    return INDEX_PAGES
        .matcher(plan)
        .results()
        .mapToInt(found -> number(found.group(1)) + number(found.group(2)))
        .sum();
  }

  private static int number(String digits) {
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
