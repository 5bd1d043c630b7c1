package com.ecommerce.user.core.internal.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PlanReaderTest {
  @Test
  void rowsLookedAt_countsWhatFiltersThrewAway() {
    String plan =
        """
        Limit  (actual rows=1.00 loops=1)
          ->  Index Scan using user_directory_by_email on user_directory  (actual rows=2.00 loops=3)
                Filter: (email ~~ 'x'::text)
                Rows Removed by Filter: 40
                Index Searches: 3
        """;

    assertEquals(3 * 42, PlanReader.rowsLookedAt(plan));
  }

  @Test
  void pagesOfTrigrams_countsThoseOfTheIndexAlone() {
    String plan =
        """
        Bitmap Heap Scan on user_directory  (actual rows=6.00 loops=1)
          Buffers: shared hit=41 read=2
          ->  Bitmap Index Scan on user_directory_by_pieces  (actual rows=6.00 loops=1)
                Index Cond: (user_search_pieces(search_text, segment, created_at) @> '{17@,7@m}'::text[])
                Index Searches: 1
                Buffers: shared hit=35 read=2
        """;

    assertEquals(37, PlanReader.pagesOfTrigrams(plan));
    assertEquals(0, PlanReader.pagesOfTrigrams("Index Scan using user_directory_by_email"));
  }
}
