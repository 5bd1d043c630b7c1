package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.TestService.aRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.common.v1.PaginationRequest;
import com.ecommerce.common.v1.SortOrder;
import com.ecommerce.common.v1.SortSpec;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.ListUsersResponse;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests sorting four users, who are in another order for each column. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SortUsersGrpcTest {
  /** The users' numbers in ascending order of the column. */
  private static final Map<String, String> ORDERS =
      Map.of(
          "created_at", "0123",
          "updated_at", "1230",
          "last_login_at", "2031",
          "email", "3102",
          "display_name", "1302",
          "first_name", "0231",
          "last_name", "2130");

  private TestService service;
  private final List<User> users = new ArrayList<>();

  @BeforeAll
  void start(TestDatabase database) {
    service = TestService.on(database);
    for (int user = 0; user < 4; user++) {
      service.clock().advance(Duration.ofSeconds(1));
      users.add(
          service.create(
              aRequest(text("email", user) + "@example.com")
                  .setDisplayName(text("display_name", user))
                  .setFirstName(text("first_name", user))
                  .setLastName(text("last_name", user))));
    }
    for (User user : ordered("last_login_at")) {
      service.clock().advance(Duration.ofSeconds(1));
      var login = LoginRequest.newBuilder().setEmail(user.getEmail());
      service.auth().login(login.setPassword(TestUsers.PASSWORD).build());
    }
    for (User user : ordered("updated_at")) {
      service.clock().advance(Duration.ofSeconds(1));
      service.update(user, User.newBuilder().setAvatarUrl("https://example.com/a"), "avatar_url");
    }
  }

  @AfterAll
  void stop() {
    service.close();
  }

  /** Returns a text with which the user has its place in the order of the column. */
  private static String text(String column, int user) {
    return Character.toString('a' + ORDERS.get(column).indexOf(Integer.toString(user)));
  }

  private List<User> ordered(String column) {
    return ORDERS.get(column).chars().mapToObj(digit -> users.get(digit - '0')).toList();
  }

  /** Returns the users' numbers in the order of a list with pages of three. */
  private String list(String field, SortOrder order) {
    var sort = SortSpec.newBuilder().setField(field).setOrder(order);
    var page = PaginationRequest.newBuilder().setPageSize(3);
    var ids = users.stream().map(User::getId).toList();
    var numbers = new StringBuilder();
    ListUsersResponse listed;
    do {
      var request = ListUsersRequest.newBuilder().setSort(sort).setPagination(page).build();
      listed = service.users().listUsers(request);
      listed.getUsersList().forEach(user -> numbers.append(ids.indexOf(user.getId())));
      page.setPageToken(listed.getPagination().getNextPageToken());
    } while (listed.getPagination().getHasMore());
    return numbers.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "created_at, created_at, false",
    "date_joined, created_at, false",
    "'', created_at, false",
    "updated_at, updated_at, false",
    "last_login_at, last_login_at, false",
    "last_login, last_login_at, false",
    "email, email, true",
    "display_name, display_name, true",
    "username, display_name, true",
    "first_name, first_name, true",
    "last_name, last_name, true"
  })
  void sort_isByTheColumnOfItsName(String field, String column, boolean ascendsByDefault) {
    String ascending = ORDERS.get(column);
    String descending = new StringBuilder(ascending).reverse().toString();

    assertEquals(ascending, list(field, SortOrder.SORT_ORDER_ASC));
    assertEquals(descending, list(field, SortOrder.SORT_ORDER_DESC));
    assertEquals(
        ascendsByDefault ? ascending : descending, list(field, SortOrder.SORT_ORDER_UNSPECIFIED));
  }
}
