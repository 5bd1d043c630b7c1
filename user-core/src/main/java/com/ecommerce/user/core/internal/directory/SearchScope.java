package com.ecommerce.user.core.internal.directory;

import com.ecommerce.user.core.directory.UserSearch;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;

/**
 * Which users a search looks at, apart from its words.
 *
 * @param segments the admitted ones that are not empty
 * @param admitted how many users these have
 * @param all how many users there are
 * @param from inclusive, as the database reads it
 * @param before exclusive, as the database reads it
 * @param segmentKeys the keys of these segments in the trigram index; empty for most of all users,
 *     since that would be of little help
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

  /** Between them the database reads what Java writes. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
  private static final String SEGMENT_KEY = "\ns";
  private static final String TIME_KEY = "\nt";
  private static final int SECONDS_OF_KEY = 1 << 22;
  private static final int MAX_TIME_KEYS = 100;

  /**
   * @param segments all that are not empty
   * @param oldest when the first user was created
   * @param newest when the last user was created
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
   * The next microsecond, where the database would take the nearest: users are created at whole
   * ones, so that it means the same for an inclusive start and for an exclusive end.
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

  /** Returns the range widened to what the trigram index can tell apart. */
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

  /** The place before the first match of a tier. */
  SearchHit startOf(int tier) {
    return new SearchHit(LEAST_ID, tier, before);
  }
}
