package com.ecommerce.user.core.account;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Which users a search looks at, apart from its words.
 *
 * @param segments the admitted ones that are not empty
 * @param admitted how many users these have
 * @param all how many users there are
 * @param from inclusive, as the database reads it
 * @param before exclusive, as the database reads it
 */
record SearchScope(Short[] segments, long admitted, long all, String from, String before) {
  private static final UUID LEAST_ID = new UUID(0, 0);

  static SearchScope of(UserSearch search, List<UserListDao.Segment> segments) {
    var wanted = List.of(search.filter().segments());
    var admitted = segments.stream().filter(segment -> wanted.contains(segment.number())).toList();
    return new SearchScope(
        admitted.stream().map(UserListDao.Segment::number).toArray(Short[]::new),
        users(admitted),
        users(segments),
        search.createdFrom().map(Instant::toString).orElse("-infinity"),
        search.createdBefore().map(Instant::toString).orElse("infinity"));
  }

  private static long users(List<UserListDao.Segment> segments) {
    return segments.stream().mapToLong(UserListDao.Segment::users).sum();
  }

  /** Whether all of the admitted segments are looked at, whatever the time of creation. */
  boolean hasNoRange() {
    return from.equals("-infinity") && before.equals("infinity");
  }

  /** Whether a walk over all users meets enough admitted ones. */
  boolean isMostOfAll() {
    return admitted * 2 >= all;
  }

  /** The place before the first match of a rank. */
  SearchHit startOf(int rank) {
    return new SearchHit(LEAST_ID, rank, before);
  }

  @Override
  public String toString() {
    return "SearchScope" + Arrays.toString(segments) + " from " + from + " before " + before;
  }
}
