package com.ecommerce.user.core.page;

import java.util.List;
import java.util.Optional;

/**
 * One part of a list.
 *
 * @param nextToken asks for the page after this one; empty on the last page
 * @param totalCount how many items the whole list has, or {@link #NOT_COMPUTED}
 */
public record Page<T>(List<T> items, Optional<String> nextToken, long totalCount) {
  public static final long NOT_COMPUTED = -1;

  public Page {
    items = List.copyOf(items);
  }
}
