package com.ecommerce.user.core.internal.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.directory.Directory;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.directory.UserSort;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.ExplainedStatements;
import com.ecommerce.user.core.testing.GeneratedUsers;
import com.ecommerce.user.core.testing.GeneratedUsers.GeneratedUser;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.UserLoader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests lists and searches with enough users to reveal a wrong query plan. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DirectoryAtSizeTest {
  private static final RequestContext CALL = RequestContext.system();
  private static final GeneratedUsers GENERATED = new GeneratedUsers(7);
  private static final int SIZE = 100_000;
  private static final int PAGES = 2;

  /** The maximum number of rows that a statement may read. */
  private static final int MAX_ROWS_LISTED = 2_000;

  private static final int MAX_ROWS_SEARCHED = 30_000;

  /**
   * The maximum for a count, which stops at 10,001 matches, and scans only if at least one in 6
   * users matches.
   */
  private static final int MAX_ROWS_COUNTED = 6 * 10_001;

  private static final UserFilter SELLERS = new UserFilter(Set.of(), Set.of(Role.SELLER));
  private static final List<UserFilter> FILTERS =
      List.of(
          UserFilter.ALL,
          new UserFilter(Set.of(UserStatus.ACTIVE), Set.of(Role.CUSTOMER)),
          SELLERS,
          new UserFilter(Set.of(UserStatus.BANNED), Set.of(Role.ADMIN, Role.SUPPORT)));

  private static final Instant MIDDLE = created(SIZE / 2);

  /** The maximum number of pages of the trigram index, for all requested trigrams of an email. */
  private static final int MAX_PAGES_OF_INDEX = 60;

  /** The users whose emails are part of the data of others. */
  private static final List<Integer> CONTAINED = List.of(17, SIZE - 1);

  private final ExplainedStatements explained;
  private final Directory directory;
  private final TestDatabase database;

  /** All users, the newest first. */
  private List<Known> users;

  DirectoryAtSizeTest(TestDatabase database) {
    this.database = database;
    explained = new ExplainedStatements(database.dataSource());
    directory = UserCore.builder(explained.dataSource()).build().directory();
  }

  @BeforeAll
  void load() {
    UserLoader.load(database.dataSource(), GENERATED, SIZE);
    List<GeneratedUser> containing = new ArrayList<>();
    for (int number : CONTAINED) {
      addContaining(GENERATED.get(number), containing);
    }
    UserLoader.add(database.dataSource(), containing);
    users =
        Stream.concat(IntStream.range(0, SIZE).mapToObj(GENERATED::get), containing.stream())
            .parallel()
            .sorted(Comparator.comparing(GeneratedUser::createdAt).reversed())
            .map(Known::of)
            .toList();
  }

  /** Adds users whose texts contain the user's email or a similar text. */
  private static void addContaining(GeneratedUser user, List<GeneratedUser> users) {
    String email = user.email();
    users.add(like(user, users.size(), "x" + email, "Somebody"));
    users.add(like(user, users.size(), "x." + email + ".au", "Somebody"));
    users.add(like(user, users.size(), email + ".au", "Somebody"));
    users.add(like(user, users.size(), email.replace("@", "+news@"), "Somebody"));
    users.add(like(user, users.size(), "other." + users.size() + "@shop.example", email));
    users.add(like(user, users.size(), "2" + users.size() + "@shop.example", "mail: " + email));
  }

  private static GeneratedUser like(GeneratedUser user, int number, String email, String name) {
    var created = created(SIZE + number);
    return new GeneratedUser(
        new UUID(user.id().getMostSignificantBits(), number),
        email,
        user.firstName(),
        user.lastName(),
        name,
        number % 2 == 0 ? UserStatus.ACTIVE : UserStatus.BANNED,
        number % 3 == 0 ? Set.of(Role.CUSTOMER, Role.SELLER) : Set.of(Role.ADMIN),
        created,
        created,
        null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "smith",
        "james smith",
        "SMITH james example",
        "smith 王",
        "smith wang",
        "garcia",
        "García",
        "h.2",
        "smith.98",
        "dunvex",
        "жук",
        "ИВАНОВ",
        "παπαδόπουλος ελένη",
        "s",
        "王",
        "wa",
        "ж",
        "qx",
        "smithwang",
        "nobodyatall",
        "%%%",
        "_smi",
        "\\",
        "example.org",
        "@example",
        "o'connor",
        "james s",
        "小明",
        "明",
        "明 小",
        "王小",
        "明王",
        "小明 li",
        "김철수",
        "철수",
        "수",
        "영희 김",
        "ΠΑΠΑΔΌΠΟΥΛΟΣ",
        "ουλος",
        "WEISS",
        "weiß",
        "ﬁ"
      })
  void search_showsAndCountsWhatANaiveSearchFinds_withoutReadingTheTable(String query) {
    var matches = matches(query);
    for (UserFilter filter : FILTERS) {
      assertSearch(new UserSearch(query, filter, Optional.empty(), Optional.empty()), matches);
    }
    for (UserSearch search :
        List.of(
            new UserSearch(query, UserFilter.ALL, Optional.of(MIDDLE), Optional.empty()),
            new UserSearch(query, SELLERS, Optional.of(created(9_000)), Optional.of(MIDDLE)),
            new UserSearch(
                query, UserFilter.ALL, Optional.empty(), Optional.of(created(SIZE / 20))))) {
      assertSearch(search, matches);
    }
  }

  @Test
  void search_findsAnEmailFirst_withoutReadingTheTable() {
    for (int number : List.of(0, 777, SIZE / 2)) {
      String email = users.get(number).user().email();
      assertSearch(search(email), matches(email));
      assertSearch(search(email.substring(1)), matches(email.substring(1)));
    }
  }

  @Test
  void search_ofAnEmail_findsAllWhoseTextsContainIt_inOrder() {
    for (GeneratedUser user : contained()) {
      String email = user.email();
      for (String query :
          List.of(
              email,
              email.toUpperCase(Locale.ROOT),
              "x" + email,
              email + ".au",
              email.replace("@", "+news@"),
              email.substring(1),
              email.substring(0, email.indexOf('@') + 4),
              user.lastName() + " " + email,
              "shop.example " + email)) {
        var matches = matches(query);
        assertEquals(ids(matches), walk(search(query), 1), query);
        for (UserFilter filter : FILTERS) {
          assertSearch(new UserSearch(query, filter, Optional.empty(), Optional.empty()), matches);
        }
        assertSearch(
            new UserSearch(
                query, UserFilter.ALL, Optional.of(created(4_711)), Optional.of(created(SIZE + 9))),
            matches);
      }
    }
  }

  @Test
  void search_ofAnEmail_leavesTheCommonPiecesInTheIndexUnread() {
    for (GeneratedUser user : contained()) {
      explained.takePlans();
      var page = directory.search(CALL, search(user.email()), new PageRequest(20, ""));
      var plans = explained.takePlans();

      assertEquals(user.id(), page.items().get(0).id().value());
      assertEquals(6, page.totalCount());
      int pages = plans.stream().mapToInt(PlanReader::pagesOfTrigrams).sum();
      assertTrue(pages > 0 && pages <= MAX_PAGES_OF_INDEX, () -> pages + " pages:\n" + plans);
    }
  }

  @Test
  void search_walksThroughAllMatchesInOrder_fromRankToRank() {
    for (String query : List.of("grifel", "karl", "жуков", "smith.98", "james.smith.9")) {
      assertEquals(ids(matches(query)), walk(search(query), 100), query);
    }
  }

  @ParameterizedTest
  @EnumSource(UserSort.Field.class)
  void list_looksAtFewRows_onEveryPage(UserSort.Field field) {
    for (UserFilter filter : FILTERS) {
      long total = users.stream().filter(known -> isAdmitted(known.user(), filter)).count();
      for (boolean ascending : List.of(true, false)) {
        var sort = new UserSort(field, ascending);
        String token = "";
        for (int i = 0; i < PAGES; i++) {
          var page = directory.list(CALL, filter, sort, new PageRequest(20, token));
          assertEquals(total, page.totalCount());
          assertCheap(explained.takePlans(), MAX_ROWS_LISTED, sort + " " + filter);
          token = page.nextToken().orElse("");
        }
      }
    }
  }

  @Test
  void walk_stopsAtItsBudget_andTells() {
    Jdbi.create(database.dataSource())
        .installPlugin(new PostgresPlugin())
        .useTransaction(
            tx -> {
              var dao = new UserSearchDao(tx);
              var prepared = dao.prepare("").orElseThrow();
              for (UserFilter filter : FILTERS.subList(0, 3)) {
                var scope =
                    SearchScope.of(
                        new UserSearch("", filter, Optional.empty(), Optional.empty()),
                        new UserListDao(tx).segments(UserFilter.ALL),
                        prepared.oldest(),
                        prepared.newest());
                var nothing = new UserSearchDao.Pass(SearchHit.REST, List.of("nothing"), "");
                var start = scope.startOf(SearchHit.REST);

                assertEquals(List.of(), dao.scan(scope, nothing, start, 20, 10));
                assertTrue(dao.goesBeyond(scope, start, 10));
                assertFalse(dao.goesBeyond(scope, start, users.size()));
              }
            });
  }

  private static List<GeneratedUser> contained() {
    return CONTAINED.stream().map(GENERATED::get).toList();
  }

  private List<UUID> walk(UserSearch search, int pageSize) {
    List<UUID> seen = new ArrayList<>();
    Optional<String> token = Optional.of("");
    while (token.isPresent()) {
      var page = directory.search(CALL, search, new PageRequest(pageSize, token.get()));
      seen.addAll(ids(page));
      token = page.nextToken();
    }
    return seen;
  }

  private void assertSearch(UserSearch search, List<Known> matches) {
    var expected = matches.stream().filter(known -> isAdmitted(known.user(), search)).toList();
    String token = "";
    for (int number = 0; number < PAGES; number++) {
      var page = directory.search(CALL, search, new PageRequest(30, token));
      int start = Math.min(number * 30, expected.size());
      int end = Math.min(start + 30, expected.size());
      assertEquals(ids(expected.subList(start, end)), ids(page), () -> "page of " + search);
      assertEquals(
          expected.size() > 10_000 ? Page.NOT_COMPUTED : expected.size(),
          page.totalCount(),
          search::toString);
      assertEquals(end < expected.size(), page.nextToken().isPresent());
      assertCheap(explained.takePlans(), MAX_ROWS_SEARCHED, search.toString());
      if (page.nextToken().isEmpty()) {
        return;
      }
      token = page.nextToken().get();
    }
  }

  private static void assertCheap(List<String> plans, int maxRows, String what) {
    assertFalse(plans.isEmpty(), what);
    for (String plan : plans) {
      assertFalse(
          plan.matches("(?s).*Seq Scan on (users|user_directory|user_times|user_sample)\\b.*"),
          () -> what + "\n" + plan);
      double rows = PlanReader.rowsLookedAt(plan);
      boolean isCount = maxRows == MAX_ROWS_SEARCHED && plan.startsWith("Aggregate");
      assertTrue(
          rows <= (isCount ? MAX_ROWS_COUNTED : maxRows),
          () -> what + " looked at " + rows + " rows:\n" + plan);
    }
  }

  /** Returns the matches of a naive search without filters. */
  private List<Known> matches(String query) {
    String folded = SearchFolding.fold(query);
    var words = Stream.of(folded.split(" ")).map(SearchFolding::containing).toList();
    return users.parallelStream()
        .filter(known -> words.stream().allMatch(known::matches))
        .collect(
            Collectors.groupingBy(known -> known.tier(folded), TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  private static boolean isAdmitted(GeneratedUser user, UserSearch search) {
    return isAdmitted(user, search.filter())
        && search.createdFrom().stream().noneMatch(user.createdAt()::isBefore)
        && search.createdBefore().stream().allMatch(user.createdAt()::isBefore);
  }

  private static boolean isAdmitted(GeneratedUser user, UserFilter filter) {
    boolean statusFits = filter.statuses().isEmpty() || filter.statuses().contains(user.status());
    boolean roleFits =
        filter.roles().isEmpty() || user.roles().stream().anyMatch(filter.roles()::contains);
    return statusFits && roleFits;
  }

  /** A user, and the texts in which a search looks. */
  private record Known(GeneratedUser user, List<String> texts) {
    static Known of(GeneratedUser user) {
      return new Known(
          user,
          Stream.of(
                  user.email(),
                  user.firstName(),
                  user.lastName(),
                  user.displayName(),
                  user.firstName() + " " + user.lastName())
              .map(SearchFolding::fold)
              .distinct()
              .toList());
    }

    boolean matches(Predicate<String> word) {
      return texts.stream().anyMatch(word);
    }

    int tier(String query) {
      if (user.email().equals(query)) {
        return 0;
      }
      return texts.stream().anyMatch(text -> text.startsWith(query)) ? 1 : 2;
    }
  }

  private static Instant created(int number) {
    return GeneratedUsers.START.plus(GeneratedUsers.INTERVAL.multipliedBy(number));
  }

  private static UserSearch search(String query) {
    return new UserSearch(query, UserFilter.ALL, Optional.empty(), Optional.empty());
  }

  private static List<UUID> ids(List<Known> users) {
    return users.stream().map(known -> known.user().id()).toList();
  }

  private static List<UUID> ids(Page<User> page) {
    return page.items().stream().map(user -> user.id().value()).toList();
  }
}
