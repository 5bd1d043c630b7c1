package com.ecommerce.user.bench;

import com.ecommerce.common.v1.PaginationRequest;
import com.ecommerce.common.v1.PaginationResponse;
import com.ecommerce.common.v1.SortSpec;
import com.ecommerce.user.bench.load.BenchUsers;
import com.ecommerce.user.bench.load.FixedWorkload;
import com.ecommerce.user.bench.load.Load;
import com.ecommerce.user.bench.load.Sample;
import com.ecommerce.user.bench.report.Report.Target;
import com.ecommerce.user.bench.report.Series;
import com.ecommerce.user.bench.server.Servers;
import com.ecommerce.user.core.testing.GeneratedUsers;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.ListUsersResponse;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Measures lists and searches, one call at a time. */
final class DirectoryParts {
  private static final int FEW_USERS = 10_000;
  private static final int PAGE = 20;
  private static final int LARGEST_PAGE = 100;

  /**
   * The maximum number of rows before the deep page. If there are fewer than twice as many users,
   * it is in the middle of all.
   */
  private static final int DEEP = 500_000;

  private static final int SEARCH_MILLISECONDS = 20;

  /** The sort fields, each with the equivalent table and order in SQL. */
  private static final Map<String, String> SORTS =
      Map.of(
          "created_at", "user_directory order by created_at desc, id desc",
          "updated_at", "user_times order by updated_at desc, id desc",
          "last_login_at", "user_times order by last_login_at desc, id desc",
          "email", "user_directory order by email, id",
          "display_name", "user_directory order by display_name, id",
          "first_name", "user_directory order by first_name, id",
          "last_name", "user_directory order by last_name, id");

  /**
   * The filters, each with the equivalent condition in SQL. They match from all users to very few.
   */
  private static final Map<ListUsersRequest, String> FILTERS = filters();

  private DirectoryParts() {}

  private static Map<ListUsersRequest, String> filters() {
    Map<ListUsersRequest, String> filters = new LinkedHashMap<>();
    filters.put(
        ListUsersRequest.newBuilder()
            .addStatuses(UserStatus.USER_STATUS_ACTIVE)
            .addRoles(UserRole.USER_ROLE_CUSTOMER)
            .build(),
        "status = 'ACTIVE' and roles && array['CUSTOMER']");
    filters.put(
        ListUsersRequest.newBuilder().addRoles(UserRole.USER_ROLE_SELLER).build(),
        "roles && array['SELLER']");
    filters.put(
        ListUsersRequest.newBuilder()
            .addStatuses(UserStatus.USER_STATUS_BANNED)
            .addRoles(UserRole.USER_ROLE_ADMIN)
            .addRoles(UserRole.USER_ROLE_SUPPORT)
            .build(),
        "status = 'BANNED' and roles && array['ADMIN', 'SUPPORT']");
    return filters;
  }

  static void lists(Bench bench) {
    String few = bench.database().withUsers(FEW_USERS);
    var profile = Profile.of(bench, "lists");
    try (var service = bench.servers().service(bench.data(), profile.settings());
        var small = bench.servers().service(few, Map.of());
        var calls = new Calls(service);
        var smallCalls = new Calls(small)) {
      bench.warmUpShortly(service, workload(calls, sorted("created_at"), -1));
      bench.warmUpShortly(small, workload(smallCalls, sorted("created_at"), -1));
      for (String field : List.copyOf(new java.util.TreeSet<>(SORTS.keySet()))) {
        var list = sorted(field);
        checkOrder(bench, calls, field);
        list(bench, "by " + field, service, calls, list, "true", small, smallCalls);
      }
      for (var filter : FILTERS.entrySet()) {
        for (String field : List.of("created_at", "email")) {
          var list = filter.getKey().toBuilder().mergeFrom(sorted(field)).build();
          String what = "by " + field + ", " + filter.getValue().replaceAll("[^A-Z]+", " ").strip();
          list(bench, what, service, calls, list, filter.getValue(), small, smallCalls);
        }
      }
      profile.finish(service);
    }
  }

  private static ListUsersRequest sorted(String field) {
    return ListUsersRequest.newBuilder().setSort(SortSpec.newBuilder().setField(field)).build();
  }

