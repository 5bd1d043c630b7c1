package com.ecommerce.user.core.account;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.internal.StaleReads;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.page.PageTokens;
import com.ecommerce.user.core.page.PageTokens.Cursor;
import java.util.List;
import java.util.Optional;

/**
 * Lists and searches of users; where there is a replica, of as old a state as it has. Pages
 * continue after the last row they showed, so a deep page costs what the first costs, and users who
 * come and go meanwhile neither repeat nor hide others. Thread-safe.
 */
public final class Directory {
  private final StaleReads database;
  private final PageTokens pageTokens;

  /** For {@code UserCore}, which is the way to get one. */
  public Directory(StaleReads database, PageTokens pageTokens) {
    this.database = database;
    this.pageTokens = pageTokens;
  }

  /**
   * One page of the users that the filter admits, with the exact count of all of them.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException with {@code INVALID_REQUEST} on
   *     {@code pagination.page_token} when the token belongs to another list
   */
  public Page<User> list(Call call, UserFilter filter, UserSort sort, PageRequest request) {
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

  /**
   * One page of the users that match, the best first: an email that is the query, then emails and
   * names that begin with it, then the rest; within each the newest first. The count is exact up to
   * 10,000, above it {@link Page#NOT_COMPUTED}.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException as {@link #list}
   */
  public Page<User> search(Call call, UserSearch search, PageRequest request) {
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

  /** A page before its token is written, which may need a connection of its own. */
  private record Part(List<User> users, Optional<Cursor> next, long total) {}

  private Page<User> page(List<String> fingerprint, Part part) {
    var nextToken = part.next().map(cursor -> pageTokens.write(fingerprint, cursor));
    return new Page<>(part.users(), nextToken, part.total());
  }

  private static <T> List<T> shown(List<T> rows, PageRequest request) {
    return rows.subList(0, Math.min(rows.size(), request.size()));
  }

  /**
   * The last row shown: one row more than asked for was read, and if it is there, there is more.
   */
  private static <T> Optional<T> next(List<T> rows, PageRequest request) {
    return rows.size() > request.size()
        ? Optional.of(rows.get(request.size() - 1))
        : Optional.empty();
  }
}
