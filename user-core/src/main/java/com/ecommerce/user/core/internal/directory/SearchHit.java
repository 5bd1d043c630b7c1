package com.ecommerce.user.core.internal.directory;

import com.ecommerce.user.core.internal.page.PageTokens.Cursor;
import java.util.UUID;

/**
 * A match, or a position between matches. Matches are ordered by tier, then from the newest to the
 * oldest.
 *
 * @param createdAt the time of creation, in the text format of the database
 */
record SearchHit(UUID id, int tier, String createdAt) {
  /** The tier of the user whose email equals the query. */
  static final int EXACT = 0;

  /** The tier of users whose email or name begins with the query. */
  static final int PREFIX = 1;

  /** The tier of all other matches. */
  static final int REST = 2;

  /** The position after all matches. */
  static final SearchHit END = new SearchHit(new UUID(0, 0), REST, "-infinity");

  static SearchHit of(Cursor cursor) {
    String[] key = cursor.key().split(" ", 2);
    return new SearchHit(cursor.id(), Integer.parseInt(key[0]), key[1]);
  }

  Cursor cursor() {
    return new Cursor(tier + " " + createdAt, id);
  }
}