  private static void list(
      Bench bench,
      String what,
      Servers.Running service,
      Calls calls,
      ListUsersRequest list,
      String condition,
      Servers.Running small,
      Calls smallCalls) {
    String count =
        bench.database().query(bench.data(), "select count(*) from users where " + condition);
    int depth = (int) Math.min(DEEP, Long.parseLong(count) / 2 / LARGEST_PAGE * LARGEST_PAGE);
    var first = workload(calls, list, Long.parseLong(count));
    var smallFirst = workload(smallCalls, list, -1);
    // A page of fewer users takes less time.
    boolean isSmallPageFull = smallCalls.users().listUsers(page(list)).getUsersCount() == PAGE;
    Map<String, Supplier<Sample>> contestants = new LinkedHashMap<>();
    var load = oneByOne(bench);
    contestants.put("small", () -> bench.run(small, smallFirst, load));
    contestants.put("first", () -> bench.run(service, first, load));
    if (depth > 0) {
      var deep = workload(calls, at(list, tokenAfter(calls, list, depth)), Long.parseLong(count));
      contestants.put("deep", () -> bench.run(service, deep, load));
    }
    contestants.values().forEach(Supplier::get);
    var results = bench.compete(contestants);
    var firstSeries = results.get("first");
    String few = String.format(Locale.ROOT, "%,d users", FEW_USERS);
    bench.report().add("lists", what + ", " + few, results.get("small"));
    var full = isSmallPageFull ? Optional.of(results.get("small")) : Optional.<Series>empty();
    addMedians(bench, what + ", first page", firstSeries, few, full, 1.5);
    if (depth > 0) {
      var deepSeries = results.get("deep");
      String deepPage = what + String.format(Locale.ROOT, ", after %,d rows", depth);
      addMedians(bench, deepPage, deepSeries, few, full, 1.5);
      addMedians(bench, deepPage, deepSeries, "first page", Optional.of(firstSeries), 1.3);
    }
  }

  /** Ratios of medians, since pages are asked for one by one. */
  private static void addMedians(
      Bench bench,
      String what,
      Series series,
      String limit,
      Optional<Series> other,
      double atMost) {
    other.ifPresentOrElse(
        known ->
            bench
                .report()
                .add("lists", what, series, limit, series.p50RatioTo(known), Target.atMost(atMost)),
        () -> bench.report().add("lists", what, series));
  }

  private static Load oneByOne(Bench bench) {
    // The time is shorter, since there are many queries to measure.
    var measured = bench.options().measured().dividedBy(bench.options().isQuick() ? 4 : 3);
    return new Load(1, 1, 0, Duration.ofMillis(200), measured);
  }

  /**
   * Returns a workload of ListUsers.
   *
   * @param count the expected total count; -1 if it is unknown
   */
  private static FixedWorkload workload(Calls calls, ListUsersRequest list, long count) {
    var request = page(list);
    var answer = calls.users().listUsers(request);
    if (count >= 0) {
      require(answer.getPagination().getTotalCount() == count, "total_count of " + request);
      require(answer.getUsersCount() == Math.min(PAGE, count), "the size of a page of " + request);
    }
    return FixedWorkload.of("ListUsers", request, answer);
  }

  private static ListUsersRequest page(ListUsersRequest list) {
    return list.toBuilder()
        .setPagination(list.getPagination().toBuilder().setPageSize(PAGE))
        .build();
  }

  private static ListUsersRequest at(ListUsersRequest list, String token) {
    return list.toBuilder()
        .setPagination(PaginationRequest.newBuilder().setPageToken(token))
        .build();
  }

  private static String tokenAfter(Calls calls, ListUsersRequest list, int rows) {
    String token = "";
    for (int before = 0; before < rows; before += LARGEST_PAGE) {
      var request = at(list, token).toBuilder();
      request.getPaginationBuilder().setPageSize(LARGEST_PAGE);
      token = calls.users().listUsers(request.build()).getPagination().getNextPageToken();
    }
    return token;
  }

  /** Checks that the pages around row 1,000 have the same users as a query of the database. */
  private static void checkOrder(Bench bench, Calls calls, String field) {
    int offset = 1_000;
    ListUsersResponse page =
        calls.users().listUsers(at(sorted(field), tokenAfter(calls, sorted(field), offset)));
    String expected =
        bench
            .database()
            .query(
                bench.data(),
                "select string_agg(id::text, ',') from (select id from "
                    + SORTS.get(field)
                    + " limit 20 offset "
                    + offset
                    + ") as page");
    String found = String.join(",", page.getUsersList().stream().map(User::getId).toList());
    require(found.equals(expected), "the list by " + field);
  }

