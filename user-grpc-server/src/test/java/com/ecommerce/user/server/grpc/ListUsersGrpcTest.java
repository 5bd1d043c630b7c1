package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static com.ecommerce.user.server.testing.TestService.aRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.PaginationRequest;
import com.ecommerce.common.v1.SortOrder;
import com.ecommerce.common.v1.SortSpec;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.ListUsersResponse;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListUsersGrpcTest {
  private static final int USERS = 105;

  private TestService service;

  /** The emails of the users, from the oldest to the newest. */
  private final List<String> emails = new ArrayList<>();

  @BeforeAll
  void start(TestDatabase database) {
    service = TestService.on(database);
    for (int i = 0; i < USERS; i++) {
      service.clock().advance(Duration.ofSeconds(1));
      var request =
          aRequest(String.format(Locale.ROOT, "user%03d@example.com", i)).setFirstName("F" + i % 7);
      User user =
          service.create(i % 2 == 0 ? request : request.addRoles(UserRole.USER_ROLE_SELLER));
      if (i % 5 == 0) {
        service.withStatus(user, UserStatus.USER_STATUS_ACTIVE);
      }
      emails.add(user.getEmail());
    }
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private ListUsersResponse list(ListUsersRequest.Builder request) {
    return service.users().listUsers(request.build());
  }

  private static ListUsersRequest.Builder page(int size, String token) {
    return ListUsersRequest.newBuilder()
        .setPagination(PaginationRequest.newBuilder().setPageSize(size).setPageToken(token));
  }

  private static ListUsersRequest.Builder sorted(String field, SortOrder order) {
    var request = page(100, "");
    return request.setSort(SortSpec.newBuilder().setField(field).setOrder(order));
  }

  private static List<String> emailsOf(ListUsersResponse page) {
    return page.getUsersList().stream().map(User::getEmail).toList();
  }

  @ParameterizedTest
  @CsvSource({"0, 20", "1, 1", "100, 100", "101, 100", "2147483647, 100"})
  void pageSize_isTwentyByDefaultAndAHundredAtMost(int asked, int given) {
    var page = list(page(asked, ""));

    assertEquals(given, page.getUsersCount());
    assertEquals(USERS, page.getPagination().getTotalCount());
    assertTrue(page.getPagination().getHasMore());
  }

  @Test
  void pageSize_mustNotBeNegative() {
    assertInvalid(() -> list(page(-1, "")), "pagination.page_size NEGATIVE");
  }

  @Test
  void pages_showEveryUserOnceNewestFirst() {
    List<String> seen = new ArrayList<>();
    String token = "";
    do {
      var page = list(page(25, token));
      seen.addAll(emailsOf(page));
      token = page.getPagination().getNextPageToken();
      assertEquals(!token.isEmpty(), page.getPagination().getHasMore());
      assertEquals(USERS, page.getPagination().getTotalCount());
    } while (!token.isEmpty());

    var newestFirst = new ArrayList<>(emails);
    Collections.reverse(newestFirst);
    assertEquals(newestFirst, seen);
  }

  @Test
  void lastPage_thatIsFull_hasNoMore() {
    String token = list(page(100, "")).getPagination().getNextPageToken();

    var last = list(page(5, token));

    assertEquals(5, last.getUsersCount());
    assertFalse(last.getPagination().getHasMore());
    assertEquals("", last.getPagination().getNextPageToken());
  }

  @Test
  void pageToken_isBoundToFiltersAndSort() {
    String token = list(page(5, "")).getPagination().getNextPageToken();

    assertRefused(page(5, token).addRoles(UserRole.USER_ROLE_SELLER));
    assertRefused(page(5, token).addStatuses(UserStatus.USER_STATUS_ACTIVE));
    assertRefused(page(5, token).setSort(SortSpec.newBuilder().setField("email")));
    assertRefused(page(5, token).setSort(SortSpec.newBuilder().setOrder(SortOrder.SORT_ORDER_ASC)));
    var search =
        SearchUsersRequest.newBuilder()
            .setPagination(PaginationRequest.newBuilder().setPageToken(token));
    assertInvalid(
        () -> service.users().searchUsers(search.build()),
        "pagination.page_token INVALID_PAGE_TOKEN");
  }

  @Test
  void pageToken_allowsAnotherSizeAndTheSameListToldOtherwise() {
    String token =
        list(page(5, "").addRoles(UserRole.USER_ROLE_SELLER).addRoles(UserRole.USER_ROLE_ADMIN))
            .getPagination()
            .getNextPageToken();
    var same =
        page(7, token)
            .addRoles(UserRole.USER_ROLE_ADMIN)
            .addRoles(UserRole.USER_ROLE_SELLER)
            .setSort(
                SortSpec.newBuilder().setField("date_joined").setOrder(SortOrder.SORT_ORDER_DESC));

    assertEquals(7, list(same).getUsersCount());
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "AAAA", "not a token", "🐎"})
  void pageToken_ofNobodyHere_isRefused(String token) {
    assertRefused(page(5, token));
  }

  @Test
  void pageToken_thatWasTamperedWith_isRefused() {
    String token = list(page(5, "")).getPagination().getNextPageToken();
    char first = token.charAt(5);

    assertRefused(page(5, token.substring(0, 5) + (first == 'A' ? 'B' : 'A') + token.substring(6)));
    assertRefused(page(5, token.substring(1)));
    assertRefused(page(5, token + "A"));
  }

  private void assertRefused(ListUsersRequest.Builder request) {
    assertInvalid(() -> list(request), "pagination.page_token INVALID_PAGE_TOKEN");
  }

  @Test
  void filters_ofOneKindAreAnyAndOfBothKindsAreBoth() {
    var sellers = list(page(1, "").addRoles(UserRole.USER_ROLE_SELLER));
    var active = list(page(1, "").addStatuses(UserStatus.USER_STATUS_ACTIVE));
    var both =
        list(
            page(100, "")
                .addRoles(UserRole.USER_ROLE_SELLER)
                .addRoles(UserRole.USER_ROLE_SUPPORT)
                .addStatuses(UserStatus.USER_STATUS_ACTIVE)
                .addStatuses(UserStatus.USER_STATUS_BANNED));

    assertEquals(52, sellers.getPagination().getTotalCount());
    assertEquals(21, active.getPagination().getTotalCount());
    assertEquals(10, both.getPagination().getTotalCount());
    assertEquals(10, both.getUsersCount());
    assertTrue(
        both.getUsersList().stream()
            .allMatch(user -> user.getRolesList().contains(UserRole.USER_ROLE_SELLER)));
  }

  @Test
  void filter_thatMatchesNobody_isAnEmptyPage() {
    var none = list(page(5, "").addRoles(UserRole.USER_ROLE_ADMIN));

    assertEquals(0, none.getUsersCount());
    assertEquals(0, none.getPagination().getTotalCount());
    assertFalse(none.getPagination().getHasMore());
  }

  @Test
  void sort_byText_ascendsByDefaultAndBreaksTiesById() {
    var page = list(sorted("first_name", SortOrder.SORT_ORDER_UNSPECIFIED));

    var expected =
        emails.stream()
            .sorted(
                java.util.Comparator.comparingInt(
                    (String email) -> emails.indexOf(email) % 7 * 1_000 + emails.indexOf(email)))
            .limit(100)
            .toList();
    assertEquals(expected, emailsOf(page));
  }

  @Test
  void listUsers_namesEveryBrokenRuleAtOnce() {
    var request =
        page(-7, "x")
            .addStatuses(UserStatus.USER_STATUS_UNSPECIFIED)
            .addRolesValue(99)
            .setSort(SortSpec.newBuilder().setField("password").setOrderValue(9));

    assertInvalid(
        () -> list(request),
        "pagination.page_size NEGATIVE",
        "pagination.page_token INVALID_PAGE_TOKEN",
        "statuses UNKNOWN_VALUE",
        "roles UNKNOWN_VALUE",
        "sort.field UNKNOWN_SORT_FIELD",
        "sort.order UNKNOWN_VALUE");
  }
}
