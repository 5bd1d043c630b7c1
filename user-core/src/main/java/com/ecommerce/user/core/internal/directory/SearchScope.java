package com.ecommerce.user.core.internal.directory;

import com.ecommerce.user.core.directory.UserSearch;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;

/**
 * The users that a search considers, regardless of its words.
 *
 * @param segments the admitted segments that have users
 * @param admitted the number of users in these segments
 * @param all the number of all users
 * @param from the earliest time of creation, inclusive, as a text that the database can read
 * @param before the end of the times of creation, exclusive, as a text that the database can read
 * @param segmentKeys the keys of these segments in the trigram index; empty if the segments have
 *     most of the users, since they would exclude few
 * @param timeKeys the keys of the times of creation in the trigram index; empty for a range that
 *     does not exclude much
 */
record SearchScope(
    Short[] segments,
    long admitted,
    long all,
    String from,
    String before,
    List<String> segmentKeys,
    List<String> timeKeys) {
  private static final UUID LEAST_ID = new UUID(0, 0);

  /** The earliest time of the range in which the database can read the texts that Java writes. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
  private static final String SEGMENT_KEY = "\ns";
  private static final String TIME_KEY = "\nt";
  private static final int SECONDS_OF_KEY = 1 << 22;
  private static final int MAX_TIME_KEYS = 100;

  /**
   * @param segments all segments that have users
   * @param oldest the time at which the first user was created
   * @param newest the time at which the last user was created
   */
  static SearchScope of(
      UserSearch search, List<UserListDao.Segment> segments, Instant oldest, Instant newest) {
    var wanted = List.of(search.filter().segments());
    var admitted = segments.stream().filter(segment -> wanted.contains(segment.number())).toList();
    boolean isMost = users(admitted) * 2 >= users(segments);
    return new SearchScope(
        admitted.stream().map(UserListDao.Segment::number).toArray(Short[]::new),
        users(admitted),
        users(segments),
        search.createdFrom().map(SearchScope::bound).orElse("-infinity"),
        search.createdBefore().map(SearchScope::bound).orElse("infinity"),
        isMost
            ? List.of()
            : admitted.stream().map(segment -> SEGMENT_KEY + segment.number()).toList(),
        timeKeys(search, oldest, newest));
  }

  /**
   * Returns the time as text, rounded up to a microsecond, whereas the database would round it to
   * the nearest one. Since times of creation are whole microseconds, rounding up changes the
   * meaning of neither an inclusive start nor an exclusive end.
   */
  private static String bound(Instant time) {
    if (time.isBefore(EARLIEST)) {
      return "-infinity";
    }
    return time.isAfter(LATEST)
        ? "infinity"
        : time.plusNanos(999).truncatedTo(ChronoUnit.MICROS).toString();
  }

  private static List<String> timeKeys(UserSearch search, Instant oldest, Instant newest) {
    long from = timeKeyNumber(search.createdFrom().filter(oldest::isBefore).orElse(oldest));
    long before = timeKeyNumber(search.createdBefore().filter(newest::isAfter).orElse(newest));
    long all = timeKeyNumber(newest) - timeKeyNumber(oldest) + 1;
    long wanted = before - from + 1;
    return wanted * 2 >= all || wanted > MAX_TIME_KEYS
        ? List.of()
        : LongStream.rangeClosed(from, before).mapToObj(number -> TIME_KEY + number).toList();
  }

  private static long timeKeyNumber(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), SECONDS_OF_KEY);
  }

  private static long users(List<UserListDao.Segment> segments) {
    return segments.stream().mapToLong(UserListDao.Segment::users).sum();
  }

  /** Returns this scope with the range widened to the precision of the trigram index. */
  SearchScope asIndexed() {
    int last = timeKeys.size() - 1;
    return new SearchScope(
        segments,
        admitted,
        all,
        last < 0 ? "-infinity" : start(timeKeys.get(0)).toString(),
        last < 0 ? "infinity" : start(timeKeys.get(last)).plusSeconds(SECONDS_OF_KEY).toString(),
        segmentKeys,
        timeKeys);
  }

  private static Instant start(String timeKey) {
    return Instant.ofEpochSecond(
        Long.parseLong(timeKey.substring(TIME_KEY.length())) * SECONDS_OF_KEY);
  }

  /**
   * Returns whether all users of the admitted segments are searched, whatever their time of
   * creation.
   */
  boolean hasNoRange() {
    return from.equals("-infinity") && before.equals("infinity");
  }

  /** Returns whether a scan of all users meets enough admitted ones. */
  boolean isMostOfAll() {
    return segmentKeys.isEmpty();
  }

  /** Returns the position before the first match of a tier. */
  SearchHit startOf(int tier) {
    return new SearchHit(LEAST_ID, tier, before);
  }
}