  static void search(Bench bench) {
    var someone = BenchUsers.ALL.get(bench.options().users() / 2);
    Map<String, String> queries = new LinkedHashMap<>();
    queries.put("a rare word", rareWord(bench.options().users()));
    queries.put("a word of a third of all users", GeneratedUsers.COMMON_WORD);
    queries.put("two words", "james " + GeneratedUsers.COMMON_WORD);
    queries.put("two words, one of them Cyrillic", "иван иванов");
    queries.put("a word that nobody has", "nobodyatall");
    queries.put("one letter", "s");
    queries.put("two letters", "wa");
    queries.put("two Han letters of a tenth of all users", GeneratedUsers.COMMON_PAIR);
    queries.put(
        "one Han letter, never the first of a name", GeneratedUsers.COMMON_PAIR.substring(1));
    queries.put("two Hangul letters", "영희");
    queries.put("two Han letters, the end of a name", "建国");
    queries.put("two Han letters that nobody has", "龜龍");
    queries.put("two common Han letters in an order that nobody has", "明小");
    queries.put("an email", someone.email());
    queries.put("an email without its first letter", someone.email().substring(1));
    queries.put("a domain", "@example.com");
    queries.put("a longer domain", "@mail.example.net");
    var profile = Profile.of(bench, "search");
    try (var service = bench.servers().service(bench.data(), profile.settings());
        var calls = new Calls(service)) {
      // The kinds share most of their code, which would not be compiled when the first is measured.
      for (String what : List.of("a rare word", "a word of a third of all users")) {
        var request = search(queries.get(what));
        var answer = calls.users().searchUsers(request);
        bench.warmUpShortly(service, FixedWorkload.of("SearchUsers", request, answer));
      }
      queries.forEach((what, query) -> search(bench, what, query, service, calls));
      profile.finish(service);
    }
  }

  /** Returns a last name, in small letters, that is none of the usual ones. */
  static String rareWord(int users) {
    for (int number = users / 3; number < users; number++) {
      String name = BenchUsers.ALL.get(number).lastName();
      if (name.matches("(Dun|Vex|Gri|Quo)[a-z]{5,}")) {
        return name.toLowerCase(Locale.ROOT);
      }
    }
    throw new IllegalStateException("nobody has a rare name");
  }

  private static void search(
      Bench bench, String what, String query, Servers.Running service, Calls calls) {
    var request = search(query);
    var answer = calls.users().searchUsers(request);
    checkCount(bench, query, answer.getPagination());
    var workload = FixedWorkload.of("SearchUsers", request, answer);
    var load = bench.load(1, 1);
    bench.run(service, workload, load);
    var series = bench.compete(Map.of(query, () -> bench.run(service, workload, load))).get(query);
    String title =
        String.format(Locale.ROOT, "%s (%,d)", what, answer.getPagination().getTotalCount())
            .replace("(-1)", "(more than 10,000)");
    bench.report().addWithMaximum("search", title, series, SEARCH_MILLISECONDS);
  }

  private static SearchUsersRequest search(String query) {
    return SearchUsersRequest.newBuilder()
        .setQuery(query)
        .setPagination(PaginationRequest.newBuilder().setPageSize(PAGE))
        .build();
  }

  private static void checkCount(Bench bench, String query, PaginationResponse page) {
    var sql = new StringBuilder("select count(*) from (select from user_directory where true");
    for (String word : query.split(" ")) {
      // Words of one or two letters match only after a space, as in the search text.
      String pattern = word.codePointCount(0, word.length()) < 3 ? " " + word : word;
      sql.append(" and position('").append(pattern).append("' in search_text) > 0");
    }
    sql.append(" limit 10001) as found");
    long count = Long.parseLong(bench.database().query(bench.data(), sql.toString()));
    long expected = count > 10_000 ? -1 : count;
    require(
        page.getTotalCount() == expected,
        query + ": " + page.getTotalCount() + " found instead of " + expected);
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException("wrong: " + what);
    }
  }
}
