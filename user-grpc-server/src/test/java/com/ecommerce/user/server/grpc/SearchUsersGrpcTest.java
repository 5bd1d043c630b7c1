package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static com.ecommerce.user.server.testing.TestService.aRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.PaginationRequest;
import com.ecommerce.common.v1.TimeRange;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.SearchUsersResponse;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchUsersGrpcTest {
  private TestService service;
  private User ada;
  private User grace;

  @BeforeAll
  void start(TestDatabase database) {
    service = TestService.on(database);
    ada = created("ada.lovelace@example.com", "Ada", "Lovelace", UserRole.USER_ROLE_SELLER);
    grace = created("grace@navy.example", "Grace", "Hopper", UserRole.USER_ROLE_CUSTOMER);
    created("zoe@example.com", "Жанна", "Müller", UserRole.USER_ROLE_CUSTOMER);
    created("odd_percent@example.com", "100%", "a\\b", UserRole.USER_ROLE_CUSTOMER);
  }

  private User created(String email, String firstName, String lastName, UserRole role) {
    service.clock().advance(Duration.ofMinutes(1));
    return service.create(
        aRequest(email).setFirstName(firstName).setLastName(lastName).addRoles(role));
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private SearchUsersResponse search(SearchUsersRequest.Builder request) {
    return service.users().searchUsers(request.build());
  }

  private static SearchUsersRequest.Builder query(String text) {
    return SearchUsersRequest.newBuilder().setQuery(text);
  }

  private List<String> found(SearchUsersRequest.Builder request) {
    var page = search(request);
    assertEquals(page.getUsersCount(), page.getPagination().getTotalCount());
    return page.getUsersList().stream().map(User::getEmail).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "ADA, ada.lovelace@example.com",
    "love ada, ada.lovelace@example.com",
    "' hopper  GRACE ', grace@navy.example",
    "navy, grace@navy.example",
    "жанна, zoe@example.com",
    "mü, zoe@example.com",
    "100%, odd_percent@example.com",
    "odd_p, odd_percent@example.com",
    "a\\b, odd_percent@example.com",
  })
  void query_findsEveryWordInEmailAndNames(String text, String email) {
    assertEquals(List.of(email), found(query(text)));
  }

  @ParameterizedTest
  @CsvSource({"ada grace", "nobody", "a%e", "_da", "ad%ce"})
  void query_thatMatchesNobody_isAnEmptyPage(String text) {
    assertEquals(List.of(), found(query(text)));
  }

  @Test
  void query_ofOtherCase_orOfTwoLettersWithoutSpaces_findsTheName() {
    var user = created("odysseus@example.net", "Οδυσσεύς", "王小明", UserRole.USER_ROLE_CUSTOMER);
    try {
      for (String text : List.of("ΟΔΥΣΣΕΎΣ", "δυσσεύσ", "小明", "明", "王小明 ΟΔΥ")) {
        assertEquals(List.of(user.getEmail()), found(query(text)), text);
      }
    } finally {
      service.users().deleteUser(DeleteUserRequest.newBuilder().setUserId(user.getId()).build());
    }
  }

  @Test
  void query_thatIsEmpty_findsAllNewestFirst() {
    assertEquals(
        List.of(
            "odd_percent@example.com",
            "zoe@example.com",
            "grace@navy.example",
            "ada.lovelace@example.com"),
        found(query(" ")));
  }

  @Test
  void filters_narrowTheSearch() {
    assertEquals(
        List.of("ada.lovelace@example.com"),
        found(query("example").addRoles(UserRole.USER_ROLE_SELLER)));
    assertEquals(List.of(), found(query("ada").addStatuses(UserStatus.USER_STATUS_ACTIVE)));
  }

  @Test
  void createdAt_includesTheStartAndExcludesTheEnd() {
    var range =
        TimeRange.newBuilder()
            .setStartTime(ada.getAudit().getCreatedAt())
            .setEndTime(grace.getAudit().getCreatedAt());

    assertEquals(List.of("ada.lovelace@example.com"), found(query("").setCreatedAt(range)));
    assertEquals(
        3,
        found(
                query("")
                    .setCreatedAt(
                        range.clone().setStartTime(grace.getAudit().getCreatedAt()).clearEndTime()))
            .size());
    assertEquals(1, found(query("").setCreatedAt(range.clearStartTime())).size());
  }

  @Test
  void createdAt_mustBeARangeOfRealTimes() {
    var backwards =
        TimeRange.newBuilder()
            .setStartTime(grace.getAudit().getCreatedAt())
            .setEndTime(ada.getAudit().getCreatedAt());
    var impossible =
        TimeRange.newBuilder()
            .setStartTime(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
            .setEndTime(Timestamp.newBuilder().setNanos(-1));

    assertInvalid(() -> search(query("").setCreatedAt(backwards)), "created_at INVALID_RANGE");
    assertInvalid(
        () -> search(query("").setCreatedAt(impossible)),
        "created_at.start_time INVALID_TIMESTAMP",
        "created_at.end_time INVALID_TIMESTAMP");
  }

  @Test
  void createdAt_mayBeAnyTimeOfTheProtocol() {
    var range =
        TimeRange.newBuilder()
            .setStartTime(Timestamp.newBuilder().setSeconds(-62_135_596_800L))
            .setEndTime(Timestamp.newBuilder().setSeconds(253_402_300_799L).setNanos(999_999_999));

    assertEquals(4, found(query("").setCreatedAt(range)).size());
  }

  @Test
  void pages_walkThroughTheMatchesAndAreBoundToTheQuery() {
    var first = search(query("example").setPagination(page("")));
    String token = first.getPagination().getNextPageToken();
    var second = search(query("example").setPagination(page(token)));

    assertEquals(4, first.getPagination().getTotalCount());
    assertTrue(first.getPagination().getHasMore());
    assertEquals(
        4,
        java.util.stream.Stream.of(first, second)
            .flatMap(answer -> answer.getUsersList().stream())
            .map(User::getId)
            .distinct()
            .count());
    for (var other :
        List.of(
            query("exampl"),
            query("example").addRoles(UserRole.USER_ROLE_CUSTOMER),
            query("example")
                .setCreatedAt(
                    TimeRange.newBuilder()
                        .setEndTime(Timestamp.newBuilder().setSeconds(4_000_000_000L))))) {
      assertInvalid(
          () -> search(other.setPagination(page(token))),
          "pagination.page_token INVALID_PAGE_TOKEN");
    }
  }

  private static PaginationRequest page(String token) {
    return PaginationRequest.newBuilder().setPageSize(2).setPageToken(token).build();
  }

  @Test
  void searchUsers_namesEveryBrokenRuleAtOnce() {
    var request =
        query("x".repeat(256))
            .addStatuses(UserStatus.USER_STATUS_UNSPECIFIED)
            .addRoles(UserRole.USER_ROLE_UNSPECIFIED)
            .setPagination(PaginationRequest.newBuilder().setPageSize(-1).setPageToken("x"));

    assertInvalid(
        () -> search(request),
        "pagination.page_token INVALID_PAGE_TOKEN",
        "query TOO_LONG",
        "statuses UNKNOWN_VALUE",
        "roles UNKNOWN_VALUE",
        "pagination.page_size NEGATIVE");
  }
}
