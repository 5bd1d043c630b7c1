package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.directory.Directory;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.directory.UserSort;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.rest.http.ApiRequest;
import java.util.Optional;

/**
 * The list of users that the query of {@code GET /api/users} requests.
 *
 * @param search present if the query has words or a time range; the core determines the order of
 *     its results
 */
public record UserListing(
    UserFilter filter, UserSort sort, Optional<UserSearch> search, PageRequest page) {
  private static final String SORT = "sort";

  /** Returns the names of the query's parameters. */
  public static String[] parameters() {
    return new String[] {
      "q", "status", "role", "created_after", "created_before", SORT, Pages.SIZE, Pages.CURSOR
    };
  }

  /**
   * Reads the parameters of a request.
   *
   * @param pageSize the size of the page if the query specifies none
   * @throws com.ecommerce.user.core.error.UserServiceException with all violations of the query
   */
  public static UserListing of(ApiRequest request, int pageSize) {
    var violations = request.violations();
    var filter = filter(request, violations);
    var sort = violations.parse(SORT, request.query(SORT).orElse(""), UserListing::sort);
    String words =
        violations.parse("q", request.query("q").orElse(""), TextRule.SEARCH_QUERY::parse);
    var created = TimeRangeQuery.of(request, violations, "created_after", "created_before");
    var after = created.after();
    var before = created.before();
    var page = Pages.requested(request, violations, pageSize);
    boolean isSearch = !"".equals(words) || after.isPresent() || before.isPresent();
    if (isSearch && request.query(SORT).isPresent()) {
      violations.add(
          SORT,
          "UNSUPPORTED",
          "not together with q, created_after or created_before (expected: no sort; the best match comes first, then the newest)");
    }
    violations.throwIfAny();
    var search = isSearch ? new UserSearch(words, filter, after, before) : null;
    return new UserListing(filter, sort, Optional.ofNullable(search), page);
  }

  /** Returns the requested page. */
  public Page<User> read(Directory directory, RequestContext call) {
    return search
        .map(words -> directory.search(call, words, page))
        .orElseGet(() -> directory.list(call, filter, sort, page));
  }

  private static UserFilter filter(ApiRequest request, Violations violations) {
    var statuses =
        violations.parse(
            "status",
            request.queryList("status"),
            names -> NameParser.parseAll(UserStatus.class, names));
    var roles =
        violations.parse(
            "role", request.queryList("role"), names -> NameParser.parseAll(Role.class, names));
    return statuses == null || roles == null ? UserFilter.ALL : new UserFilter(statuses, roles);
  }

  /**
   * Parses the sort order: a field name sorts ascending, a minus before it descending. The default
   * is newest first.
   */
  private static UserSort sort(String raw) {
    if (raw.isEmpty()) {
      return UserSort.NEWEST_FIRST;
    }
    boolean descending = raw.startsWith("-");
    String field = descending ? raw.substring(1) : raw;
    return new UserSort(UserSort.Field.parse(field), !descending);
  }
}
