package com.ecommerce.user.core.internal.directory;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.StatusRoleCode;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.directory.Directory;
import com.ecommerce.user.core.directory.DirectorySummary;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.directory.UserSort;
import com.ecommerce.user.core.internal.db.ReplicaReads;
import com.ecommerce.user.core.internal.page.PageTokens;
import com.ecommerce.user.core.internal.page.PageTokens.Cursor;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** Implements {@link Directory} with Jdbi. */
public final class JdbiDirectory implements Directory {
  private static final int MAX_DAYS = 31;

  private final ReplicaReads database;
  private final Clock clock;
  private final PageTokens pageTokens;

  public JdbiDirectory(ReplicaReads database, Clock clock, PageTokens pageTokens) {
    this.database = database;
    this.clock = clock;
    this.pageTokens = pageTokens;
  }

  @Override
  public Page<User> list(
      RequestContext call, UserFilter filter, UserSort sort, PageRequest request) {
    requireNonNull(call, "call");
    requireNonNull(filter, "filter");
    requireNonNull(sort, "sort");
    requireNonNull(request, "request");
    var fingerprint = List.of("list", filter.fingerprint(), sort.fingerprint());
    var after = pageTokens.read(fingerprint, request.token());
    var part =
        database.readSnapshot(
            call,
            tx -> {
              var dao = new UserListDao(tx);
              var segments = dao.segments(filter);
              var rows = dao.page(segments, sort, after, request.size() + 1);
              long total = segments.stream().mapToLong(UserListDao.Segment::users).sum();
              return new Part(
                  shown(rows, request).stream().map(UserListDao.Row::user).toList(),
                  next(rows, request).map(UserListDao.Row::cursor),
                  total);
            });
    return page(fingerprint, part);
  }

  @Override
  public Page<User> search(RequestContext call, UserSearch search, PageRequest request) {
    requireNonNull(call, "call");
    requireNonNull(search, "search");
    requireNonNull(request, "request");
    var fingerprint = search.fingerprint();
    var after = pageTokens.read(fingerprint, request.token()).map(SearchHit::of);
    var part =
        database.readSnapshot(
            call,
            tx -> {
              var found = UserFinder.find(tx, search, after, request.size() + 1);
              var users = new UserSearchDao(tx).users(shown(found.hits(), request));
              var next = next(found.hits(), request).map(SearchHit::cursor);
              return new Part(users, next, found.total());
            });
    return page(fingerprint, part);
  }

  @Override
  public DirectorySummary summary(RequestContext call, int days) {
    requireNonNull(call, "call");
    if (days < 1 || days > MAX_DAYS) {
      throw new IllegalArgumentException(days + " days (expected: 1 to " + MAX_DAYS + ")");
    }
    var now = clock.instant();
    var first = LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(days - 1L);
    var yesterday = now.minus(Duration.ofDays(1));
    return database.readSnapshot(
        call,
        tx -> {
          var segments = new UserListDao(tx).segments(UserFilter.ALL);
          var numbers = segments.stream().map(UserListDao.Segment::number).toArray(Short[]::new);
          var dao = new SummaryDao(tx);
          return new DirectorySummary(
              sums(segments, number -> Set.of(StatusRoleCode.status(number))),
              sums(segments, StatusRoleCode::roles),
              dao.registrations(first, days),
              dao.signedInSince(yesterday, numbers),
              dao.failedAccountsSince(yesterday));
        });
  }

  /** Returns the sums of users by the parts of their segments, such as the roles. */
  private static <T> Map<T, Long> sums(
      List<UserListDao.Segment> segments, IntFunction<Set<T>> parts) {
    var sums = new HashMap<T, Long>();
    for (var segment : segments) {
      parts.apply(segment.number()).forEach(part -> sums.merge(part, segment.users(), Long::sum));
    }
    return sums;
  }

  /**
   * A page without its token, which is written after the transaction, since that may need another
   * connection.
   */
  private record Part(List<User> users, Optional<Cursor> next, long total) {}

  private Page<User> page(List<String> fingerprint, Part part) {
    var nextToken = part.next().map(cursor -> pageTokens.write(fingerprint, cursor));
    return new Page<>(part.users(), nextToken, part.total());
  }

  private static <T> List<T> shown(List<T> rows, PageRequest request) {
    return rows.subList(0, Math.min(rows.size(), request.size()));
  }

  /**
   * Returns the last row of the page if another page follows. One more row than requested was read
   * to find out.
   */
  private static <T> Optional<T> next(List<T> rows, PageRequest request) {
    return rows.size() > request.size()
        ? Optional.of(rows.get(request.size() - 1))
        : Optional.empty();
  }
}
