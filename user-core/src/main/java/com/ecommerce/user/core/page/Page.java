package com.ecommerce.user.core.page;

import java.util.List;
import java.util.Optional;

/**
 * One page of a list. Immutable.
 *
 * @param nextToken the token of the next page; empty on the last page
 * @param totalCount the number of items in the whole list, or {@link #NOT_COMPUTED}
 */
public record Page<T>(List<T> items, Optional<String> nextToken, long totalCount) {
  /** The total count of a list whose items were not all counted. */
  public static final long NOT_COMPUTED = -1;

  public Page {
    items = List.copyOf(items);
  }
}
