package com.ecommerce.user.core.internal.directory;

import com.ecommerce.user.core.page.PageTokens.Cursor;
import java.util.UUID;

/**
 * A match, or a place between matches: they are ordered by tier, then the newest first.
 *
 * @param createdAt as the database writes it
 */
record SearchHit(UUID id, int tier, String createdAt) {
  /** The email is the query. */
  static final int EXACT = 0;

  /** The email or a name begins with the query. */
  static final int PREFIX = 1;

  static final int REST = 2;

  /** After all users, whatever their tier. */
  static final SearchHit END = new SearchHit(new UUID(0, 0), REST, "-infinity");

  static SearchHit of(Cursor cursor) {
    String[] key = cursor.key().split(" ", 2);
    return new SearchHit(cursor.id(), Integer.parseInt(key[0]), key[1]);
  }

  Cursor cursor() {
    return new Cursor(tier + " " + createdAt, id);
  }
}
