package com.ecommerce.user.core.account;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.page.PageTokens;
import com.ecommerce.user.core.page.PageTokens.Cursor;
import java.util.List;
import java.util.Optional;

/**
 * Lists and searches of users. Pages continue after the last row they showed, so a deep page costs
 * what the first costs, and users who come and go meanwhile neither repeat nor hide others.
 * Thread-safe.
 */
public final class Directory {
  /** Matches of a search are counted exactly up to here. */
  private static final int MAX_COUNTED_MATCHES = 10_000;

  private final Database database;
  private final PageTokens pageTokens;

  /** For {@code UserCore}, which is the way to get one. */
  public Directory(Database database, PageTokens pageTokens) {
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
    var fingerprint = List.of("list", filter.fingerprint(), sort.fingerprint());
    var after = pageTokens.read(fingerprint, request.token());
    return database.readSnapshot(
        call,
        tx -> {
          var dao = new UserListDao(tx);
          var segments = dao.segments(filter);
          var rows = dao.page(segments, sort, after, request.size() + 1);
          long total = segments.stream().mapToLong(UserListDao.Segment::users).sum();
          return page(rows, request, fingerprint, total);
        });
  }

  /**
   * One page of the users that match, the best first: an email that is the query, then emails and
   * names that begin with it, then the rest; within each the newest first. The count is exact up to
   * 10,000, above it {@link Page#NOT_COMPUTED}.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException as {@link #list}
   */
  public Page<User> search(Call call, UserSearch search, PageRequest request) {
    var fingerprint = search.fingerprint();
    var after = pageTokens.read(fingerprint, request.token());
    return database.readSnapshot(
        call,
        tx -> {
          var dao = new UserSearchDao(tx);
          var rows = dao.page(search, after, request.size() + 1);
          int matches = dao.count(search, MAX_COUNTED_MATCHES + 1);
          return page(
              rows,
              request,
              fingerprint,
              matches > MAX_COUNTED_MATCHES ? Page.NOT_COMPUTED : matches);
        });
  }

  /** One row more than asked for was read: when it is there, there is a next page. */
  private Page<User> page(
      List<UserListDao.Row> rows, PageRequest request, List<String> fingerprint, long total) {
    boolean hasMore = rows.size() > request.size();
    var shown = hasMore ? rows.subList(0, request.size()) : rows;
    Optional<String> nextToken =
        hasMore
            ? Optional.of(pageTokens.write(fingerprint, cursor(shown.get(shown.size() - 1))))
            : Optional.empty();
    return new Page<>(shown.stream().map(UserListDao.Row::user).toList(), nextToken, total);
  }

  private static Cursor cursor(UserListDao.Row last) {
    return new Cursor(last.sortKey(), last.user().id().value());
  }
}
