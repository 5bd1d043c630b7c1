package com.ecommerce.user.core.internal.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.directory.Directory;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.directory.UserSort;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DirectoryTest {
  private static final RequestContext CALL = RequestContext.system();
  private static final List<String[]> PEOPLE =
      List.of(
          new String[] {"odysseus@example.net", "Οδυσσεύς", "Weiß"},
          new String[] {"xiaoming@example.net", "李小明", ""},
          new String[] {"cheolsu@example.net", "김철수", ""},
          new String[] {"somchai@example.net", "สมชาย", "ใจดี"},
          new String[] {"sakura@example.net", "木之本サクラ", ""},
          new String[] {"irem@example.net", "İrem", "Yıldız"},
          new String[] {"sofi@example.net", "Soﬁ", "Ꮳꮃꭹ"},
          new String[] {"ada@example.com", "Ada", "Lovelace"},
          new String[] {"grace@example.com", "Grace", "Hopper"},
          new String[] {"zhukova@example.com", "Жанна", "Жукова"},
          new String[] {"wang.wei@example.com", "伟", "王"},
          new String[] {"eleni@example.com", "Ελένη", "Παπαδοπούλου"},
          new String[] {"jose@example.com", "José", "Núñez"},
          new String[] {"hundred_percent@example.com", "Per%cent", "Under_score"},
          new String[] {"adam@example.org", "Adam", "Smith"},
          new String[] {"back@example.org", "Back\\slash", "Smith-Jones"});

  private TestCore testCore;
  private Users users;
  private Directory directory;

  @BeforeAll
  void fill(TestDatabase database) {
    testCore = TestCore.on(database);
    users = testCore.core().users();
    directory = testCore.core().directory();
    for (String[] person : PEOPLE) {
      testCore.clock().advance(Duration.ofMinutes(1));
      var roles =
          person[0].startsWith("grace") ? Set.of(Role.ADMIN, Role.CUSTOMER) : Set.<Role>of();
      users.create(CALL, TestUsers.aUser(person[0], person[1], person[2], roles));
    }
    users.deactivate(CALL, users.getByEmail(CALL, Email.parse("adam@example.org")).id(), "");
  }

  @AfterAll
  void stop() {
    testCore.close();
  }

  @Test
  void list_isNewestFirstAndCountsExactly() {
    var page = directory.list(CALL, UserFilter.ALL, UserSort.NEWEST_FIRST, new PageRequest(3, ""));

    assertEquals(
        List.of("back@example.org", "adam@example.org", "hundred_percent@example.com"),
        emails(page));
    assertEquals(PEOPLE.size(), page.totalCount());
    assertTrue(page.nextToken().isPresent());
  }

  @ParameterizedTest
  @EnumSource(UserSort.Field.class)
  void list_pagesShowEveryUserOnceInOrder_forEverySort(UserSort.Field field) {
    for (boolean ascending : List.of(true, false)) {
      var sort = new UserSort(field, ascending);

      var inPages =
          walk(token -> directory.list(CALL, UserFilter.ALL, sort, new PageRequest(2, token)));

      assertEquals(
          emails(directory.list(CALL, UserFilter.ALL, sort, new PageRequest(100, ""))), inPages);
      assertEquals(PEOPLE.size(), new HashSet<>(inPages).size());
    }
  }

  @Test
  void list_filtersByAnyStatusAndAnyRole() {
    assertEquals(
        List.of("adam@example.org"), emails(list(Set.of(UserStatus.DEACTIVATED), Set.of())));
    assertEquals(
        List.of("grace@example.com"), emails(list(Set.of(), Set.of(Role.ADMIN, Role.SUPPORT))));
    assertEquals(List.of(), emails(list(Set.of(UserStatus.DEACTIVATED), Set.of(Role.ADMIN))));
    assertEquals(0, list(Set.of(UserStatus.BANNED), Set.of()).totalCount());
    assertEquals(
        PEOPLE.size() - 1,
        list(Set.of(UserStatus.PENDING_VERIFICATION), Set.of(Role.CUSTOMER)).totalCount());
  }

  @Test
  void list_walkShowsNoUserTwiceAndSkipsNone_whileUsersComeAndGo() {
    var sort = new UserSort(UserSort.Field.DISPLAY_NAME, true);
    var there =
        new HashSet<>(emails(directory.list(CALL, UserFilter.ALL, sort, new PageRequest(100, ""))));
    List<String> seen = new ArrayList<>();
    List<User> visitors = new ArrayList<>();
    String token = "";
    for (int i = 0; i < 60; i++) {
      var page = directory.list(CALL, UserFilter.ALL, sort, new PageRequest(1, token));
      seen.addAll(emails(page));
      if (i < 20) {
        visitors.add(users.create(CALL, TestUsers.aUser((char) ('a' + i) + "visitor@example.net")));
      }
      if (i < 20 && i % 2 == 1) {
        users.delete(CALL, visitors.remove(0).id(), "");
      }
      token = page.nextToken().orElse("");
      if (token.isEmpty()) {
        break;
      }
    }
    visitors.forEach(visitor -> users.delete(CALL, visitor.id(), ""));

    assertEquals(seen.size(), new HashSet<>(seen).size());
    assertTrue(seen.containsAll(there), () -> "missing of " + there + ": " + seen);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "AAAA", "not base64!", "AQ"})
  void list_refusesTokensThatNobodyMade(String token) {
    assertEquals(
        "pagination.page_token",
        violation(
            () ->
                directory.list(
                    CALL, UserFilter.ALL, UserSort.NEWEST_FIRST, new PageRequest(2, token))));
  }

  @Test
  void list_refusesTamperedTokensAndTokensOfAnotherList() {
    String token =
        directory
            .list(CALL, UserFilter.ALL, UserSort.NEWEST_FIRST, new PageRequest(2, ""))
            .nextToken()
            .orElseThrow();
    char changed = token.charAt(10) == 'A' ? 'B' : 'A';
    String tampered = token.substring(0, 10) + changed + token.substring(11);
    var customers = new UserFilter(Set.of(), Set.of(Role.CUSTOMER));
    var byEmail = new UserSort(UserSort.Field.EMAIL, false);

    assertEquals(
        "pagination.page_token",
        violation(
            () ->
                directory.list(
                    CALL, UserFilter.ALL, UserSort.NEWEST_FIRST, new PageRequest(2, tampered))));
    assertEquals(
        "pagination.page_token",
        violation(
            () ->
                directory.list(CALL, customers, UserSort.NEWEST_FIRST, new PageRequest(2, token))));
    assertEquals(
        "pagination.page_token",
        violation(() -> directory.list(CALL, UserFilter.ALL, byEmail, new PageRequest(2, token))));
    assertEquals("pagination.page_token", violation(() -> search("smith", 2, token)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LOVE | ada@example.com",
        "ada love | ada@example.com",
        "lovelace ada | ada@example.com",
        "жук | zhukova@example.com",
        "ЖУКОВА | zhukova@example.com",
        "ελένη | eleni@example.com",
        "NÚÑ | jose@example.com",
        "王 | wang.wei@example.com",
        "伟 | wang.wei@example.com",
        "gr | grace@example.com",
        "r%c | hundred_percent@example.com",
        "er_sc | hundred_percent@example.com",
        "k\\s | back@example.org",
        "wang.wei@example.com | wang.wei@example.com",
        "ada l | ada@example.com",
        "ΟΔΥΣΣΕΎΣ | odysseus@example.net",
        "δυσσεύσ | odysseus@example.net",
        "WEISS | odysseus@example.net",
        "WEIẞ | odysseus@example.net",
        "eiß | odysseus@example.net",
        "小明 | xiaoming@example.net",
        "明 | xiaoming@example.net",
        "李小 | xiaoming@example.net",
        "李小明 | xiaoming@example.net",
        "철수 | cheolsu@example.net",
        "김철 | cheolsu@example.net",
        "ชา | somchai@example.net",
        "ดี | somchai@example.net",
        "之本 | sakura@example.net",
        "ｻｸ | sakura@example.net",
        "クラ | sakura@example.net",
        "irem | irem@example.net",
        "İREM | irem@example.net",
        "ırem | irem@example.net",
        "i\u0307rem | irem@example.net",
        "YILDIZ | irem@example.net",
        "yıldız | irem@example.net",
        "SOFI | sofi@example.net",
        "soﬁ | sofi@example.net",
        "ＳＯＦＩ | sofi@example.net",
        "so\u200dfi | sofi@example.net",
        "ᏣᎳᎩ | sofi@example.net",
        "ꮳꮃꭹ | sofi@example.net"
      })
  void search_findsByAnyPartInAnyScript(String query, String expected) {
    assertEquals(List.of(expected), emails(search(query, 20, "")));
    assertEquals(1, search(query, 20, "").totalCount());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nobody",
        "%%%",
        "___",
        "rac",
        "ove lovelacex",
        "qx",
        "vl",
        "明小",
        "ยช",
        "ei",
        "of"
      })
  void search_findsNothingThatDoesNotMatch(String query) {
    assertEquals(
        List.of(),
        emails(search(query, 20, "")).stream()
            .filter(email -> !email.startsWith("grace"))
            .toList());
  }

  @Test
  void search_ordersExactEmailThenPrefixThenTheRestThenNewest() {
    assertEquals(List.of("adam@example.org", "ada@example.com"), emails(search("ada", 20, "")));
    assertEquals("ada@example.com", emails(search("ada@example.com", 20, "")).get(0));
    assertEquals(List.of("back@example.org", "adam@example.org"), emails(search("smith", 20, "")));
    assertEquals(
        emails(search("example", 20, "")),
        walk(token -> search("example", 2, token)),
        "pages continue the order");
  }

  @Test
  void search_emptyQueryListsByTheFiltersAlone() {
    var start = testCore.clock().instant();
    var none =
        new UserSearch("", UserFilter.ALL, Optional.of(start.plusSeconds(1)), Optional.empty());
    var deactivated = new UserFilter(Set.of(UserStatus.DEACTIVATED), Set.of());
    var byFilter = new UserSearch("", deactivated, Optional.empty(), Optional.of(start));

    assertEquals(PEOPLE.size(), search("", 100, "").totalCount());
    assertEquals(List.of(), emails(directory.search(CALL, none, PageRequest.FIRST)));
    assertEquals(
        List.of("adam@example.org"), emails(directory.search(CALL, byFilter, PageRequest.FIRST)));
  }

  @Test
  void search_rangeIncludesItsStartAndExcludesItsEnd() {
    Instant created = users.getByEmail(CALL, Email.parse("ada@example.com")).audit().createdAt();
    var from = new UserSearch("lovelace", UserFilter.ALL, Optional.of(created), Optional.empty());
    var before = new UserSearch("lovelace", UserFilter.ALL, Optional.empty(), Optional.of(created));

    assertEquals(1, directory.search(CALL, from, PageRequest.FIRST).items().size());
    assertEquals(0, directory.search(CALL, before, PageRequest.FIRST).items().size());
    assertEquals(
        "created_at",
        violation(
            () ->
                new UserSearch(
                    "",
                    UserFilter.ALL,
                    Optional.of(created),
                    Optional.of(created.minusSeconds(1)))));
  }

  @ParameterizedTest
  @CsvSource({"-1, true", "0, true", "1, false", "400, false", "999, false"})
  void search_rangeIsExactBelowTheMicrosecond(int nanos, boolean later) {
    Instant created = users.getByEmail(CALL, Email.parse("ada@example.com")).audit().createdAt();
    var bound = Optional.of(created.plusNanos(nanos));
    var from = new UserSearch("lovelace", UserFilter.ALL, bound, Optional.empty());
    var before = new UserSearch("lovelace", UserFilter.ALL, Optional.empty(), bound);

    assertEquals(later, !directory.search(CALL, from, PageRequest.FIRST).items().isEmpty());
    assertEquals(!later, !directory.search(CALL, before, PageRequest.FIRST).items().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"+999999999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"})
  void search_rangeMayEndAfterAllTimes(String last) {
    var bound = Optional.of(Instant.parse(last));
    var from = new UserSearch("", UserFilter.ALL, bound, Optional.empty());
    var before = new UserSearch("", UserFilter.ALL, Optional.empty(), bound);

    assertEquals(0, directory.search(CALL, from, PageRequest.FIRST).totalCount());
    assertEquals(PEOPLE.size(), directory.search(CALL, before, PageRequest.FIRST).totalCount());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-999999999-01-01T00:00:00Z", "0001-01-01T00:00:00Z"})
  void search_rangeMayBeginBeforeAllTimes(String first) {
    var bound = Optional.of(Instant.parse(first));
    var from = new UserSearch("", UserFilter.ALL, bound, Optional.empty());
    var before = new UserSearch("", UserFilter.ALL, Optional.empty(), bound);

    assertEquals(PEOPLE.size(), directory.search(CALL, from, PageRequest.FIRST).totalCount());
    assertEquals(0, directory.search(CALL, before, PageRequest.FIRST).totalCount());
  }

  private Page<User> list(Set<UserStatus> statuses, Set<Role> roles) {
    return directory.list(
        CALL, new UserFilter(statuses, roles), UserSort.NEWEST_FIRST, PageRequest.FIRST);
  }

  private Page<User> search(String query, int size, String token) {
    return directory.search(
        CALL,
        new UserSearch(query, UserFilter.ALL, Optional.empty(), Optional.empty()),
        new PageRequest(size, token));
  }

  private static List<String> emails(Page<User> page) {
    return page.items().stream().map(user -> user.email().address()).toList();
  }

  private static List<String> walk(Function<String, Page<User>> pages) {
    List<String> seen = new ArrayList<>();
    String token = "";
    for (int i = 0; i < 100; i++) {
      var page = pages.apply(token);
      seen.addAll(emails(page));
      if (page.nextToken().isEmpty()) {
        return seen;
      }
      token = page.nextToken().get();
    }
    throw new AssertionError("the walk does not end: " + seen);
  }

  private static String violation(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(UserServiceException.class, call).violations().get(0).field();
  }
}
